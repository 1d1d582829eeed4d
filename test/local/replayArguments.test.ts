import { expect, test } from "vitest"
import { readReplayArguments } from "../../local/replayArguments.ts"

const read = (...argv: ReadonlyArray<string>) =>
  readReplayArguments(argv, (path) => {
    if (path === "body.json") return "{}"
    if (path === "empty") return ""
    throw new Error("ENOENT")
  })

test.each([
  [["--limit", "0"], '--limit is "0": it has to be a whole number from 1 to 1000000.'],
  [["--limit", "1.5"], '--limit is "1.5": it has to be a whole number from 1 to 1000000.'],
  [["--rate", "fast"], '--rate is "fast": it has to be a number from 0.01 to 1000.'],
  [["--status", "healing"], '--status is "healing": it has to be "awaiting-operator", "archived" or "all".'],
  [["--from", "yesterday"], '--from is "yesterday": it has to be a time like 2026-01-31T08:00:00Z.'],
  [["--from", "2026-02-01", "--to", "2026-01-01"], "--from 2026-02-01 is after --to 2026-01-01: nothing can match."],
  [["--edit", "body.json", "--lineage-id", "l"], "--edit needs --by: who changes a message is recorded."],
  [
    ["--edit", "body.json", "--by", "Ada"],
    "--edit needs --lineage-id: one text is the body of one message. --patch changes many."
  ],
  [["--edit", "none", "--by", "Ada", "--lineage-id", "l"], '--edit: the file "none" cannot be read.'],
  [
    ["--edit", "empty", "--by", "Ada", "--lineage-id", "l"],
    '--edit: the file "empty" is empty; SQS takes no empty body.'
  ],
  [["--patch", "{", "--by", "Ada"], "--patch is no JSON: {"],
  [["--patch", "{}", "--edit", "body.json"], "--edit and --patch exclude each other."],
  [["--resume", "r", "--class", "Timeout"], "--resume goes on with what the run has selected: --class does not fit."]
])("%j is refused with one sentence", (argv, sentence) => {
  expect(read(...argv)).toEqual({ _tag: "Refused", sentence })
})

test("an unknown argument is refused", () => {
  expect(read("--everything")).toMatchObject({ _tag: "Refused" })
})

test("what is asked for is passed on", () => {
  expect(read("--class", "AuthFailure", "--rate", "5", "--patch", '{"a":null}', "--by", "Ada", "--json")).toMatchObject(
    {
      _tag: "Replay",
      json: true,
      dryRun: false,
      request: {
        criteria: { class: "AuthFailure" },
        messagesPerSecond: 5,
        edit: { kind: "patch", patch: { a: null } },
        by: "Ada",
        confirmations: true
      }
    }
  )
  expect(read("--resume", "r", "--rate", "1")).toMatchObject({
    _tag: "Resume",
    runId: "r",
    changes: { messagesPerSecond: 1 }
  })
  expect(read("--help")).toEqual({ _tag: "Help" })
})
