/**
 * Evidence: what is known of a message's failures. It travels with the message in one SQS message attribute
 * (SQS allows ten; users may use nine), is versioned, and is cut to fit: a message never fails because of it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import { Schema } from "effect"

/** The name of the one message attribute that carries evidence. */
export const evidenceAttributeName = "resilience"

/** The most bytes (UTF-8) that encoded evidence may take. */
export const evidenceMaxBytes = 4096

/**
 * What a lineage id is made of: SQS's own message ids are, and so is nothing that means something in a key of the ledger
 * (`alert#…`, `breaker#…`), a key of the archive, or a line of an alert.
 */
export const lineageIdPattern = /^[A-Za-z0-9_.:/=+-]{1,128}$/

/** The highest number of a copy that holds a message: at 15 minutes a copy, 28 years. Only forged evidence comes near. */
export const highestCopy = 1_000_000

/** The last failure of a message, as its consumer saw it. Times are epoch milliseconds. */
export const FailureRecord = Schema.Struct({
  /** The failure class: a built-in one or a user's. */
  class: Schema.NonEmptyString.check(Schema.isMaxLength(64)),
  /** Short and stable; groups failures. */
  reason: Schema.String.check(Schema.isMaxLength(256)),
  /** For a person who investigates this one message. */
  detail: Schema.optionalKey(Schema.String),
  /** The dependency that failed. */
  dependency: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
  /** Seconds that the dependency asked to be left alone (`Retry-After`). */
  retryAfterSeconds: Schema.optionalKey(Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 86_400 }))),
  /** SQS's `ApproximateReceiveCount` when it failed. */
  receiveCount: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** The Lambda request id of the invocation in which it failed. */
  requestId: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64))),
  /** The log group of that invocation. */
  logGroup: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(512))),
  /** The log stream of that invocation. */
  logStream: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(512))),
  /** Set when it was not tried at all: its dependency's circuit breaker was open. */
  untried: Schema.optionalKey(Schema.Boolean),
  /** When it failed, epoch milliseconds. */
  at: Schema.Int
})

/** The last failure of a message. */
export type FailureRecord = typeof FailureRecord.Type

/** What travels in the `resilience` attribute. */
export const Evidence = Schema.Struct({
  /** Version of this format. */
  version: Schema.Literal(1),
  /** The id of the message when it was first seen; survives re-queues, where SQS gives a new id. */
  lineageId: Schema.String.check(Schema.isPattern(lineageIdPattern)),
  /** When the message was first seen, epoch milliseconds. */
  firstSeen: Schema.Int,
  /** How often the healer has re-queued it. The ledger's count rules; this one is for the reader. */
  healAttempts: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 })),
  /** Set on a message that is being isolated: its consumer handles it apart from its batch neighbours. */
  isolated: Schema.optionalKey(Schema.Boolean),
  /**
   * The dependency that its circuit breaker has admitted it to: its consumer tries it although the breaker is not closed,
   * and tells the breaker what became of it.
   */
  admittedTo: Schema.optionalKey(Schema.NonEmptyString.check(Schema.isMaxLength(128))),
  /**
   * Dependencies that had admitted it when the breaker of yet another one kept it from being tried. Their word holds
   * unless their breakers have opened again, or two open breakers would send it to and fro for ever.
   */
  admittedBefore: Schema.optionalKey(
    Schema.Array(Schema.NonEmptyString.check(Schema.isMaxLength(128))).check(Schema.isMaxLength(8))
  ),
  /** The passes of the breakers that have admitted it: without them it is admitted by nobody, whatever it says. */
  passes: Schema.optionalKey(Schema.Array(Schema.String.check(Schema.isMaxLength(64))).check(Schema.isMaxLength(9))),
  /**
   * Set on a copy that the healer has sent to the DLQ to hold a message there for longer (a delayed message is not in
   * flight): the id of the message that it stands for, and the how many-th copy it is.
   */
  heldAs: Schema.optionalKey(
    Schema.Struct({
      /** The id of the message that it stands for. */
      messageId: Schema.String.check(Schema.isPattern(lineageIdPattern)),
      /** The how many-th copy it is, from 1. */
      copy: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: highestCopy }))
    })
  ),
  /**
   * Since when it waits for its first try, epoch milliseconds: set aside while the circuit breaker of its dependency was
   * open, and never tried since. Such a message has no ledger item: nothing of it has failed yet.
   */
  heldSince: Schema.optionalKey(Schema.Int),
  /**
   * When its consumer had processed it, epoch milliseconds: set on a healed message that is in the DLQ because the ledger
   * could not be told of its recovery at its last receive. The healer tells it.
   */
  recoveredAt: Schema.optionalKey(Schema.Int),
  /**
   * The last failure. The healer takes it off when it re-queues (the ledger keeps it), so evidence in a DLQ without
   * it means that SQS moved the message: the consumer crashed or never saw it.
   */
  failure: Schema.optionalKey(FailureRecord)
})

/** What travels in the `resilience` attribute. */
export type Evidence = typeof Evidence.Type
