import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { readReplayArguments } from "../../local/replayArguments.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
]

/** The arguments of a command as a shell would pass them. */
const argumentsOf = (command: string): ReadonlyArray<string> =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? "")

/** Commands in blocks end with the line or a remark, those in a text with the backquote. */
const commands = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/npm run replay -- ([^`\n#]+)/g)].map(
    ([, given]) => [page, (given ?? "").trim()] as const
  )
)

it("shows how each argument is used", () => {
  expect(commands.length).toBeGreaterThan(9)
})

it.each(commands)("%s: the replay takes %s", (_, given) => {
  expect(readReplayArguments(argumentsOf(given), () => "{}")).not.toHaveProperty("sentence")
})
