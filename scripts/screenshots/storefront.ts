/** Pictures of the order page. */
import type { Page } from "playwright-core"
import type { System } from "../../local/withSystem.ts"
import type { Shot } from "./Shot.ts"

const patience = 60_000

const place = async (page: Page, itemName: string, quantity: string): Promise<void> => {
  await page.getByLabel("Item", { exact: true }).fill(itemName)
  await page.getByLabel("Quantity", { exact: true }).fill(quantity)
  await page.getByRole("button", { name: "Place order" }).click()
}

const until = (page: Page, itemName: string, label: RegExp): Promise<void> =>
  page.locator("li.order", { hasText: itemName }).locator(".badge", { hasText: label }).waitFor({ timeout: patience })

/** Orders in four states, and a problem at its field. */
const fill = async (page: Page, { outputs, payment }: System, fullPage: boolean): Promise<Buffer> => {
  await page.goto(String(outputs["storefrontUrl"]))
  await place(page, "Laptop, 14 inches", "2")
  await until(page, "Laptop", /Stored/)
  payment.script({ answers: [{ status: 401 }], forever: true })
  await place(page, "Desk lamp", "1")
  await until(page, "Desk lamp", /Awaiting an operator/)
  payment.script({ answers: [{ status: 503 }], forever: true })
  await place(page, "Mechanical keyboard", "1")
  await until(page, "Mechanical keyboard", /Being healed|On hold/)
  await place(page, "Office chair", "4")
  await until(page, "Office chair", /Accepted/)
  await place(page, "Notebook", "20000")
  await page.getByText("Expected a whole number").waitFor({ timeout: patience })
  if (!fullPage) await page.evaluate('document.getElementById("orders-title").scrollIntoView()')
  return page.screenshot({ fullPage, animations: "disabled" })
}

/** The pictures. */
export const storefrontShots: ReadonlyArray<Shot> = [
  {
    name: "storefront",
    options: { colorScheme: "light", viewport: { width: 1100, height: 740 } },
    take: async function* (page, system) {
      yield { name: "storefront", image: await fill(page, system, true) }
    }
  },
  {
    name: "storefront-phone",
    options: { colorScheme: "dark", viewport: { width: 390, height: 760 } },
    take: async function* (page, system) {
      yield { name: "storefront-phone", image: await fill(page, system, false) }
    }
  }
]
