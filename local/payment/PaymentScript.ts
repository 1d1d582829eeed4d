/** What the stand-in payment gateway is told to answer: read from JSON, with one sentence for what is wrong. */
import { Result, Schema } from "effect"

const milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 }))
const seconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400 }))

/** One answer of the gateway. */
export const paymentAnswer = Schema.Union([
  /** Authorises the payment. */
  Schema.Literal("ok"),
  /** Answers with a status, e.g. 503 with `Retry-After`. A status below 300 authorises. */
  Schema.Struct({
    status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
    retryAfter: Schema.optionalKey(seconds),
    body: Schema.optionalKey(Schema.Unknown)
  }),
  /** Waits, then authorises. */
  Schema.Struct({ delayMilliseconds: milliseconds }),
  /** Ends the connection without an answer. */
  Schema.Struct({ refuse: Schema.Literal(true) }),
  /** Resets the connection (TCP RST). */
  Schema.Struct({ reset: Schema.Literal(true) })
])

/** One answer of the gateway. */
export type PaymentAnswer = typeof paymentAnswer.Type

const script = Schema.Struct({ answers: Schema.Array(paymentAnswer), forever: Schema.optionalKey(Schema.Boolean) })

/** Answers in the order in which they are given; `ok` follows, unless the last one is repeated `forever`. */
export type PaymentScript = typeof script.Type

const decode = Schema.decodeUnknownResult(script)

/** A script from JSON, or the sentence that says what is wrong with it. */
export const readScript = (text: string): PaymentScript | string => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return "The script is not JSON."
  }
  const decoded = decode(json, { onExcessProperty: "error" })
  if (Result.isSuccess(decoded)) return decoded.success
  return `The script must be {"answers": [...]}, each answer "ok", {"status": 200-599, "retryAfter"?: seconds, "body"?: any}, {"delayMilliseconds": 0-600000}, {"refuse": true} or {"reset": true}: ${decoded.failure.message.replaceAll(/\s*\n\s*/g, " ")}.`
}
