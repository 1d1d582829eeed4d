import type { Browser, Route } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { launchChromium, withoutBrowser } from "../chromium.ts"
import { type RunningSystem, startSystem, startTimeout } from "../runningSystem.ts"
import { type OrderDesk, openOrderDesk, patience } from "./OrderDesk.ts"

const testTimeout = 3 * patience

/** On a busy machine a browser may look away for longer than stack `local` heals. */
const healing = {
  action: "heal",
  backoff: { baseSeconds: 1, factor: 2, capSeconds: 2 },
  maxAttempts: 100,
  maxAgeSeconds: 3600
}

describe.skipIf(withoutBrowser !== undefined)("the order page", { timeout: testTimeout }, () => {
  let system: RunningSystem
  let browser: Browser
  const desks: Array<OrderDesk> = []

  const open = async (options?: Parameters<typeof openOrderDesk>[2]): Promise<OrderDesk> => {
    const desk = await openOrderDesk(browser, String(system.outputs["storefrontUrl"]), options)
    desks.push(desk)
    return desk
  }

  /** The stored orders of an item. */
  const stored = async (itemName: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
    const items = await system.aws.dynamodb.items(String(system.outputs["ordersTableName"]))
    return items.filter((item) => item["itemName"] === itemName)
  }

  beforeAll(async () => {
    ;[system, browser] = await Promise.all([
      startSystem({ recovery: { DependencyFailure: healing, Timeout: healing } }),
      launchChromium()
    ])
  }, startTimeout)

  afterEach(async () => {
    for (const desk of desks.splice(0)) {
      await desk.close()
      expect(desk.complaints()).toEqual([])
    }
  })

  afterAll(async () => {
    await browser.close()
    await system.close()
  }, startTimeout)

  it("places an order, follows it until it is stored, and says so to those who do not see it", async () => {
    const desk = await open()
    await desk.place("Laptop", "2")
    expect(await desk.state("Laptop", "Stored")).toBe("Stored")
    expect(await desk.field("Item").inputValue()).toBe("")
    expect(await desk.page.getByRole("status").innerText()).toBe("Laptop: Stored. Done. Your order is stored.")
    expect(await stored("Laptop")).toMatchObject([{ quantity: 2 }])
  })

  it("shows at its field what the API finds wrong with an order, and goes there", async () => {
    const desk = await open()
    await desk.place("Screen", "0")
    const quantity = desk.field("Quantity")
    await desk.page.getByText("Expected a whole number from 1 to 10000.").waitFor()
    expect(await quantity.getAttribute("aria-invalid")).toBe("true")
    expect(await desk.page.evaluate("document.activeElement.id")).toBe("quantity")
    expect(await quantity.getAttribute("aria-describedby")).toContain("quantity-problem")
    expect(await desk.field("Item").getAttribute("aria-invalid")).toBeNull()
    expect(await desk.page.locator("li.order").count()).toBe(0)

    await quantity.fill("1")
    await quantity.press("Enter")
    await desk.state("Screen", "Stored")
    expect(await desk.page.getByText("Expected a whole number").count()).toBe(0)
  })

  it("says what is missing without asking the API", async () => {
    const desk = await open()
    let requests = 0
    await desk.context.route("**/orders", (route) => {
      requests += 1
      return route.continue()
    })
    await desk.place("", "1.5")
    await desk.page.getByText("Say what you would like to order.").waitFor()
    await desk.page.getByText("Say how many, in digits, e.g. 1000.").waitFor()
    expect(await desk.page.evaluate("document.activeElement.id")).toBe("itemName")
    expect(requests).toBe(0)
  })

  it("tells of an order that fails, is healed, and is stored in the end", async () => {
    const desk = await open()
    system.payment.script({ answers: [{ status: 503 }], forever: true })
    try {
      await desk.place("Keyboard", "1")
      await desk.state("Keyboard", "Being healed", "On hold")
      expect(await desk.card("Keyboard").locator(".order-meaning").innerText()).toMatch(/tried again automatically\.$/)
    } finally {
      system.payment.script({ answers: [] })
    }
    await desk.state("Keyboard", "Stored")
    expect(await stored("Keyboard")).toHaveLength(1)
  })

  it("tells which orders need a person, which are not tried again, and forgets the finished ones when told to", async () => {
    const desk = await open()
    await desk.place("ChaosAuthFailure", "1")
    await desk.state("ChaosAuthFailure", "Awaiting an operator")
    await desk.place("ChaosValidationError", "1")
    await desk.state("ChaosValidationError", "Archived")
    expect(await desk.card("ChaosValidationError").innerText()).toContain("It breaks a rule. It is not tried again.")
    await desk.page.getByRole("button", { name: "Remove finished" }).click()
    expect(await desk.card("ChaosValidationError").count()).toBe(0)
    expect(await desk.card("ChaosAuthFailure").count()).toBe(1)
  })

  it("keeps the list over a reload, and goes on following", async () => {
    const desk = await open()
    await desk.place("Mouse", "3")
    await desk.card("Mouse").waitFor()
    await desk.page.reload()
    await desk.state("Mouse", "Stored")
    await desk.page.reload()
    expect(await desk.card("Mouse").innerText()).toMatch(/Mouse × 3[\s\S]*Stored/)
    const other = await desk.context.newPage()
    await other.goto(desk.page.url())
    await other.getByRole("button", { name: "Remove: Mouse" }).click()
    await desk.card("Mouse").waitFor({ state: "detached" })
  })

  it("orders once although the answer is lost on the way, the button is pressed twice, and the page is reloaded", async () => {
    const desk = await open()
    const keys: Array<string | null> = []
    let losesAnswers = true
    await desk.context.route("**/orders", async (route: Route) => {
      keys.push(await route.request().headerValue("idempotency-key"))
      if (!losesAnswers) return route.continue()
      await route.fetch()
      return route.abort("connectionreset")
    })
    await desk.field("Item").fill("Camera")
    await desk.page.getByRole("button", { name: "Place order" }).dblclick()
    await desk.state("Camera", "Not sent yet", "Sending")
    await expect.poll(() => keys.length, { timeout: patience }).toBeGreaterThan(1)
    await desk.page.reload()
    await desk.state("Camera", "Not sent yet", "Sending")
    losesAnswers = false
    await desk.state("Camera", "Stored")
    expect(new Set(keys).size).toBe(1)
    expect(await stored("Camera")).toHaveLength(1)
  })

  it("keeps an order that cannot be sent, says why, and sends it when the service is back", async () => {
    const desk = await open()
    let isDown = true
    await desk.context.route("**/orders", (route) =>
      isDown
        ? route.fulfill({
            status: 503,
            headers: { "retry-after": "1", "content-type": "application/problem+json" },
            body: JSON.stringify({ status: 503, detail: "The order was not accepted. Try again." })
          })
        : route.continue()
    )
    await desk.place("Printer", "1")
    await desk.state("Printer", "Not sent yet")
    expect(await desk.card("Printer").innerText()).toContain("The order was not accepted. Try again.")
    isDown = false
    await desk.state("Printer", "Stored")

    await desk.context.setOffline(true)
    await desk.place("Scanner", "1")
    await desk.state("Scanner", "Not sent yet")
    expect(await desk.card("Scanner").innerText()).toContain("The service cannot be reached.")
    await desk.card("Scanner").getByRole("button", { name: "Try now: Scanner" }).waitFor()
    await desk.context.setOffline(false)
    await desk.state("Scanner", "Stored")
    expect(await stored("Scanner")).toHaveLength(1)
  })

  it("keeps what was last heard of an order while the service is down", async () => {
    const desk = await open()
    await desk.place("ChaosAuthFailure", "2")
    await desk.state("ChaosAuthFailure", "Awaiting an operator")
    await desk.context.route("**/orders/*", (route) =>
      route.fulfill({ status: 429, body: '{"message":"Too Many Requests"}' })
    )
    await desk.page.reload()
    await desk.card("ChaosAuthFailure").getByText("(The service is busy. This is the last we heard.)").waitFor()
    expect(await desk.state("ChaosAuthFailure", "Awaiting an operator")).toBe("Awaiting an operator")
  })

  it("breaks no rule of accessibility: empty or full, with problems, in the light, in the dark, on a phone", async () => {
    const desk = await open({ reducedMotion: "reduce" })
    expect(await desk.accessibilityProblems()).toEqual([])
    await desk.place("Desk", "1")
    await desk.state("Desk", "Stored")
    await desk.place("ChaosValidationError", "1")
    await desk.place("ChaosAuthFailure", "1")
    await desk.context.route("**/orders", (route) => route.abort())
    await desk.place("Chair", "1")
    await desk.state("Chair", "Not sent yet")
    await desk.state("ChaosValidationError", "Archived")
    await desk.state("ChaosAuthFailure", "Awaiting an operator")
    await desk.place("", "x")
    await desk.page.getByText("Say how many, in digits").waitFor()
    for (const [width, colorScheme] of [
      [1280, "light"],
      [1280, "dark"],
      [360, "dark"],
      [320, "light"]
    ] as const) {
      await desk.page.setViewportSize({ width, height: 740 })
      await desk.page.emulateMedia({ colorScheme })
      expect(await desk.accessibilityProblems(), `${width} pixels, ${colorScheme}`).toEqual([])
      const overflow = await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth")
      expect(overflow, `${width} pixels`).toBe(0)
    }
  })

  it("lets no style or script in that is not a file of its own, and says that there is nothing where there is nothing", async () => {
    const desk = await open()
    await desk.page.evaluate(`{
      const style = document.createElement("style")
      style.textContent = "body { display: none }"
      document.head.append(style)
    }`)
    expect(await desk.page.locator("body").isVisible()).toBe(true)
    await expect(desk.page.evaluate(`document.body.innerHTML = "<p>markup</p>"`)).rejects.toThrow(/TrustedHTML/)
    await expect.poll(() => desk.complaints().length, { timeout: patience }).toBe(2)
    // They are what this test is about.
    desks.splice(0)
    const missing = await desk.context.request.get(`${system.outputs["storefrontUrl"]}/nothing.html`)
    expect(missing.status()).toBe(404)
    await desk.close()
  })
})
