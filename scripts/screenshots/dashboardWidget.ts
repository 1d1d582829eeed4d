/** The dashboard's failure groups, as the console shows them. */
import { startConsole } from "../../local/console/startConsole.ts"
import type { Shot } from "./Shot.ts"

const patience = 60_000

/** The pictures. */
export const dashboardWidgetShots: ReadonlyArray<Shot> = [
  {
    name: "dashboard-widget",
    options: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    take: async function* (page, system) {
      const localConsole = await startConsole(system)
      try {
        page.setDefaultTimeout(patience)
        system.payment.script({ answers: [{ status: 401 }], forever: true })
        await page.goto(localConsole.url)
        for (const kind of ["laptop", "laptop", "ChaosValidationError"])
          await page.locator(`[data-order="${kind}"]`).click()
        await page
          .locator('[data-figure="Awaits you"] .figure-value')
          .filter({ hasText: /^[2-9]$/ })
          .waitFor()
        await page
          .locator('[data-figure="Archived"] .figure-value')
          .filter({ hasText: /^[1-9]$/ })
          .waitFor()
        await page.locator('[data-view="dashboard"]').click()
        const widget = page.locator('[data-type="custom"]')
        await widget.locator("td", { hasText: "AUTH_FAILURE" }).waitFor()
        yield { name: "dashboard-widget", image: await widget.screenshot({ animations: "disabled" }) }
      } finally {
        await localConsole.close()
      }
    }
  }
]
