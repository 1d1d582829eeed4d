import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../", import.meta.url))
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
]
const read = (page: string): string => readFileSync(join(root, page), "utf8")

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-")

const anchorsOf = (page: string): ReadonlyArray<string> =>
  [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ""))

describe.each(pages)("%s", (page) => {
  const text = read(page)

  it("links only to files and headings that exist", () => {
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, path, anchor]) => {
      const target = path ? join(dirname(page), path) : page
      if (!existsSync(join(root, target))) return [link]
      return anchor !== undefined && !anchorsOf(target).includes(anchor) ? [link] : []
    })
    expect(broken).toEqual([])
  })

  it("names only npm scripts that exist", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts)
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name]) => name ?? "")
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  it("shows TypeScript only as it stands in a file that the type check and the tests cover", () => {
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
