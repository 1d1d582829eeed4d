/** The arguments of `npm run replay`: read, and refused with one sentence where they make no sense. */
import { parseArgs } from "node:util"
import type { ReplayChanges, ReplayCriteria, ReplayEdit, ReplayRequest } from "../handlers/replay/ReplayRequest.ts"

/** How the command is used. */
export const usage = `Usage: npm run replay -- [what] [how]
       npm run replay -- --resume RUN [--rate N] [--wait SECONDS] [--json]

What (everything given has to match; without any, all that awaits an operator):
  --status awaiting-operator|archived|all
  --class CLASS              e.g. AuthFailure or AUTH_FAILURE
  --fingerprint FINGERPRINT  one group of failures; --dry-run lists them
  --lineage-id ID            one message, archived or awaiting an operator
  --from TIME, --to TIME     by the time of the last failure: 2026-01-31T08:00:00Z, or 2026-01-31 for the whole day (UTC)
  --limit N                  at most so many, oldest first

How:
  --rate N        at most N messages a second (10); one goes first, then 2, 4, 8 … as they recover
  --wait SECONDS  how long the outcome of the first ones is waited for (120)
  --unconfirmed   the queue's consumer confirms nothing: not failed again after --wait is a recovery
  --edit FILE     send the file's text as the body of the message (with --lineage-id and --by)
  --patch JSON    change the bodies with a JSON merge patch, RFC 7396 (with --by)
  --by NAME       who replays; kept in the history of each message
  --dry-run       show what would be replayed, and send nothing
  --json          one JSON document on standard output

The name of the run is printed first, how far it is to standard error. Ctrl-C lets the messages in hand be sent, and ends it.

Exit codes: 0 all was dealt with, 1 AWS did not answer, nothing is running, or there is no such run to resume, 2 the
arguments make no sense, 3 it stopped because messages failed again or nothing became of them, 130 it was interrupted.
What was begun can be resumed after 1, 3 and 130.`

/** What the command is to do. */
export type ReplayCommand =
  | { readonly _tag: "Help" }
  | { readonly _tag: "Refused"; readonly sentence: string }
  | { readonly _tag: "Replay"; readonly request: ReplayRequest; readonly dryRun: boolean; readonly json: boolean }
  | {
      readonly _tag: "Resume"
      readonly runId: string
      readonly changes: ReplayChanges
      readonly json: boolean
    }

class Refusal extends Error {}

const refuse = (sentence: string): never => {
  throw new Refusal(sentence)
}

const texts = [
  "status",
  "class",
  "fingerprint",
  "lineage-id",
  "from",
  "to",
  "limit",
  "rate",
  "wait",
  "edit",
  "patch",
  "by",
  "resume"
] as const
const flags = ["unconfirmed", "dry-run", "json", "help"] as const

type Given = { readonly [Name in (typeof texts)[number]]?: string } & {
  readonly [Name in (typeof flags)[number]]?: boolean
}

const isText = (name: string): name is (typeof texts)[number] => texts.some((known) => known === name)
const isFlag = (name: string): name is (typeof flags)[number] => flags.some((known) => known === name)

const options = Object.fromEntries([
  ...texts.map((name) => [name, { type: "string" }] as const),
  ...flags.map((name) => [name, { type: "boolean" }] as const)
])

/** Not strict, because Node's own words for what is wrong take three lines. */
const parse = (argv: ReadonlyArray<string>): Given => {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true })
  const given: { -readonly [Name in keyof Given]: Given[Name] } = {}
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue
    if (token.kind === "positional") return refuse(`"${token.value}" belongs to no argument: each begins with "--".`)
    const { name, rawName, value } = token
    if (!isText(name) && !isFlag(name))
      return refuse(
        `${rawName} is no argument: there are ${[...texts, ...flags].map((each) => `--${each}`).join(", ")}.`
      )
    if (given[name] !== undefined) return refuse(`${rawName} is given twice: once is allowed.`)
    if (isFlag(name)) {
      if (value !== undefined) return refuse(`${rawName} has the value "${value}": it takes none.`)
      given[name] = true
    } else if (value === undefined || (!token.inlineValue && value.startsWith("--")) || value.trim() === "")
      return refuse(`${rawName} has no value: it needs one.`)
    else given[name] = value
  }
  return given
}

const readNumber = (name: string, text: string | undefined, minimum: number, maximum: number, whole = false) => {
  if (text === undefined) return undefined
  const value = Number(text)
  const fits = text.trim() !== "" && value >= minimum && value <= maximum && (!whole || Number.isInteger(value))
  return fits
    ? value
    : refuse(`--${name} is "${text}": it has to be a ${whole ? "whole " : ""}number from ${minimum} to ${maximum}.`)
}

const timePattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** A day is all of it: from its first millisecond, or to its last one. */
const readTime = (name: "from" | "to", text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const [, day, time] = timePattern.exec(text) ?? []
  const asked = time !== undefined ? text : name === "from" ? `${day}T00:00:00.000Z` : `${day}T23:59:59.999Z`
  // JavaScript takes the 31st of February for the 3rd of March.
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
  return isDay && !Number.isNaN(Date.parse(asked))
    ? asked
    : refuse(`--${name} is "${text}": it has to be a time like 2026-01-31T08:00:00Z or a day like 2026-01-31.`)
}

const readStatus = (text: string | undefined): ReplayCriteria["status"] =>
  text === undefined || text === "awaiting-operator" || text === "archived" || text === "all"
    ? text
    : refuse(`--status is "${text}": it has to be "awaiting-operator", "archived" or "all".`)

const readPatch = (text: string): unknown => {
  const refused = () =>
    refuse(
      `--patch is ${text.slice(0, 100)}: it has to be a JSON object with at least one member, like {"quantity":1}.`
    )
  let patch: unknown
  try {
    patch = JSON.parse(text)
  } catch {
    return refused()
  }
  // Anything else would be the whole body of every message.
  return typeof patch === "object" && patch !== null && !Array.isArray(patch) && Object.keys(patch).length > 0
    ? patch
    : refused()
}

const readEdit = (given: Given, readFile: (path: string) => string): ReplayEdit | undefined => {
  const { edit, patch, by } = given
  if (edit === undefined && patch === undefined) return undefined
  if (edit !== undefined && patch !== undefined)
    return refuse("--edit and --patch are both given: one of them is allowed.")
  if (by === undefined)
    return refuse(`--${edit === undefined ? "patch" : "edit"} needs --by: who changes a message is recorded.`)
  if (edit === undefined) return { kind: "patch", patch: readPatch(patch ?? "") }
  if (given["lineage-id"] === undefined)
    return refuse("--edit needs --lineage-id: one text is the body of one message. --patch changes many.")
  let body: string
  try {
    body = readFile(edit)
  } catch {
    return refuse(`--edit: the file "${edit}" cannot be read.`)
  }
  return body === "" ? refuse(`--edit: the file "${edit}" is empty; SQS takes no empty body.`) : { kind: "body", body }
}

const changesOf = (given: Given) => ({
  messagesPerSecond: readNumber("rate", given.rate, 0.01, 1000),
  outcomeSeconds: readNumber("wait", given.wait, 1, 86_400)
})

const withResume = new Set(["resume", "rate", "wait", "json"])

const commandOf = (given: Given, readFile: (path: string) => string): ReplayCommand => {
  if (given.help === true) return { _tag: "Help" }
  const json = given.json === true
  if (given.resume !== undefined) {
    const other = Object.keys(given).find((name) => !withResume.has(name))
    if (other !== undefined)
      return refuse(
        `--${other} is given with --resume, which goes on with what the run has selected: --rate, --wait and --json are allowed.`
      )
    return { _tag: "Resume", runId: given.resume, changes: changesOf(given), json }
  }
  const from = readTime("from", given.from)
  const to = readTime("to", given.to)
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    return refuse(`--from ${given.from} is after --to ${given.to}: it has to be before.`)
  const status = readStatus(given.status)
  const { class: className, fingerprint, "lineage-id": lineageId } = given
  const criteria: ReplayCriteria = {
    ...(status === undefined ? {} : { status }),
    ...(className === undefined ? {} : { class: className }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(lineageId === undefined ? {} : { lineageId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to })
  }
  const request: ReplayRequest = {
    criteria,
    limit: readNumber("limit", given.limit, 1, 1_000_000, true),
    ...changesOf(given),
    edit: readEdit(given, readFile),
    by: given.by,
    confirmations: given.unconfirmed !== true
  }
  return { _tag: "Replay", request, dryRun: given["dry-run"] === true, json }
}

/** What the arguments ask for. Throws nothing: what makes no sense is a refusal. */
export const readReplayArguments = (argv: ReadonlyArray<string>, readFile: (path: string) => string): ReplayCommand => {
  try {
    return commandOf(parse(argv), readFile)
  } catch (error) {
    if (error instanceof Refusal) return { _tag: "Refused", sentence: error.message }
    throw error
  }
}
