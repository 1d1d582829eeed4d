/** Metrics and log of the records that were handled: together, since a line and a metric a record cost more than all else. */
import { Clock, Effect } from "effect"
import { Metrics } from "../observability/Metrics.ts"
import type { Message } from "./Message.ts"

/** Counts and logs successes. */
export const recordProcessed = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>) {
  if (messages.length === 0) return
  const metrics = yield* Metrics
  const now = yield* Clock.currentTimeMillis
  yield* metrics.count("MessagesProcessed", {}, messages.length)
  yield* metrics.duration(
    "TimeToStore",
    messages.map(({ sentAt, firstSeen }) => now - Math.min(sentAt, firstSeen))
  )
  yield* Effect.annotateLogs(
    Effect.logInfo("records processed"),
    "records",
    messages.map(({ messageId, lineageId, receiveCount, sentAt }) => ({
      messageId,
      // It is the message's own, until it has been healed.
      lineageId: lineageId === messageId ? undefined : lineageId,
      receiveCount,
      milliseconds: now - sentAt
    }))
  )
})
