/** The documentation as files: README, changelog and everything under `docs/`. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The repository's root. */
export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "")

const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name))
  .toSorted()

/** Every page, from the repository's root. */
export const pages: readonly string[] = ["README.md", "CHANGELOG.md", ...docs]

/** The pages that people write: all but the API reference. */
export const writtenPages: readonly string[] = pages.filter((page) => !page.startsWith("docs/api/"))

/** A page's text. */
export const readPage = (page: string): string => readFileSync(join(root, page), "utf8")

/** The fenced blocks of a language, without their indentation. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  [...readPage(page).matchAll(new RegExp(`^([ \\t]*)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\``, "gm"))].map(
    ([, indentation = "", code = ""]) => code.replaceAll(new RegExp(`^${indentation}`, "gm"), "")
  )

/** GitHub's anchors of a page: its headings, numbered where they repeat, and what is marked by hand. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  const prose = text.replace(/^```[\s\S]*?^```/gm, "")
  const headings = [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading)
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
  const marked = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id)
  return new Set([...headings, ...marked])
}

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-")
