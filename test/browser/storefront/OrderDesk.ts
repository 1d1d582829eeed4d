/** The order page as somebody uses it. */
import axe from "axe-core"
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core"

/** How long something on the page may take on a busy machine, in milliseconds. */
export const patience = 60_000

/** An order page in a browser of its own. */
export interface OrderDesk {
  readonly page: Page
  readonly context: BrowserContext
  readonly field: (label: "Item" | "Quantity" | "Access token") => Locator
  /** Fills in the form and sends it off. */
  readonly place: (itemName: string, quantity: string) => Promise<void>
  /** The card of an order. */
  readonly card: (itemName: string) => Locator
  /** The state that a card shows, once it is one of these. */
  readonly state: (itemName: string, ...labels: ReadonlyArray<string>) => Promise<string>
  /** What is against the rules of accessibility, a sentence each. */
  readonly accessibilityProblems: () => Promise<ReadonlyArray<string>>
  /** What has gone wrong behind the page: violations of its content security policy, errors, requests to elsewhere. */
  readonly complaints: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Opens the page. */
export const openOrderDesk = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {}
): Promise<OrderDesk> => {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC", ...options })
  context.setDefaultTimeout(patience)
  const complaints: Array<string> = []
  await context.exposeBinding("complain", (_, complaint: unknown) => complaints.push(String(complaint)))
  await context.addInitScript(
    `addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => complain(violatedDirective + " " + blockedURI))`
  )
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`request to ${request.url()}`)
  })
  const page = await context.newPage()
  page.on("pageerror", (error) => complaints.push(String(error)))
  await page.goto(url)

  const field = (label: string): Locator => page.getByLabel(label, { exact: true })
  const card = (itemName: string): Locator =>
    page.locator("li.order").filter({ has: page.getByRole("heading", { name: new RegExp(`^${escaped(itemName)} ×`) }) })
  return {
    page,
    context,
    field,
    place: async (itemName, quantity) => {
      await field("Item").fill(itemName)
      await field("Quantity").fill(quantity)
      await page.getByRole("button", { name: "Place order" }).click()
    },
    card,
    state: async (itemName, ...labels) => {
      const badge = card(itemName).locator(".badge", { hasText: new RegExp(`^(?:${labels.map(escaped).join("|")})$`) })
      await badge.waitFor({ timeout: patience })
      return badge.innerText()
    },
    accessibilityProblems: async () => {
      // By the debugger, which no content security policy stops.
      await page.evaluate(axe.source)
      const { violations }: Pick<axe.AxeResults, "violations"> = await page.evaluate("axe.run()")
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)
      )
    },
    complaints: () => complaints,
    close: () => context.close()
  }
}
