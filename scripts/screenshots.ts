/**
 * `npm run screenshots [-- NAME...]`: takes the pictures of the docs anew: all of them, or the named (`console`,
 * `storefront`, …). They are pages of a running system, in the browser of the tests and with its fonts.
 */
import { spawnSync } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { launchChromium, withoutBrowser } from "../test/browser/chromium.ts"
import { startSystem } from "../test/browser/runningSystem.ts"
import { consoleShots } from "./screenshots/console.ts"
import { dashboardWidgetShots } from "./screenshots/dashboardWidget.ts"
import type { Shot } from "./screenshots/Shot.ts"
import { storefrontShots } from "./screenshots/storefront.ts"

/** Every picture. To add one, put it into a list like these. */
const shots: ReadonlyArray<Shot> = [...storefrontShots, ...dashboardWidgetShots, ...consoleShots]

const directory = fileURLToPath(new URL("../docs/images/", import.meta.url))

const names = shots.map(({ name }) => name)
const chosen = process.argv.length > 2 ? process.argv.slice(2) : names
const unknown = chosen.find((name) => !names.includes(name))
if (withoutBrowser !== undefined || unknown !== undefined) {
  console.error(withoutBrowser ?? `There is no picture "${unknown}"; there are ${names.join(", ")}.`)
  process.exit(1)
}

/** Each has a system of its own, of which there is one a process. */
const takeApart = (name: string): void => {
  const script = fileURLToPath(import.meta.url)
  const { status } = spawnSync(process.execPath, [...process.execArgv, script, name], { stdio: "inherit" })
  if (status !== 0) process.exit(status ?? 1)
}

const take = async (shot: Shot): Promise<void> => {
  const [system, browser] = await Promise.all([startSystem(shot.config), launchChromium()])
  try {
    // Pictures of one machine look like those of another, as far as words and numbers of the page allow.
    const context = await browser.newContext({
      locale: "en-US",
      timezoneId: "UTC",
      reducedMotion: "reduce",
      ...shot.options
    })
    for await (const { name, image } of shot.take(await context.newPage(), system)) {
      await writeFile(`${directory}${name}.png`, image)
      console.log(`docs/images/${name}.png: ${Math.ceil(image.length / 1024)} KiB`)
    }
  } finally {
    await browser.close()
    await system.close()
  }
}

await mkdir(directory, { recursive: true })
if (chosen.length > 1) chosen.forEach(takeApart)
else for (const shot of shots.filter(({ name }) => chosen.includes(name))) await take(shot)
process.exit(0)
