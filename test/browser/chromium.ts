/**
 * A browser for tests and screenshots. On Linux x64 it is the Chromium that `npm ci` brings, so a test never depends on
 * what a machine has installed; elsewhere it is an installed Chrome, and where there is none such tests are skipped.
 *
 * @example
 * describe.skipIf(withoutBrowser !== undefined)("the page", () => {
 *   let browser: Browser
 *   beforeAll(async () => void (browser = await launchChromium()), browserTimeout)
 *   afterAll(() => browser.close())
 * })
 */
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Browser, chromium, type LaunchOptions } from "playwright-core"

const run = promisify(execFile)

/** What a start of the browser, its unpacking included, may take on a busy machine, in milliseconds. */
export const browserTimeout = 120_000

const isBundled = process.platform === "linux" && process.arch === "x64"

const cacheDirectory = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url))

/** Open Sans comes with the package; a machine's own fonts are for what is not in it, such as fixed-width letters. */
const preferredFonts = {
  "sans-serif": "Open Sans",
  "system-ui": "Open Sans",
  monospace: "DejaVu Sans Mono",
  "ui-monospace": "DejaVu Sans Mono"
}

const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
${Object.entries(preferredFonts)
  .map(([family, font]) => `  <alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>\n`)
  .join("")}</fontconfig>
`

const packageVersion = async (): Promise<string> => {
  const file = new URL("../package.json", import.meta.resolve("@sparticuz/chromium"))
  const { version }: { readonly version?: unknown } = JSON.parse(await readFile(file, "utf8"))
  if (typeof version !== "string") throw new Error(`${file.pathname} names no version.`)
  return version
}

/**
 * Unpacks the package's Chromium, once for a checkout; the answer is where it is. It is unpacked beside its place and
 * renamed into it, so that nobody starts half a browser: not after an interruption, and not while another process unpacks.
 */
const unpackChromium = async (): Promise<string> => {
  const directory = join(cacheDirectory, `chromium-${await packageVersion()}`)
  if (existsSync(directory)) return directory
  await mkdir(cacheDirectory, { recursive: true })
  const unpacking = await mkdtemp(join(cacheDirectory, "chromium-unpacking-"))
  try {
    await run(process.execPath, [fileURLToPath(new URL("unpackChromium.mjs", import.meta.url))], {
      env: { ...process.env, TMPDIR: unpacking }
    })
    await rename(unpacking, directory).catch((error: unknown) => {
      // Somebody else was faster.
      if (!existsSync(directory)) throw error
    })
    return directory
  } finally {
    await rm(unpacking, { recursive: true, force: true })
  }
}

/** Writes the configuration beside its place, as another process may read it at this moment. */
const configureFonts = async (directory: string): Promise<string> => {
  const written = await mkdtemp(join(directory, "fonts", "conf-"))
  await writeFile(join(written, "fonts.conf"), fontConfiguration)
  await rename(join(written, "fonts.conf"), join(directory, "fonts", "fonts.conf"))
  await rm(written, { recursive: true })
  return join(directory, "fonts")
}

/** A machine may lack NSS, which Chromium needs; the package has it, for the case alone that the machine's does not load. */
const libraryPath = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const starts = (environment: NodeJS.ProcessEnv) =>
    run(join(directory, "chromium"), ["--version"], { env: environment }).then(
      () => true,
      () => false
    )
  if (await starts(process.env)) return {}
  const libraries = [join(directory, "al2023", "lib"), process.env["LD_LIBRARY_PATH"] ?? ""].filter(
    (path) => path !== ""
  )
  return { LD_LIBRARY_PATH: libraries.join(":") }
}

const bundledChromium = async (): Promise<LaunchOptions> => {
  const directory = await unpackChromium()
  return {
    executablePath: join(directory, "chromium"),
    env: { ...process.env, FONTCONFIG_PATH: await configureFonts(directory), ...(await libraryPath(directory)) }
  }
}

const installedChrome = (): LaunchOptions => {
  const path = process.env["CHROME_PATH"]
  return path === undefined ? { channel: "chrome" } : { executablePath: path }
}

/**
 * Starts a headless browser with Playwright's own switches and no other: web security and site isolation stay on. What it
 * rejects with says why the browser did not start.
 */
export const launchChromium = async (): Promise<Browser> =>
  chromium.launch({
    headless: true,
    timeout: browserTimeout,
    ...(isBundled ? await bundledChromium() : installedChrome())
  })

const whyWithoutBrowser = async (): Promise<string | undefined> => {
  // Here it comes with the packages: that it does not start is a failure of the test, not a reason to leave it out.
  if (isBundled) return undefined
  try {
    await (await launchChromium()).close()
    return undefined
  } catch {
    return `No Chrome is installed on this machine (${process.platform} ${process.arch}); install one, or set CHROME_PATH to one.`
  }
}

/** Why there is no browser here, which is a reason to skip what needs one; `undefined` where there is one. */
export const withoutBrowser: string | undefined = await whyWithoutBrowser()

if (withoutBrowser !== undefined) console.warn(`Browser tests are skipped. ${withoutBrowser}`)
