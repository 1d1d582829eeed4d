import { execFileSync } from "node:child_process"
import fc from "fast-check"
import { expect, it } from "vitest"
import { byWhoever, commandLines } from "../../../cli/text/commandText.ts"

it("a command is never cut: however narrow the terminal, a shell reads the same words", () => {
  const flags = fc.constantFrom("--status archived", "--fingerprint 1327e41bbb0c42", "--by Ada", "--reason 'a b'")
  const wordsOf = (lines: ReadonlyArray<string>) =>
    execFileSync("bash", ["-c", lines.join("\n").replace(/^\s*npx/, "printf '%s|'")], { encoding: "utf8" })
  fc.assert(
    fc.property(fc.array(flags, { maxLength: 6 }), fc.integer({ min: 20, max: 120 }), (given, width) => {
      const command = ["npx resilient-queue replay", ...given].join(" ")
      expect(wordsOf(commandLines(command, width, "    "))).toBe(wordsOf([command]))
    }),
    { numRuns: 30 }
  )
})

it("it is broken only where it has to be, and each line fits", () => {
  const command = `npx resilient-queue replay --status archived --fingerprint 1327e41bbb0c42 ${byWhoever}`
  expect(commandLines(command, 100, "    ")).toEqual([`    ${command}`])
  expect(commandLines(command, 80, "    ")).toEqual([
    "    npx resilient-queue replay --status archived --fingerprint 1327e41bbb0c42 \\",
    '      --by "$(whoami)"'
  ])
})
