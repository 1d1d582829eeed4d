import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { readPage, root } from "./pages.ts"

const page = readPage("docs/architecture.md")

describe("the invariants", () => {
  const named = [...page.matchAll(/\[test\]\(\.\.\/([^)]+)\) \*([^*]+)\*/g)]

  it("name the tests that show them", () => {
    expect(named.length).toBeGreaterThan(10)
  })

  it.each(named.map(([, path = "", title = ""]) => [path, title]))("%s has the test: %s", (path, title) => {
    expect(readFileSync(join(root, path), "utf8")).toContain(`"${title}"`)
  })
})

/** What the files of a folder import: packages by name, files by their path from the root. */
const importsOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const path = join(root, folder, name)
      const sources = readFileSync(path, "utf8").matchAll(/^(?:import|export|\}) .*?from "([^"]+)"/gm)
      return [...sources].map(([, source = ""]) =>
        source.startsWith(".") ? relative(root, join(dirname(path), source)) : source
      )
    })

describe("the rules of the house", () => {
  it("components import no AWS SDK, and nothing of the embedded AWS", () => {
    const imports = importsOf("components")
    expect(imports.length).toBeGreaterThan(100)
    expect(imports.filter((source) => /^(@aws-sdk\/|local\/)/.test(source))).toEqual([])
  })

  it("handlers import no Pulumi, no component, and nothing of the embedded AWS", () => {
    const imports = importsOf("handlers")
    expect(imports.length).toBeGreaterThan(100)
    expect(imports.filter((source) => /^(@pulumi\/|components\/|local\/)/.test(source))).toEqual([])
  })

  it("failures and recovery import nothing but effect, and recovery of the failures their names", () => {
    const others = (folder: string, allowed: RegExp) => importsOf(folder).filter((source) => !allowed.test(source))
    expect(others("handlers/failure", /^(effect|handlers\/failure\/)/)).toEqual([])
    expect(others("handlers/recovery", /^(effect|handlers\/(failure|recovery)\/)/)).toEqual([])
  })

  it("has every folder of the components and the handlers on the page", () => {
    const folders = ["components", "handlers"].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    )
    expect(folders.map(({ name }) => name).filter((name) => !page.includes(`  ${name}/`))).toEqual([])
  })
})
