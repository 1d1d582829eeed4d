/** Tells the ledger that a healed or replayed message has succeeded, so that healing is counted by results. */
import { Clock, Effect, Result } from "effect"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { sendUnconfirmed } from "./deadLetter.ts"
import { identity, type Message } from "./Message.ts"

/**
 * Confirms the recovery; answers whether the message may be deleted. Where the ledger does not answer the message stays; at
 * its last receive it goes to the DLQ with the word that it was processed, and the healer tells the ledger. Should that fail
 * as well SQS moves it there, and it is healed once more. Never fails.
 */
export const confirmHealed = Effect.fnUntraced(function* (message: Message) {
  const { maxReceiveCount } = yield* ConsumerSettings
  const metrics = yield* Metrics
  const now = yield* Clock.currentTimeMillis
  const ledger = yield* FailureLedger
  const confirmed = yield* Effect.result(ledger.confirmRecovered(message.lineageId))
  if (Result.isSuccess(confirmed)) {
    yield* metrics.count("Recovered", {}, 1)
    yield* metrics.duration("TimeToRecover", now - message.firstSeen)
    return true
  }
  yield* metrics.count("HealingErrors", {}, 1)
  // Processing is idempotent: one more delivery is cheaper than a recovery that nobody knows of.
  const sent = message.receiveCount < maxReceiveCount ? undefined : yield* Effect.result(sendUnconfirmed(message, now))
  yield* Effect.logError("recovery could not be confirmed").pipe(
    Effect.annotateLogs({
      ...identity(message),
      reason: confirmed.failure._tag,
      ...(sent === undefined ? {} : { deadLetterQueue: Result.isSuccess(sent) ? "sent" : sent.failure._tag })
    })
  )
  return sent !== undefined && Result.isSuccess(sent)
})
