/** The arguments of `npm run replay`: read, and refused with one sentence where they make no sense. */
import { parseArgs } from "node:util"
import type { ReplayCriteria, ReplayEdit, ReplayRequest } from "../handlers/replay/ReplayRequest.ts"

/** How the command is used. */
export const usage = `Usage: npm run replay -- [what] [how]
       npm run replay -- --resume RUN [--rate N] [--wait SECONDS] [--json]

What (everything given has to match; without any, all that awaits an operator):
  --status awaiting-operator|archived|all
  --class CLASS              e.g. AuthFailure
  --fingerprint FINGERPRINT  one group of failures
  --lineage-id ID            one message
  --from TIME, --to TIME     by the time of the last failure, ISO-8601
  --limit N                  at most so many, oldest first

How:
  --rate N        at most N messages a second (10); one goes first, then 2, 4, 8 … as they recover
  --wait SECONDS  how long the outcome of the first ones is waited for (120)
  --unconfirmed   the queue's consumer confirms nothing: not failed again after --wait is a recovery
  --edit FILE     send the file's text as the body of the message (with --lineage-id and --by)
  --patch JSON    change the bodies with a JSON merge patch, RFC 7396 (with --by)
  --by NAME       who replays; kept in the history of each message
  --dry-run       show what would be replayed, and send nothing
  --json          one JSON document

Exit codes: 0 all was dealt with, 1 AWS did not answer or nothing is running, 2 the arguments make no sense,
3 it stopped because messages failed again or nothing became of them. After 1 and 3 it can be resumed.`

/** What the command is to do. */
export type ReplayCommand =
  | { readonly _tag: "Help" }
  | { readonly _tag: "Refused"; readonly sentence: string }
  | { readonly _tag: "Replay"; readonly request: ReplayRequest; readonly dryRun: boolean; readonly json: boolean }
  | {
      readonly _tag: "Resume"
      readonly runId: string
      readonly changes: Pick<ReplayRequest, "messagesPerSecond" | "outcomeSeconds">
      readonly json: boolean
    }

class Refusal extends Error {}

const refuse = (sentence: string): never => {
  throw new Refusal(sentence)
}

const options = {
  class: { type: "string" },
  status: { type: "string" },
  fingerprint: { type: "string" },
  "lineage-id": { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  limit: { type: "string" },
  rate: { type: "string" },
  wait: { type: "string" },
  unconfirmed: { type: "boolean" },
  edit: { type: "string" },
  patch: { type: "string" },
  by: { type: "string" },
  "dry-run": { type: "boolean" },
  resume: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" }
} as const

const parse = (argv: ReadonlyArray<string>) => {
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

type Given = ReturnType<typeof parse>

const readNumber = (name: string, text: string | undefined, minimum: number, maximum: number, whole = false) => {
  if (text === undefined) return undefined
  const value = Number(text)
  const fits = text.trim() !== "" && value >= minimum && value <= maximum && (!whole || Number.isInteger(value))
  return fits
    ? value
    : refuse(`--${name} is "${text}": it has to be a ${whole ? "whole " : ""}number from ${minimum} to ${maximum}.`)
}

const readTime = (name: string, text: string | undefined): string | undefined =>
  text === undefined || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)))
    ? text
    : refuse(`--${name} is "${text}": it has to be a time like 2026-01-31T08:00:00Z.`)

const readStatus = (text: string | undefined): ReplayCriteria["status"] =>
  text === undefined || text === "awaiting-operator" || text === "archived" || text === "all"
    ? text
    : refuse(`--status is "${text}": it has to be "awaiting-operator", "archived" or "all".`)

const readPatch = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(`--patch is no JSON: ${text.slice(0, 100)}`)
  }
}

const readEdit = (given: Given, readFile: (path: string) => string): ReplayEdit | undefined => {
  const { edit, patch, by } = given
  if (edit === undefined && patch === undefined) return undefined
  if (edit !== undefined && patch !== undefined) return refuse("--edit and --patch exclude each other.")
  if (by === undefined || by.trim() === "")
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
    if (other !== undefined) return refuse(`--resume goes on with what the run has selected: --${other} does not fit.`)
    if (given.resume === "") return refuse("--resume needs the id of a run.")
    return { _tag: "Resume", runId: given.resume, changes: changesOf(given), json }
  }
  const from = readTime("from", given.from)
  const to = readTime("to", given.to)
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    return refuse(`--from ${from} is after --to ${to}: nothing can match.`)
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
