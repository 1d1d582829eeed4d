import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium, withoutBrowser } from "../chromium.ts"
import { type RunningSystem, startSystem, startTimeout } from "../runningSystem.ts"
import { openOrderDesk, patience } from "./OrderDesk.ts"

describe.skipIf(withoutBrowser !== undefined)("the order page of an API with tokens", { timeout: 3 * patience }, () => {
  let system: RunningSystem
  let browser: Browser

  beforeAll(async () => {
    // Times that a cold start on a busy machine does not exceed.
    const times = { functionTimeoutSeconds: 12, visibilityTimeoutSeconds: 12 }
    ;[system, browser] = await Promise.all([startSystem({ auth: "jwt", ...times }), launchChromium()])
  }, startTimeout)

  afterAll(async () => {
    await browser.close()
    await system.close()
  }, startTimeout)

  const tokenOf = async (subject: string): Promise<string> => {
    const answer = await fetch(`${system.issuer?.url}/token?sub=${subject}`)
    return (await answer.text()).trim()
  }

  it("asks for a token once the API does, takes another one for a bad one, and then places the order that it was asked for", async () => {
    const desk = await openOrderDesk(browser, String(system.outputs["storefrontUrl"]))
    const token = desk.field("Access token")
    expect(await token.isVisible()).toBe(false)
    await desk.place("Laptop", "1")
    await desk.page.getByText("This service takes orders with an access token only.").waitFor()
    expect(await desk.page.evaluate("document.activeElement.id")).toBe("token")
    expect(await desk.accessibilityProblems()).toEqual([])

    await token.fill("no.such.token")
    await token.press("Enter")
    await desk.page.getByText("The service does not take this token. Give another one.").waitFor()
    expect(await desk.page.locator("li.order").count()).toBe(0)

    const alice = await tokenOf("alice")
    await token.fill(alice)
    await desk.page.getByRole("button", { name: "Use this token" }).click()
    await desk.state("Laptop", "Stored")
    expect(await token.isVisible()).toBe(false)
    const items = await system.aws.dynamodb.items(String(system.outputs["ordersTableName"]))
    expect(items.map(({ itemName, userId }) => [itemName, userId])).toEqual([["Laptop", "alice"]])

    // For this tab, and for no other; never where it would outlast it.
    await desk.page.reload()
    await desk.page.getByText("You use an access token.").waitFor()
    expect(await desk.page.evaluate("JSON.stringify({ ...localStorage })")).not.toContain(alice)
    expect(desk.page.url()).not.toContain(alice)
    await desk.page.getByRole("button", { name: "Forget it" }).click()
    await desk.place("Mouse", "1")
    await desk.page.getByText("This service takes orders with an access token only.").waitFor()
    expect(desk.complaints()).toEqual([])
    await desk.close()
  })
})
