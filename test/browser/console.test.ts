import { createServer } from "node:http"
import axe from "axe-core"
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Console, startConsole } from "../../local/console/startConsole.ts"
import { listen } from "../../local/listen.ts"
import { withSystem } from "../../local/withSystem.ts"
import { browserTimeout, launchChromium, withoutBrowser } from "./chromium.ts"

const program = new URL("../../index.ts", import.meta.url)

/** Times of the stack that a cold start on a busy machine does not exceed. */
const config = { functionTimeoutSeconds: 12, visibilityTimeoutSeconds: 12 }

/** Failures, healing and replays of a whole system; seconds, unless the machine is busy. */
const wholeStory = 2 * browserTimeout

/** Starts a system with a console; the answer's `close` ends both. */
const start = () => {
  const done = Promise.withResolvers<void>()
  const started = Promise.withResolvers<Console>()
  const ended = withSystem(
    { program, stack: "local", config, signal: new AbortController().signal },
    async (system) => {
      const console_ = await startConsole(system)
      started.resolve(console_)
      await done.promise
      await console_.close()
    }
  )
  ended.catch(started.reject)
  const close = async () => {
    done.resolve()
    await ended
  }
  return { started: started.promise, close }
}

describe.skipIf(withoutBrowser !== undefined)("the console", () => {
  let browser: Browser
  let url: string
  let close: () => Promise<void>
  let page: Page
  /** Everything that any page has asked for, or complained about. */
  const requested: Array<string> = []
  const complaints: Array<string> = []

  const open = async (options: BrowserContextOptions = {}, script = ""): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    await context.addInitScript(script)
    const opened = await context.newPage()
    opened.setDefaultTimeout(browserTimeout)
    opened.on("request", (request) => requested.push(request.url()))
    opened.on("pageerror", (error) => complaints.push(error.message))
    opened.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text())
    })
    await opened.goto(url)
    await opened.locator(".node").first().waitFor()
    return opened
  }

  const violations = async (of: Page): Promise<ReadonlyArray<string>> => {
    // Not as a script element: the page's own policy lets none in.
    await of.evaluate(axe.source)
    // Nothing is fetched again beforehand: axe would do so by a style of its own, which the policy does not let in either.
    const found = await of.evaluate<ReadonlyArray<{ readonly id: string; readonly nodes: ReadonlyArray<unknown> }>>(
      "axe.run({ preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) })))"
    )
    return found.map(({ id, nodes }) => `${id}: ${nodes.join(" ").slice(0, 400)}`)
  }

  const figure = (of: Page, name: string): Locator => of.locator(`[data-figure="${name}"] .figure-value`)
  const shows = (of: Page, name: string, value: RegExp) => figure(of, name).filter({ hasText: value }).waitFor()
  const group = (of: Page, code: string): Locator => of.locator(`[data-group="${code}"]`)

  beforeAll(async () => {
    const system = start()
    close = system.close
    ;[browser, { url }] = await Promise.all([launchChromium(), system.started])
    page = await open()
  }, browserTimeout)

  afterAll(async () => {
    await browser.close()
    await close()
  }, browserTimeout)

  it("stores an order that a click has sent, and shows it on its way: in the topology, the events and the order's line", async () => {
    await page.locator('[data-order="laptop"]').click()
    await page.locator('.sent[data-stage="stored"]').waitFor()
    await page.locator(".feed li", { hasText: /order web-\w+ stored in \d+ ms/ }).waitFor()
    await shows(page, "Stored", /^1$/)
    expect(await page.locator('[data-node="table:orders-table"] .node-figure').textContent()).toBe("1 item")
    expect(await page.locator('[data-node="function:orders-place-order"] .node-figure').textContent()).toBe("1 run")
  })

  it("says at once what the API refuses, and why", async () => {
    await page.locator('[data-order="missing-field"]').click()
    const line = page.locator('.sent[data-stage="rejected"]')
    await line.waitFor()
    expect(await line.textContent()).toMatch(/422.*itemName/)
  })

  it(
    "opens the breaker's figure when the payment gateway breaks, and closes it when that is mended",
    async () => {
      await page.locator('[data-mode="unavailable"]').click()
      for (let sent = 0; sent < 6; sent++) await page.locator('[data-order="laptop"]').click()
      await shows(page, "Breaker", /^(Open|Half-open)$/)
      expect(await page.locator('[data-node="external:payment"]').getAttribute("class")).toContain("broken")
      await page.locator('[data-mode="working"]').click()
      await page.locator('[data-order="laptop"]').click()
      await shows(page, "Breaker", /^Closed$/)
    },
    wholeStory
  )

  it(
    "groups a failure with its next step, tells its story, and replays it once the cause is mended",
    async () => {
      await page.locator('[data-mode="credential"]').click()
      await page.locator('[data-order="laptop"]').click()
      await shows(page, "Awaits you", /^1$/)
      await page.locator('[data-view="failures"]').click()
      const failures = group(page, "AUTH_FAILURE").first()
      expect(await failures.textContent()).toContain("Mend the credential or the permission")
      await failures.locator(".group-open").click()
      await page.locator(".message-row").first().click()
      await page.locator(".step", { hasText: "Alert published" }).waitFor()
      expect(await page.locator(".steps").textContent()).toContain("Archived")
      expect(await page.locator(".facts").textContent()).toContain("payment-gateway")
      // The body is personal data: it is there only when it is asked for.
      expect(await page.locator("#detail").textContent()).not.toContain("itemName")
      await page.locator("#detail .button", { hasText: "Show the body" }).click()
      await page.locator(".body-box .code", { hasText: "itemName" }).waitFor()

      await page.locator('[data-view="system"]').click()
      await page.locator('[data-mode="working"]').click()
      await page.locator('[data-view="failures"]').click()
      await failures.locator(".group-open").click()
      await page.locator(".next-step .button").click()
      await page.locator('.replay-progress[data-state="finished"]').waitFor()
      await page.locator(".message-row .badge", { hasText: "recovered" }).waitFor()
    },
    wholeStory
  )

  it(
    "draws the registered dashboard, with every widget of its JSON, and replays from its failure groups",
    async () => {
      await page.locator('[data-view="system"]').click()
      await page.locator('[data-mode="credential"]').click()
      await page.locator('[data-order="laptop"]').click()
      await shows(page, "Awaits you", /^1$/)
      await page.locator('[data-mode="working"]').click()
      await page.locator('[data-view="dashboard"]').click()
      const answer = await fetch(`${url}/api/stack`)
      const { dashboards } = JSON.parse(await answer.text())
      const body = await fetch(`${url}/api/dashboard?name=${dashboards[0]}`)
      const { widgets } = JSON.parse(await body.text())
      await page.locator(".plot canvas[aria-label*='Succeeded']").waitFor()
      expect(await page.locator(".widget").count()).toBe(widgets.length)
      expect(await page.locator(".widget-problem:visible").count()).toBe(0)
      await page.locator(".log-table td", { hasText: "record failed" }).first().waitFor()
      await page.locator(".alarm").first().waitFor()
      const groups = page.locator('[data-type="custom"] .custom-content')
      await groups.locator("td", { hasText: "AUTH_FAILURE" }).waitFor()
      await groups
        .locator("a", { hasText: /^Dry run$/ })
        .first()
        .click()
      await page.locator("dialog.popup", { hasText: "1 message would be replayed" }).waitFor()
      await page.keyboard.press("Escape")
      page.once("dialog", (dialog) => void dialog.accept())
      await groups.locator("a", { hasText: /^Replay 1 / }).click()
      await page.locator("dialog.popup", { hasText: "All that was selected is dealt with." }).waitFor()
      await page.keyboard.press("Escape")
      await groups.locator("td", { hasText: "AUTH_FAILURE" }).waitFor({ state: "detached" })
    },
    wholeStory
  )

  it(
    "has nothing that an accessibility check objects to, in light and in dark, in any view",
    async () => {
      // What is still fading in has less contrast than it will have.
      const still = await open({ reducedMotion: "reduce" })
      for (const theme of ["light", "dark"]) {
        for (const view of ["system", "failures", "dashboard"]) {
          await still.locator(`[data-view="${view}"]`).click()
          expect(await violations(still), `${view}, ${theme}`).toEqual([])
        }
        await still.locator("#theme").click()
      }
      await still.context().close()
    },
    browserTimeout
  )

  it(
    "does everything from the keyboard",
    async () => {
      const keyboard = await open()
      await keyboard.keyboard.press("Tab")
      expect(await keyboard.evaluate("document.activeElement.textContent")).toBe("Skip to the content")
      await keyboard.keyboard.press("Enter")
      await keyboard.keyboard.press("o")
      await keyboard.locator(".sent").waitFor()
      await keyboard.keyboard.press("?")
      await keyboard.locator("dialog[open]").waitFor()
      await keyboard.keyboard.press("Escape")
      await keyboard.keyboard.press("2")
      await keyboard.locator("#group-filter button", { hasText: "All" }).focus()
      await keyboard.keyboard.press("Enter")
      await keyboard.keyboard.press("Tab")
      await keyboard.keyboard.press("Enter")
      await keyboard.locator(".message-row").first().waitFor()
      await keyboard.keyboard.press("1")
      const queue = keyboard.locator('[data-node="queue:orders-queue"]')
      await queue.waitFor()
      await queue.focus()
      await keyboard.keyboard.press("Enter")
      await keyboard.locator("#topology-note", { hasText: "aws:sqs/queue:Queue" }).waitFor()
      await keyboard.context().close()
    },
    browserTimeout
  )

  it(
    "fits a phone without scrolling sideways, follows the system's dark mode, and moves nothing where that is not wanted",
    async () => {
      const phone = await open({ viewport: { width: 375, height: 780 }, colorScheme: "dark", reducedMotion: "reduce" })
      expect(await phone.evaluate("document.documentElement.dataset.theme")).toBe("dark")
      for (const view of ["system", "failures", "dashboard"]) {
        await phone.locator(`[data-view="${view}"]`).click()
        expect(await phone.evaluate("document.documentElement.scrollWidth"), view).toBeLessThanOrEqual(375)
      }
      await phone.locator('[data-view="system"]').click()
      await phone.locator('[data-order="laptop"]').click()
      // An edge that is straight has no height, which is no edge that can be seen, as far as Playwright knows.
      await phone.locator(".edge[data-tone]").first().waitFor({ state: "attached" })
      expect(await phone.locator(".dot").count()).toBe(0)
      await phone.context().close()
    },
    browserTimeout
  )

  it(
    "writes English numbers in any browser, also in one whose language is no language tag",
    async () => {
      for (const language of ["en-US@posix", "de-DE"]) {
        const foreign = await open(
          {},
          `Object.defineProperty(Navigator.prototype, "language", { get: () => "${language}" })`
        )
        await foreign.locator('[data-view="dashboard"]').click()
        await foreign.locator(".plot canvas").first().waitFor()
        const numbers = 'import("./uplot.js").then(({ default: uPlot }) => uPlot.fmtNum(12345.5))'
        expect(await foreign.evaluate(numbers)).toBe("12,345.5")
        await foreign.close()
      }
    },
    browserTimeout
  )

  it("refuses another site that would act in the person's name, with 403 and not by the browser's rules alone", async () => {
    // On this machine as well: a page of the internet is stopped by the browser before it gets as far.
    const site = await listen(
      createServer((_, response) => response.setHeader("content-type", "text/html").end("<p>hi</p>"))
    )
    const elsewhere = await browser.newPage()
    await elsewhere.goto(site.url)
    // A simple request, which a browser sends without asking whether it may.
    const acted = elsewhere.evaluate(
      (target) => fetch(`${target}/api/gateway`, { method: "POST", body: '{"mode":"unavailable"}' }),
      url
    )
    await expect(acted).rejects.toThrow("Failed to fetch")
    await elsewhere.close()
    await site.close()

    const act = async (headers: Readonly<Record<string, string>>): Promise<number> => {
      const body = '{"mode":"unavailable"}'
      const answer = await fetch(`${url}/api/gateway`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body
      })
      await answer.body?.cancel()
      return answer.status
    }
    expect(await act({ origin: "https://evil.example" })).toBe(403)
    expect(await act({})).toBe(403)
    expect(await page.locator('[data-mode="working"]').getAttribute("aria-pressed")).toBe("true")
    // Nothing else is wrong with the request: the console's own page may send it.
    expect(await act({ origin: url })).toBe(200)
    await page.locator('[data-mode="unavailable"][aria-pressed="true"]').waitFor({ state: "attached" })
  })

  it("asks nobody but itself for anything, and complains of nothing", () => {
    expect(requested.length).toBeGreaterThan(20)
    expect(requested.filter((each) => new URL(each).host !== new URL(url).host)).toEqual([])
    expect(complaints).toEqual([])
  })
})
