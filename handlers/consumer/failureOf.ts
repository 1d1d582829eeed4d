/** What a record's cause of failure says, as a failure record. Total: a user's error may be anything at runtime. */
import { Cause, Result } from "effect"
import type { FailureRecord } from "../failure/Evidence.ts"
import { defaultRules, type RecoveryRule } from "../recovery/RecoveryPolicy.ts"

/** What a failure record says beside what the error says. */
export interface FailureSituation {
  /** The rules of the policy: a class without one counts as `Unknown`. */
  readonly rules: Readonly<Record<string, RecoveryRule>>
  readonly receiveCount: number
  readonly requestId: string
  readonly logGroup: string | undefined
  readonly logStream: string | undefined
  /** Epoch milliseconds. */
  readonly at: number
  /** Takes out of a text what of the message's body may not be written down. @default nothing */
  readonly redact?: ((text: string) => string) | undefined
}

/** A field of a value that may be anything: even its getter may throw. */
const field = (value: unknown, name: string): unknown =>
  Result.getOrUndefined(
    Result.try(() => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined))
  )

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** Secrets are taken out by the evidence's codec and by the log, each for itself; the body's values before half of one is cut off. */
const boundedText = (value: string, length: number, { redact }: FailureSituation): string =>
  (redact === undefined ? value : redact(value.slice(0, maxRedactedLength))).slice(0, length)

/** Longer text is not searched for what it may quote: all of it that is kept is far shorter. */
const maxRedactedLength = 65_536

const seconds = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.min(value, 86_400) : undefined

const describe = (error: unknown): string => {
  const name = text(field(error, "name")) ?? text(field(field(error, "constructor"), "name"))
  const message = text(field(error, "message")) ?? (typeof error === "string" ? error : undefined)
  return [name ?? typeof error, ...(message === undefined ? [] : [message])].join(": ")
}

/** The rule of a class; a class that the policy does not know is treated as `Unknown`. */
export const ruleOf = (rules: Readonly<Record<string, RecoveryRule>>, className: string): RecoveryRule =>
  // A policy always has the built-in classes; if one has not, the default retries, which loses nothing.
  (Object.hasOwn(rules, className) ? rules[className] : rules["Unknown"]) ?? defaultRules.Unknown

const situationFields = ({ receiveCount, requestId, logGroup, logStream, at }: FailureSituation) => ({
  receiveCount: Math.max(0, Math.trunc(receiveCount)),
  requestId: requestId.slice(0, 64),
  ...(logGroup === undefined ? {} : { logGroup: logGroup.slice(0, 512) }),
  ...(logStream === undefined ? {} : { logStream: logStream.slice(0, 512) }),
  at
})

/** A failure that the consumer itself found. */
export const ownFailure = (
  failure: { readonly class: string; readonly reason: string; readonly detail?: string },
  situation: FailureSituation
): FailureRecord => ({ ...failure, ...situationFields(situation) })

/** Effect's own timeout is a `Timeout`, unless the policy has a rule of its own for it. */
const classOf = (tag: string, { rules }: FailureSituation): string | undefined => {
  if (tag.length <= 64 && Object.hasOwn(rules, tag)) return tag
  return tag === "TimeoutError" ? "Timeout" : undefined
}

const typedFailure = (error: unknown, situation: FailureSituation): FailureRecord => {
  const tag = text(field(error, "_tag"))
  const message = text(field(error, "message"))
  // The reason of Effect's errors may be an error itself: its tag groups failures, and the message has what is of this one.
  const reasonTag = text(field(field(error, "reason"), "_tag"))
  const reason = text(field(error, "reason")) ?? reasonTag ?? message ?? tag ?? describe(error)
  const known = tag === undefined ? undefined : classOf(tag, situation)
  const detail = text(field(error, "detail")) ?? (reasonTag === undefined ? undefined : message)
  const dependency = text(field(error, "dependency"))
  const retryAfterSeconds = seconds(field(error, "retryAfterSeconds"))
  const grouped = known !== undefined || tag === undefined || tag === reason ? reason : `${tag}: ${reason}`
  return {
    class: known ?? "Unknown",
    reason: boundedText(grouped, 256, situation),
    ...(detail === undefined ? {} : { detail: boundedText(detail, 3000, situation) }),
    ...(dependency === undefined ? {} : { dependency: dependency.slice(0, 128) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...situationFields(situation)
  }
}

const defectFailure = (defect: unknown, situation: FailureSituation): FailureRecord => {
  const stack = text(field(defect, "stack"))
  return {
    class: "Unknown",
    reason: boundedText(`defect: ${describe(defect)}`, 256, situation),
    ...(stack === undefined ? {} : { detail: boundedText(stack, 3000, situation) }),
    ...situationFields(situation)
  }
}

/** The failure record of a failed record: its typed error, or else its defect. */
export const failureOf = (cause: Cause.Cause<unknown>, situation: FailureSituation): FailureRecord => {
  const failed = cause.reasons.find(Cause.isFailReason)
  if (failed !== undefined) return typedFailure(failed.error, situation)
  const died = cause.reasons.find(Cause.isDieReason)
  return died === undefined
    ? ownFailure({ class: "Unknown", reason: "interrupted itself" }, situation)
    : defectFailure(died.defect, situation)
}
