import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { afterAll, expect, test } from "vitest"
import { platform } from "../../cli/platform.ts"
import { type ReplayCommand, replayCommandOf, replayFlags } from "../../cli/replayRequest.ts"
import { typed } from "./typed.ts"

const directory = mkdtempSync(join(tmpdir(), "replay-"))
writeFileSync(join(directory, "body.json"), "{}")
writeFileSync(join(directory, "empty"), "")
afterAll(() => rmSync(directory, { recursive: true }))

/** The first line on standard error; the system that is named cannot be read, so nothing is done. */
const refusal = async (argv: ReadonlyArray<string>) => {
  const placed = argv.map((each) => (each === "body.json" || each === "empty" ? join(directory, each) : each))
  const { exitCode, out, error } = await typed(["replay", ...placed, "--outputs", join(directory, "none.json")])
  return { exitCode, out, sentence: error.split("\n")[0]?.replaceAll(`${directory}/`, "") }
}

/** What the flags ask for. */
const asked = async (argv: ReadonlyArray<string>): Promise<ReplayCommand> => {
  let command: ReplayCommand | undefined
  const capture = Command.make("replay", replayFlags, (flags) =>
    Effect.map(replayCommandOf(flags), (found) => {
      command = found
    })
  )
  const streams = { out: () => undefined, error: () => undefined, input: [], inputIsTerminal: false }
  await Effect.runPromise(
    Command.runWith(capture, { version: "0" })(argv).pipe(
      Effect.provide(
        platform({
          ...streams,
          input: (async function* () {})(),
          outputIsTerminal: false,
          errorIsTerminal: false,
          columns: undefined,
          noColor: true,
          ask: () => Promise.reject(new Error("nobody"))
        })
      )
    )
  )
  if (command === undefined) throw new Error("nothing was asked for")
  return command
}

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
  [["all"], 'Unexpected argument: "all".'],
  [["--by", "NAME", "--dry-run"], '--by is "NAME", which stands for your own name: --by "$(whoami)", say.'],
  [
    ["--fingerprint", "1327e41bbb0c42…"],
    '--fingerprint is "1327e41bbb0c42…", which was cut off: it has to be whole, as `status` prints it (14 characters).'
  ],
  [["--everything"], "Unknown flag --everything."],
  [["--clas", "A"], "Unknown flag --clas; did you mean --class?"]
])("%j is refused with one sentence", async (argv, sentence) => {
  expect(await refusal(argv)).toEqual({ exitCode: 2, out: "", sentence })
})

test("a day is the whole of it, in UTC; a time is taken as it is", async () => {
  expect(await asked(["--from", "2026-01-31", "--to", "2026-01-31"])).toMatchObject({
    request: { criteria: { from: "2026-01-31T00:00:00.000Z", to: "2026-01-31T23:59:59.999Z" } }
  })
  expect(await asked(["--to", "2026-01-31T08:00:00+02:00"])).toMatchObject({
    request: { criteria: { to: "2026-01-31T08:00:00+02:00" } }
  })
})

test("what is asked for is passed on", async () => {
  const patch = [
    ...["--class", "AuthFailure", "--rate", "5", "--patch", '{"a":null}', "--by", "Ada", "--reason", "a new rule"]
  ]
  expect(await asked(patch)).toMatchObject({
    _tag: "Replay",
    request: {
      criteria: { class: "AuthFailure" },
      messagesPerSecond: 5,
      edit: { kind: "patch", patch: { a: null } },
      by: "Ada",
      reason: "a new rule",
      confirmations: true
    }
  })
  expect(await asked(["--dry-run", "--unconfirmed", "--limit", "3", "--status", "all"])).toMatchObject({
    _tag: "Preview",
    request: { criteria: { status: "all" }, limit: 3, confirmations: false }
  })
  expect(await asked(["--edit", join(directory, "body.json"), "--lineage-id", "l", "--by", "Ada"])).toMatchObject({
    request: { criteria: { lineageId: "l" }, edit: { kind: "body", body: "{}" }, by: "Ada" }
  })
  expect(await asked(["--resume", "r", "--rate", "1"])).toMatchObject({
    _tag: "Resume",
    runId: "r",
    changes: { messagesPerSecond: 1 }
  })
})
