/**
 * Evidence as text and back. Encoding always fits and always decodes again; decoding never throws: an attribute that
 * somebody else wrote, or forged, is as good as none.
 */
import { Option, Schema } from "effect"
import { Evidence, evidenceMaxBytes, type FailureRecord, highestCopy } from "./Evidence.ts"
import { redactSecrets } from "./redact.ts"
import { cutText, utf8Length } from "./text.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Evidence))

/**
 * What SQS takes for a string attribute; the rest is escaped by JSON (control characters) or replaced here.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const sendable = (text: string): string => text.toWellFormed().replace(/[\uFFFE\uFFFF]/g, "\uFFFD")

const clean = (text: string, maxLength: number): string => cutText(sendable(text), maxLength)

/** Longer text than this can never fit; it is cut before the secrets are taken out, so that the work is bounded. */
const cleanSecrets = (text: string, maxLength: number): string =>
  clean(redactSecrets(sendable(cutText(text, 4 * evidenceMaxBytes))), maxLength)

const integer = (value: number, minimum: number, maximum: number): number =>
  Number.isNaN(value) ? minimum : Math.min(maximum, Math.max(minimum, Math.trunc(value)))

const time = (value: number): number => integer(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)

const identifier = (value: string): string => value.slice(0, 128).replace(/[^A-Za-z0-9_.:/=+-]/g, "_") || "unknown"

const boundedFailure = (failure: FailureRecord): FailureRecord => ({
  class: clean(failure.class, 64) || "Unknown",
  reason: cleanSecrets(failure.reason, 256),
  ...(failure.detail === undefined ? {} : { detail: cleanSecrets(failure.detail, evidenceMaxBytes) }),
  ...(failure.dependency === undefined ? {} : { dependency: clean(failure.dependency, 128) }),
  ...(failure.retryAfterSeconds === undefined || Number.isNaN(failure.retryAfterSeconds)
    ? {}
    : { retryAfterSeconds: Math.min(86_400, Math.max(0, failure.retryAfterSeconds)) }),
  receiveCount: integer(failure.receiveCount, 0, Number.MAX_SAFE_INTEGER),
  ...(failure.requestId === undefined ? {} : { requestId: clean(failure.requestId, 64) }),
  ...(failure.logGroup === undefined ? {} : { logGroup: clean(failure.logGroup, 512) }),
  ...(failure.logStream === undefined ? {} : { logStream: clean(failure.logStream, 512) }),
  ...(failure.untried === undefined ? {} : { untried: failure.untried }),
  at: time(failure.at)
})

const bounded = (evidence: Evidence): Evidence => ({
  version: 1,
  lineageId: identifier(evidence.lineageId),
  firstSeen: time(evidence.firstSeen),
  healAttempts: integer(evidence.healAttempts, 0, 10_000),
  ...(evidence.isolated === undefined ? {} : { isolated: evidence.isolated }),
  ...(evidence.admittedTo === undefined ? {} : { admittedTo: clean(evidence.admittedTo, 128) || "unknown" }),
  ...(evidence.admittedBefore === undefined
    ? {}
    : { admittedBefore: evidence.admittedBefore.slice(-8).map((name) => clean(name, 128) || "unknown") }),
  ...(evidence.passes === undefined ? {} : { passes: evidence.passes.slice(-9).map((pass) => clean(pass, 64)) }),
  ...(evidence.heldAs === undefined
    ? {}
    : {
        heldAs: {
          messageId: identifier(evidence.heldAs.messageId),
          copy: integer(evidence.heldAs.copy, 1, highestCopy)
        }
      }),
  ...(evidence.heldSince === undefined ? {} : { heldSince: time(evidence.heldSince) }),
  ...(evidence.recoveredAt === undefined ? {} : { recoveredAt: time(evidence.recoveredAt) }),
  ...(evidence.failure === undefined ? {} : { failure: boundedFailure(evidence.failure) })
})

/** What is cut when there is no room, in this order: the longest prose first, what finds the log last. */
const cutOrder = ["detail", "reason", "logStream", "logGroup", "dependency", "requestId"] as const

/**
 * Evidence as JSON of at most 4 KiB (UTF-8), without secrets in `reason` and `detail`. What is too long is cut,
 * `detail` first, then `reason`; values out of bounds are brought within them. The text always decodes again.
 */
export const encodeEvidence = (evidence: Evidence): string => {
  let current = bounded(evidence)
  let text = JSON.stringify(current)
  if ((current.admittedBefore ?? current.passes) !== undefined && utf8Length(text) > evidenceMaxBytes) {
    // Without it the message is asked for once more.
    const { admittedBefore: _, passes: __, ...others } = current
    current = others
    text = JSON.stringify(current)
  }
  for (const field of cutOrder) {
    const failure = current.failure
    if (failure === undefined || utf8Length(text) <= evidenceMaxBytes) break
    const value = failure[field]
    if (value === undefined) continue
    // A character can take six bytes when escaped, so the length that fits is searched for, not computed.
    let fits = 0
    let fitsNot = value.length
    while (fitsNot - fits > 1) {
      const middle = (fits + fitsNot) >> 1
      const tried = { ...current, failure: { ...failure, [field]: cutText(value, middle) } }
      if (utf8Length(JSON.stringify(tried)) <= evidenceMaxBytes) fits = middle
      else fitsNot = middle
    }
    current = { ...current, failure: { ...failure, [field]: cutText(value, fits) } }
    text = JSON.stringify(current)
  }
  return text
}

/**
 * The evidence in an attribute's text; `undefined` when there is none, it is malformed, a value is out of its bounds,
 * it is of another version, or it is longer than evidence can be. Unknown fields are dropped. Never throws.
 */
export const decodeEvidence = (text: string | undefined): Evidence | undefined =>
  text === undefined || text.length > evidenceMaxBytes || utf8Length(text) > evidenceMaxBytes
    ? undefined
    : Option.getOrUndefined(decode(text))

/** The id by which a message is known across re-queues: that of its evidence, else the id it has now. */
export const lineageOf = (evidence: Evidence | undefined, messageId: string): string => evidence?.lineageId ?? messageId
