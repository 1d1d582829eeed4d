import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"

const healer = new URL("../../../handlers/healer/healer.handler.ts", import.meta.url)
const root = fileURLToPath(new URL("../../..", import.meta.url))

/** The bundler as a new program run has it, with nothing in its cache. */
const freshBundler = async () => {
  vi.resetModules()
  return import("../../../components/function/bundle.ts")
}

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "a bundle with spaces "))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe("the bundle of a function", () => {
  const start = process.cwd()
  // What is kept of another run is not looked at here.
  beforeEach(() => void vi.stubEnv("BUNDLE_CACHE", ""))
  afterEach(() => {
    vi.unstubAllEnvs()
    process.chdir(start)
  })

  it("is byte for byte the same in a second program run, from another working directory", async () => {
    const first = await (await freshBundler()).bundle(healer)
    process.chdir(tmpdir())
    const second = await (await freshBundler()).bundle(healer)
    expect(second === first).toBe(true)
  })

  it("is the same for a URL, its text and its path", async () => {
    const { bundle } = await freshBundler()
    const [url, text, path] = await Promise.all([bundle(healer), bundle(healer.href), bundle(fileURLToPath(healer))])
    expect(text).toBe(url)
    expect(path).toBe(url)
  })

  it("tells nothing of the machine that it was made on, and holds no development dependency", async () => {
    const code = await (await freshBundler()).bundle(healer)
    // Matches, not the code itself: a failure shall not print a megabyte.
    expect(code.includes(root)).toBe(false)
    expect(code.match(/\b(?:vitest|dynalite|fast-check|biome|rolldown|pulumi)\b/g) ?? []).toEqual([])
  })

  it("holds what is used and leaves out what is not", async () => {
    const folder = folderWith({
      "library.ts": `export const used = "this is used"\nexport const unused = "this is not used"\n`,
      "entry.ts": `import { used } from "./library.ts"\nexport const handler = async () => used\n`
    })
    const code = await (await freshBundler()).bundle(join(folder, "entry.ts"))
    expect(code).toContain("this is used")
    expect(code).not.toContain("this is not used")
  })

  it("is one ES module that runs", async () => {
    const folder = folderWith({
      "entry.ts": `const later = () => import("./later.ts")\nexport const handler = async (): Promise<string> => (await later()).word\n`,
      "later.ts": `export const word: string = "loaded"\n`
    })
    const { bundle } = await freshBundler()
    const code = await bundle(join(folder, "entry.ts"))
    const file = join(folderWith({ "index.mjs": code }), "index.mjs")
    const loaded: { readonly handler: () => Promise<string> } = await import(pathToFileURL(file).href)
    expect(await loaded.handler()).toBe("loaded")
  })

  it("keeps the names of functions and classes, for stack traces", async () => {
    const folder = folderWith({
      "entry.ts": `class OrderRefused extends Error {}
const refuseOrder = (reason: string): never => { throw new OrderRefused(reason) }
export const handler = async (event: { readonly reason: string }): Promise<string> => {
  try { return refuseOrder(event.reason) } catch (error) { return error instanceof Error ? error.constructor.name + error.stack : "" }
}\n`
    })
    const { bundle } = await freshBundler()
    const file = join(folderWith({ "index.mjs": await bundle(join(folder, "entry.ts")) }), "index.mjs")
    const loaded: { readonly handler: (event: { readonly reason: string }) => Promise<string> } = await import(
      pathToFileURL(file).href
    )
    const told = await loaded.handler({ reason: "no" })
    expect(told).toContain("OrderRefused")
    expect(told).toContain("refuseOrder")
  })

  it("gets Node's own modules without an import, which would load all that their exports hint at", async () => {
    const folder = folderWith({
      "entry.ts": `import { createHash } from "crypto"
import * as path from "node:path"
const os = () => import("node:os")
export const handler = async (): Promise<string> =>
  [createHash("md5").update("").digest("hex"), path.posix.join("a", "b"), (await os()).EOL].join(" ")\n`
    })
    const { bundle } = await freshBundler()
    const code = await bundle(join(folder, "entry.ts"))
    expect(code).not.toMatch(/from\s*["'`]|import\(/)
    const file = join(folderWith({ "index.mjs": code }), "index.mjs")
    const loaded: { readonly handler: () => Promise<string> } = await import(pathToFileURL(file).href)
    expect(await loaded.handler()).toBe("d41d8cd98f00b204e9800998ecf8427e a/b \n")
  })

  it("has the credentials of Lambda's environment, and no other provider of them", async () => {
    const code = await (await freshBundler()).bundle(healer)
    expect(code.match(/credential_process|sso_start_url|web_identity_token_file|169\.254\.170\.2/g) ?? []).toEqual([])
    expect(code.includes("AWS_SECRET_ACCESS_KEY")).toBe(true)
  })

  it("is made once a program run, however often it is asked for", async () => {
    const { bundle } = await freshBundler()
    expect(bundle(healer)).toBe(bundle(fileURLToPath(healer)))
  })

  it("cannot be made of a file that does not exist: the error names it", async () => {
    const { bundle } = await freshBundler()
    await expect(bundle("/nowhere/missing.handler.ts")).rejects.toThrow(
      /^The function entry missing\.handler\.ts \(\/nowhere\/missing\.handler\.ts\) could not be bundled: /
    )
  })

  it("cannot be made of an entry with a wrong import: the error names the entry and the import", async () => {
    const entry = join(
      folderWith({ "entry.ts": `import { a } from "./gone.ts"\nexport const handler = a\n` }),
      "entry.ts"
    )
    const { bundle } = await freshBundler()
    await expect(bundle(entry)).rejects.toThrow(new RegExp(`${basename(entry)}.*could not be bundled[^]*gone\\.ts`))
  })
})
