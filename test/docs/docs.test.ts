import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { anchorsOf, pages, readPage, root, writtenPages } from "./pages.ts"

const anchors = new Map(pages.map((page) => [page, anchorsOf(readPage(page))]))
const scripts = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts)

describe.each(pages)("%s", (page) => {
  const text = readPage(page)

  it("links only to files and headings that exist", () => {
    const links = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)
    const broken = [...links].flatMap(([link, path, anchor]) => {
      const target = path ? join(dirname(page), path) : page
      if (!existsSync(join(root, target))) return [link]
      return anchor !== undefined && anchors.get(target)?.has(anchor) !== true ? [link] : []
    })
    expect(broken).toEqual([])
  })

  it("names only npm scripts that exist", () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name]) => name ?? "")
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })
})

describe.each(writtenPages)("%s", (page) => {
  it("shows TypeScript only as it stands in a file that the type check and the tests cover", () => {
    const text = readPage(page)
    const blocks = [...text.matchAll(/(?:<!-- snippet: (\S+) -->\n)?```ts\n([\s\S]*?)```/g)]
    for (const [, path, code] of blocks) {
      expect(path, `a block without its file:\n${code}`).toBeDefined()
      const file = join(root, path ?? "")
      expect(readFileSync(file, "utf8"), `${relative(root, file)} in ${page}`).toContain(code)
    }
    const announced = [...text.matchAll(/<!-- snippet: \S+ -->/g)].length
    expect(blocks.length, "each announced snippet is followed by its code").toBe(announced)
  })
})

describe("the README's figures of an outage", () => {
  const [, ...tables] = readPage("docs/outage.md").split("<!-- npm run bench:outage -->")
  const figures = (policy: string): readonly string[] =>
    (tables.join("").match(new RegExp(`^\\| ${policy} .*$`, "m"))?.[0] ?? "").split("|").map((cell) => cell.trim())
  const readme = readPage("README.md")

  it("are those of the simulation", () => {
    const [, , attempts, load, , archived] = figures("circuit breaker")
    expect(readme).toContain(`that is ${attempts} attempts a message`)
    expect(readme).toContain(`a ramp, ${load} its normal load`)
    expect(archived).toBe("0")
    const [, , , redriven = ""] = figures("bulk redrive at 500/s")
    expect(readme).toContain(`hits it with ${Math.trunc(Number.parseFloat(redriven))} × its normal load`)
  })
})
