import { expect, test } from "vitest"
import { readReplayArguments, usage } from "../../local/replayArguments.ts"

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
  [["--wait", "-1"], '--wait is "-1": it has to be a number from 1 to 86400.'],
  [["--status", "healing"], '--status is "healing": it has to be "awaiting-operator", "archived" or "all".'],
  [
    ["--from", "yesterday"],
    '--from is "yesterday": it has to be a time like 2026-01-31T08:00:00Z or a day like 2026-01-31.'
  ],
  [
    ["--to", "2026-02-31"],
    '--to is "2026-02-31": it has to be a time like 2026-01-31T08:00:00Z or a day like 2026-01-31.'
  ],
  [
    // In whose zone?
    ["--to", "2026-01-31T08:00"],
    '--to is "2026-01-31T08:00": it has to be a time like 2026-01-31T08:00:00Z or a day like 2026-01-31.'
  ],
  [["--from", "2026-02-01", "--to", "2026-01-01"], "--from 2026-02-01 is after --to 2026-01-01: it has to be before."],
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
  [["--patch", '{"a":1}'], "--patch needs --by: who changes a message is recorded."],
  ...["{", "5", "[]", "null", "{}"].map((patch): [ReadonlyArray<string>, string] => [
    ["--patch", patch, "--by", "Ada"],
    `--patch is ${patch}: it has to be a JSON object with at least one member, like {"quantity":1}.`
  ]),
  [["--patch", "{}", "--edit", "body.json"], "--edit and --patch are both given: one of them is allowed."],
  [
    ["--resume", "r", "--class", "Timeout"],
    "--class is given with --resume, which goes on with what the run has selected: --rate, --wait and --json are allowed."
  ],
  [["--class"], "--class has no value: it needs one."],
  [["--class="], "--class has no value: it needs one."],
  [["--class", "--json"], "--class has no value: it needs one."],
  [["--class", "A", "--class", "B"], "--class is given twice: once is allowed."],
  [["--json=yes"], '--json has the value "yes": it takes none.'],
  [["all"], '"all" belongs to no argument: each begins with "--".']
])("%j is refused with one sentence", (argv, sentence) => {
  expect(read(...argv)).toEqual({ _tag: "Refused", sentence })
})

test("an unknown argument is refused with the ones that there are, each of which the usage explains", () => {
  const refused = read("--everything")
  const sentence = refused._tag === "Refused" ? refused.sentence : ""
  expect(sentence).toMatch(/^--everything is no argument: there are --/)
  const known = [...sentence.matchAll(/--[a-z-]+/g)].map(([name]) => name).slice(1)
  expect(known.length).toBeGreaterThan(10)
  expect(known.filter((name) => name !== "--help" && !usage.includes(name))).toEqual([])
})

test("a day is the whole of it, in UTC; a time is taken as it is", () => {
  expect(read("--from", "2026-01-31", "--to", "2026-01-31")).toMatchObject({
    request: { criteria: { from: "2026-01-31T00:00:00.000Z", to: "2026-01-31T23:59:59.999Z" } }
  })
  expect(read("--to", "2026-01-31T08:00:00+02:00")).toMatchObject({
    request: { criteria: { to: "2026-01-31T08:00:00+02:00" } }
  })
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
