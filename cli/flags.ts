/** Flags that commands share, and how their values are read: refused with one sentence where they make no sense. */
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { type Refusal, refuse } from "./Refusal.ts"

/** A flag with a text, which may be left out. */
export const text = (name: string, value: string, description: string): Flag.Flag<Option.Option<string>> =>
  Flag.String(name).pipe(Flag.withMetavar(value), Flag.withDescription(description), Flag.optional)

/** A flag that is there or not. */
export const switched = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

/** The text of a flag that was given; refused where it is empty. */
export const given = (name: string, value: Option.Option<string>): Effect.Effect<string | undefined, Refusal> =>
  Option.match(value, {
    onNone: () => Effect.succeed(undefined),
    onSome: (found) =>
      found.trim() === "" ? Effect.fail(refuse(`--${name} has no value: it needs one.`)) : Effect.succeed(found)
  })

/** Who acts, as the history of each message will say it; the placeholder of the help is nobody's name. */
export const byOf = Effect.fnUntraced(function* (value: Option.Option<string>) {
  const by = yield* given("by", value)
  return by === "NAME" ? yield* refuse('--by is "NAME", which stands for your own name: --by "$(whoami)", say.') : by
})

/** The text of a flag that is needed; `why` follows a colon. */
export const needed = Effect.fnUntraced(function* (name: string, value: Option.Option<string>, why: string) {
  return (yield* given(name, value)) ?? (yield* refuse(`--${name} is missing: ${why}.`))
})

/** A number within its range. */
export const numberOf = Effect.fnUntraced(function* (
  name: string,
  value: Option.Option<string>,
  range: { readonly minimum: number; readonly maximum: number; readonly whole?: boolean }
) {
  const found = yield* given(name, value)
  if (found === undefined) return undefined
  const { minimum, maximum, whole = false } = range
  const number = Number(found)
  return number >= minimum && number <= maximum && (!whole || Number.isInteger(number))
    ? number
    : yield* refuse(
        `--${name} is "${found}": it has to be a ${whole ? "whole " : ""}number from ${minimum} to ${maximum}.`
      )
})

const timePattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** A time; a day is all of it: from its first millisecond, or to its last one, UTC. */
const timeOf = Effect.fnUntraced(function* (name: "from" | "to", value: Option.Option<string>) {
  const found = yield* given(name, value)
  if (found === undefined) return undefined
  const [, day, time] = timePattern.exec(found) ?? []
  const asked = time !== undefined ? found : name === "from" ? `${day}T00:00:00.000Z` : `${day}T23:59:59.999Z`
  // JavaScript takes the 31st of February for the 3rd of March.
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
  return isDay && !Number.isNaN(Date.parse(asked))
    ? asked
    : yield* refuse(`--${name} is "${found}": it has to be a time like 2026-01-31T08:00:00Z or a day like 2026-01-31.`)
})

/** The flag for one of the statuses in which a message waits for an operator. */
export const waitingStatusFlag = text("status", "STATUS", "awaiting-operator, archived or all (awaiting-operator)")

/** What that flag was given. */
export const waitingStatusOf = Effect.fnUntraced(function* (value: Option.Option<string>) {
  const found = yield* given("status", value)
  return found === undefined || found === "awaiting-operator" || found === "archived" || found === "all"
    ? found
    : yield* refuse(`--status is "${found}": it has to be "awaiting-operator", "archived" or "all".`)
})

/** The flags that select failures, all of which have to match. */
export const selectionFlags = {
  class: text("class", "CLASS", "Of this class: AuthFailure or AUTH_FAILURE"),
  fingerprint: text("fingerprint", "FINGERPRINT", "Of this group, as `status` names it"),
  from: text("from", "TIME", "Failed last at this time or later: 2026-01-31T08:00:00Z, 2026-01-31"),
  to: text("to", "TIME", "Failed last at this time or earlier; a day is all of it (UTC)")
}

/** What those flags were given. */
export interface SelectionGiven {
  readonly class: Option.Option<string>
  readonly fingerprint: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
}

/** The selection as criteria; what was not given is left out. */
export const selectionOf = Effect.fnUntraced(function* (flags: SelectionGiven) {
  const className = yield* given("class", flags.class)
  const fingerprint = yield* given("fingerprint", flags.fingerprint)
  // Of a whole one, what follows the hash may well end so.
  if (fingerprint !== undefined && /^\S*(?:…|\.\.\.)$/u.test(fingerprint))
    return yield* refuse(
      `--fingerprint is "${fingerprint}", which was cut off: it has to be whole, as \`status\` prints it (14 characters).`
    )
  const from = yield* timeOf("from", flags.from)
  const to = yield* timeOf("to", flags.to)
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    return yield* refuse(
      `--from ${Option.getOrElse(flags.from, () => "")} is after --to ${Option.getOrElse(flags.to, () => "")}: it has to be before.`
    )
  return {
    ...(className === undefined ? {} : { class: className }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to })
  }
})
