import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest"
import { typed } from "./typed.ts"

const directory = mkdtempSync(join(tmpdir(), "pulumi-"))
const searchPath = process.env["PATH"] ?? ""

/** A command `pulumi` that prints its arguments to a file, and does this. */
const pulumi = (script: string): void => {
  const file = join(directory, "pulumi")
  writeFileSync(file, `#!/bin/sh\necho "$@" > '${join(directory, "arguments")}'\n${script}\n`)
  chmodSync(file, 0o755)
}

beforeEach(() => {
  process.env["PATH"] = `${directory}${delimiter}${searchPath}`
})
afterEach(() => {
  process.env["PATH"] = searchPath
})
afterAll(() => rmSync(directory, { recursive: true }))

describe("the system of a Pulumi stack", () => {
  it("is known by its outputs, and what they do not name is said in one sentence", async () => {
    pulumi(`echo '{"orderQueueUrl":"q","apiUrl":"https://x"}'`)
    expect(await typed(["status", "--stack", "prod"])).toEqual({
      exitCode: 1,
      out: "",
      error:
        "This needs failuresTableName, which stack prod does not name; its outputs are: apiUrl, orderQueueUrl. Export them from the program, or give them with --outputs FILE.\n"
    })
  })

  it("is not there: Pulumi's own complaint says why", async () => {
    pulumi("echo \"error: no stack named 'prod' found\" >&2; exit 255")
    expect(await typed(["failures", "--stack", "prod"])).toEqual({
      exitCode: 1,
      out: "",
      error: "Pulumi has no outputs of the stack \"prod\": no stack named 'prod' found.\n"
    })
  })

  it("is refused where outputs are given as well, or cannot be read", async () => {
    const file = join(directory, "outputs.json")
    writeFileSync(file, "[]")
    expect(await typed(["status", "--stack", "prod", "--outputs", file])).toMatchObject({
      exitCode: 2,
      error: "--outputs and --stack are both given: one of them is allowed.\n"
    })
    expect(await typed(["status", "--outputs", file])).toMatchObject({
      exitCode: 2,
      error: `--outputs ${file}: it has to be a JSON object, as \`pulumi stack output --json\` writes it.\n`
    })
  })
})

describe("the command line", () => {
  it("prints its version, its help where no command is given, and a completion for each shell", async () => {
    expect(await typed(["--version"])).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^resilient-queue \d/) })
    expect(await typed([])).toMatchObject({ exitCode: 0, out: expect.stringContaining("SUBCOMMANDS") })
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const { exitCode, out } = await typed(["completion", shell])
      expect(exitCode).toBe(0)
      expect(out).toContain("drain-parking")
      expect(out).not.toContain("--completions")
    }
    expect(await typed(["completion", "tcsh"])).toMatchObject({
      exitCode: 2,
      out: "",
      error: expect.stringMatching(/^Unknown shell "tcsh": use bash, zsh, fish or powershell\.\n/)
    })
  })

  it("says in one sentence what is no command, and what is missing", async () => {
    const wrong = async (...argv: ReadonlyArray<string>) => (await typed(argv)).error.split("\n")[0]
    expect(await wrong("stauts")).toBe('Unknown command "stauts"; did you mean status?')
    expect(await wrong("show")).toBe("Missing argument: <id> (a lineage id or correlation id).")
    expect(await wrong("discard", "l", "--by", "Ada")).toBe(
      "--reason is missing: why a message is discarded is recorded."
    )
    expect(await wrong("discard", "--by", "Ada", "--reason", "r")).toBe(
      "There is nothing to discard: give lineage ids, or a selection such as --fingerprint."
    )
    expect(await wrong("bogus")).toBe('Unknown command "bogus".')
    for (const command of [["discard", "l"], ["drain-parking"]])
      expect(await wrong(...command, "--by", "NAME", "--dry-run")).toMatch(/^--by is "NAME", which stands for your own/)
    expect(await wrong("failures", "--status", "lost")).toMatch(/^--status is "lost": it has to be open, all, /)
  })

  it("classifies line by line, as text or as JSON lines", async () => {
    const input = ['"Unexpected token } in JSON at position 17"', "", '{"text":"x","code":"40P01"}', "read ECONNRESET"]
    const { out, exitCode } = await typed(["classify", "--json"], { input: `${input.join("\n")}\n` })
    expect(exitCode).toBe(0)
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).code)
    ).toEqual(["BAD_PAYLOAD", "DEPENDENCY_FAILURE", "DEPENDENCY_FAILURE"])
    expect((await typed(["classify"], { input: input.join("\n") })).out.split("\n")).toHaveLength(4)
  })
})
