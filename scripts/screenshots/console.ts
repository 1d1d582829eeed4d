/** The demo, recorded through the console: clicks through it as a person would. */
import type { Page } from "playwright-core"
import { startConsole } from "../../local/console/startConsole.ts"
import type { Picture, Shot } from "./Shot.ts"

/** A step of the demo may take so long on a busy machine, in milliseconds. */
const patience = 180_000

const phone = { width: 375, height: 780 }

const order = async (page: Page, kind: string): Promise<void> => {
  const button = page.locator(`[data-order="${kind}"]`)
  await button.click()
  await button.and(page.locator(":not([aria-busy])")).waitFor()
}

const gateway = (page: Page, mode: string): Promise<void> => page.locator(`[data-mode="${mode}"]`).click()

const view = (page: Page, name: string): Promise<void> => page.locator(`[data-view="${name}"]`).click()

const figure = (page: Page, name: string, value: RegExp): Promise<void> =>
  page.locator(`[data-figure="${name}"] .figure-value`).filter({ hasText: value }).waitFor()

/** What is pictured, in the order in which it happens. */
const steps: ReadonlyArray<{ readonly name: string; readonly before: (page: Page) => Promise<void> }> = [
  {
    name: "console-orders",
    before: async (page) => {
      await order(page, "laptop")
      await figure(page, "Stored", /^[1-9]/)
      for (let sent = 0; sent < 5; sent++) await order(page, "laptop")
    }
  },
  {
    name: "console-failing",
    before: async (page) => {
      for (const kind of ["ChaosAuthFailure", "ChaosTimeout", "ChaosValidationError", "queue-not-json", "Poison"])
        await order(page, kind)
      await figure(page, "Awaits you", /^[1-9]/)
      await figure(page, "Archived", /^[1-9]/)
    }
  },
  {
    name: "console-breaker",
    before: async (page) => {
      await gateway(page, "unavailable")
      for (let sent = 0; sent < 8; sent++) await order(page, "laptop")
      await figure(page, "Breaker", /^(Open|Half-open)$/)
    }
  },
  {
    name: "console-mended",
    before: async (page) => {
      await gateway(page, "working")
      // The breaker of the gateway alone: the one of the failures on purpose stays open. It closes as orders get through.
      const broken = page.locator('[data-node="external:payment"].broken')
      for (let sent = 0; sent < 40 && (await broken.count()) > 0; sent++) {
        await order(page, "laptop")
        await page.waitForTimeout(1000)
      }
      await broken.waitFor({ state: "detached" })
    }
  },
  {
    name: "console-groups",
    before: async (page) => {
      await gateway(page, "credential")
      for (const kind of ["laptop", "laptop", "laptop"]) await order(page, kind)
      await figure(page, "Awaits you", /^[2-9]$/)
      await gateway(page, "working")
      await view(page, "failures")
      await page.locator(".group", { hasText: "payment-gateway" }).first().locator("button").click()
      await page.locator(".message-row").first().waitFor()
    }
  },
  {
    name: "console-timeline",
    before: async (page) => {
      await page.locator(".message-row").first().click()
      await page.locator(".steps").waitFor()
    }
  },
  {
    name: "console-replayed",
    before: async (page) => {
      await page.locator(".back").click()
      await page.locator(".next-step .button").click()
      await page.locator('.replay-progress[data-state="finished"]').waitFor()
    }
  },
  {
    name: "console-dashboard",
    before: async (page) => {
      await view(page, "dashboard")
      await page.locator(".plot canvas").first().waitFor()
      await page.locator(".log-table").first().waitFor()
      await page.locator('[data-type="custom"] .custom-content td').first().waitFor()
      // Notices of what was clicked before.
      while ((await page.locator(".toast").count()) > 0) await page.waitForTimeout(500)
    }
  }
]

const pictured = async (page: Page, name: string, fullPage = false): Promise<Picture> => {
  // A click far down has scrolled there.
  await page.evaluate("scrollTo(0, 0)")
  return { name, image: await page.screenshot({ fullPage, timeout: patience }) }
}

const record = async function* (page: Page, url: string): AsyncGenerator<Picture> {
  page.setDefaultTimeout(patience)
  await page.goto(url)
  await page.locator(".node").first().waitFor()
  for (const { name, before } of steps) {
    await before(page)
    yield pictured(page, name, name === "console-dashboard")
  }
  await page.locator("#theme").click()
  await view(page, "system")
  await order(page, "laptop")
  yield pictured(page, "console-dark")
  await page.setViewportSize(phone)
  yield pictured(page, "console-phone-dark", true)
  await page.locator("#theme").click()
  await view(page, "failures")
  yield pictured(page, "console-phone-failures")
}

/** The pictures. */
export const consoleShots: ReadonlyArray<Shot> = [
  {
    name: "console",
    // Longer than the stack's own: on a busy machine a cold start must not be what fails.
    config: { functionTimeoutSeconds: 12, visibilityTimeoutSeconds: 12 },
    // Messages on their way are dots that move.
    options: { colorScheme: "light", reducedMotion: "no-preference", viewport: { width: 1280, height: 1080 } },
    take: async function* (page, system) {
      const localConsole = await startConsole(system)
      try {
        yield* record(page, localConsole.url)
      } finally {
        await localConsole.close()
      }
    }
  }
]
