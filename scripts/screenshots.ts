/**
 * `npm run screenshots [-- NAME...]`: takes the pictures of the docs anew, all of them or the named. Each is a page of the
 * running system, in the browser of the tests and with its fonts.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { launchChromium, withoutBrowser } from "../test/browser/chromium.ts"
import { startSystem } from "../test/browser/runningSystem.ts"
import { dashboardWidgetShots } from "./screenshots/dashboardWidget.ts"
import type { Shot } from "./screenshots/Shot.ts"
import { storefrontShots } from "./screenshots/storefront.ts"

/** Every picture. To add one, put it into a list like these. */
const shots: ReadonlyArray<Shot> = [...storefrontShots, ...dashboardWidgetShots]

const directory = fileURLToPath(new URL("../docs/images/", import.meta.url))

const named = process.argv.slice(2)
const unknown = named.find((name) => !shots.some((shot) => shot.name === name))
if (withoutBrowser !== undefined || unknown !== undefined) {
  console.error(
    withoutBrowser ?? `There is no picture "${unknown}"; there are ${shots.map(({ name }) => name).join(", ")}.`
  )
  process.exit(1)
}

await mkdir(directory, { recursive: true })
const [system, browser] = await Promise.all([startSystem(), launchChromium()])
try {
  for (const { name, options, take } of shots) {
    if (named.length > 0 && !named.includes(name)) continue
    // Pictures of one machine look like those of another, as far as words and numbers of the page allow.
    const context = await browser.newContext({
      locale: "en-US",
      timezoneId: "UTC",
      reducedMotion: "reduce",
      ...options
    })
    const page = await context.newPage()
    const picture = await take(page, system)
    await writeFile(`${directory}${name}.png`, picture)
    console.log(`docs/images/${name}.png: ${Math.ceil(picture.length / 1024)} KiB`)
    await context.close()
  }
} finally {
  await browser.close()
  await system.close()
}
process.exit(0)
