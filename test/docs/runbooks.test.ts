import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const folder = new URL("../../docs/runbooks/", import.meta.url)
const pages = readdirSync(folder)
const blocksOf = (page: string): ReadonlyArray<string> =>
  [...readFileSync(new URL(page, folder), "utf8").matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), "")
  )
const setIn = (block: string) => [...block.matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name]) => name)

/** What the index has people set once. */
const given = blocksOf("README.md").flatMap(setIn)

describe.each(pages)("docs/runbooks/%s", (page) => {
  const blocks = blocksOf(page)

  it("has commands that a shell can read", () => {
    for (const block of blocks) execFileSync("bash", ["-n"], { input: block })
  })

  it("uses variables only that are set there, or once by the index", () => {
    const known = [...given, ...blocks.flatMap(setIn)]
    const used = blocks.flatMap((block) => [...block.matchAll(/\$\{?([A-Z][A-Z_]+)/g)].map(([, name]) => name))
    // `$LATEST` is Lambda's.
    expect(used.filter((name) => name !== "LATEST" && !known.includes(name))).toEqual([])
  })

  it("says whether anything is lost", () => {
    if (page !== "README.md")
      expect(readFileSync(new URL(page, folder), "utf8")).toMatch(/^\*\*Is anything lost\?\*\* /m)
  })
})
