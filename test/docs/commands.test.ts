import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"
import { commandLine } from "../../cli/main.ts"
import { typed } from "../cli/typed.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
]

const directory = mkdtempSync(join(tmpdir(), "commands-"))
writeFileSync(join(directory, "body.json"), "{}")
writeFileSync(join(directory, "ids.txt"), "O1\n")
afterAll(() => rmSync(directory, { recursive: true }))

/** The arguments of a command as a shell would pass them, up to a pipe or a redirection. */
const argumentsOf = (command: string): ReadonlyArray<string> =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"|<>]+)|([|<>])/g)]
    .map(([, single, double, bare, end]) => ({ text: single ?? double ?? bare ?? "", end: end !== undefined }))
    .reduce<{ readonly found: ReadonlyArray<string>; readonly over: boolean }>(
      ({ found, over }, { text, end }) => (over || end ? { found, over: true } : { found: [...found, text], over }),
      { found: [], over: false }
    ).found

/** Commands in blocks end with the line or a remark, those in a text with the backquote. */
const commands = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/(npm run replay --|npx resilient-queue) ([^`\n#]+)/g)].map(
    ([, program, given]) =>
      [page, `${program === "npx resilient-queue" ? "" : "replay "}${(given ?? "").trim()}`] as const
  )
)

it("shows how each command is used", () => {
  const shown = new Set(commands.map(([, command]) => command.split(" ", 1)[0]))
  const all = commandLine.subcommands.flatMap((group) => group.commands.map(({ name }) => name))
  expect(all.filter((name) => !shown.has(name))).toEqual([])
  expect(commands.length).toBeGreaterThan(9)
})

it.each(commands)("%s: the command line takes %s", async (_, given) => {
  const wanted = argumentsOf(given).map((each) =>
    each === "body.json" || each === "ids.txt" ? join(directory, each) : each
  )
  // The command reads its arguments, and then has no system to work on.
  const withoutSystem = wanted.filter(
    (each, index) => !/^--(stack|outputs)/.test(each) && !/^--(stack|outputs)$/.test(wanted[index - 1] ?? "")
  )
  const { exitCode, error } = await typed([...withoutSystem, "--outputs", join(directory, "none.json")])
  if (exitCode !== 0) expect(error).toBe(`--outputs: the file "${join(directory, "none.json")}" cannot be read.\n`)
})

it.each([undefined, ...commandLine.subcommands.flatMap((group) => group.commands.map(({ name }) => name))])(
  "docs/command-line.md has the help of %s as the command line prints it",
  async (name) => {
    const { out } = await typed([...(name === undefined ? [] : [name]), "--help"])
    // The flags of all commands stand once on the page.
    const own = name === undefined ? out : out.replace(/\nINHERITED FLAGS\n[\s\S]*?(?=\nEXAMPLES\n|$)/, "")
    expect(readFileSync(join(root, "docs/command-line.md"), "utf8")).toContain(`\`\`\`\n${own.trimEnd()}\n\`\`\``)
  }
)
