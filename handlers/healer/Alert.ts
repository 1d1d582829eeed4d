/** An alert of the healer's, as machines read it. */
import { Schema } from "effect"

/** What is alerted. It goes with each notification as JSON in the message attribute `alert`. */
export const Alert = Schema.Struct({
  queue: Schema.String,
  class: Schema.String,
  reason: Schema.String,
  detail: Schema.optional(Schema.String),
  dependency: Schema.optional(Schema.String),
  fingerprint: Schema.String,
  status: Schema.Literals(["archived", "awaiting-operator"]),
  /** Why it is where it is. */
  why: Schema.String,
  lineageId: Schema.String,
  correlationId: Schema.optional(Schema.String),
  archiveBucket: Schema.optional(Schema.String),
  archiveKey: Schema.optional(Schema.String),
  region: Schema.optional(Schema.String),
  logUrl: Schema.optional(Schema.String),
  attempts: Schema.Number,
  /** ISO-8601. */
  firstFailureAt: Schema.String,
  lastFailureAt: Schema.String,
  /** How many like it were not alerted since the last alert. */
  heldBack: Schema.Number,
  /** How long further ones like it are held back. */
  windowSeconds: Schema.Number
})

/** What is alerted. */
export type Alert = typeof Alert.Type

/** The message attribute that carries the alert as JSON. */
export const alertAttributeName = "alert"
