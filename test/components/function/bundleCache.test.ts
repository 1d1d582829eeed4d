/** A kept bundle is used as long as nothing of it has changed, and no longer. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"

/** What a new program run makes of an entry. */
const bundleOf = async (entry: string): Promise<string> => {
  vi.resetModules()
  const { bundle } = await import("../../../components/function/bundle.ts")
  return bundle(entry)
}

const marker = "// kept"

describe("a folder of bundles", () => {
  let folder = ""
  let cache = ""
  let entry = ""

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sources "))
    cache = join(folder, "cache")
    entry = join(folder, "entry.ts")
    writeFileSync(join(folder, "package.json"), `{"type":"module"}`)
    writeFileSync(join(folder, "word.ts"), `export const word = "one"\n`)
    // Nothing of it is in the bundle: until it does something.
    writeFileSync(join(folder, "silent.ts"), "export const silent = 1\n")
    writeFileSync(
      entry,
      `import { word } from "./word.ts"\nimport "./silent.ts"\nexport const handler = async () => word\n`
    )
    vi.stubEnv("BUNDLE_CACHE", cache)
  })

  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Writes into the kept bundle, so that it is known from one that was made. */
  const mark = () => {
    const [name = ""] = readdirSync(cache)
    const path = join(cache, name)
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), code: marker }))
  }

  it("is not needed, and nothing is kept without it", async () => {
    vi.stubEnv("BUNDLE_CACHE", "")
    expect(await bundleOf(entry)).toContain("one")
    expect(readdirSync(folder)).not.toContain("cache")
  })

  it("gives a second run the very bundle of the first", async () => {
    const made = await bundleOf(entry)
    expect(await bundleOf(entry)).toBe(made)
    mark()
    expect(await bundleOf(entry)).toBe(marker)
  })

  it.each([
    ["a file of it", "word.ts", `export const word = "two"\n`, "two"],
    ["a file that has had no part in it", "silent.ts", `console.log("awake")\n`, "awake"],
    ["the package file", "package.json", `{"type":"module","sideEffects":true}`, "one"]
  ])("makes it anew when %s changes", async (_, name, text, expected) => {
    await bundleOf(entry)
    mark()
    writeFileSync(join(folder, name), text)
    expect(await bundleOf(entry)).toContain(expected)
  })

  it("makes it anew when a file of it is gone, and says so where that cannot be", async () => {
    await bundleOf(entry)
    mark()
    rmSync(join(folder, "word.ts"))
    await expect(bundleOf(entry)).rejects.toThrow(/could not be bundled.*word\.ts/s)
  })

  it("makes it anew when what is kept cannot be read", async () => {
    await bundleOf(entry)
    const [name = ""] = readdirSync(cache)
    for (const text of ["", "{", "null", '{"code":1,"files":{}}', '{"code":"","files":{}}']) {
      writeFileSync(join(cache, name), text)
      expect(await bundleOf(entry)).toContain("one")
    }
  })
})
