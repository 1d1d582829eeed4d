/** What the healer of an adopted dead-letter queue does with an event: a batch of dead letters, or its schedule's call. */
import { Clock, Effect, Schema } from "effect"
import { type SqsBatchResponse, SqsEvent } from "../consumer/SqsEvent.ts"
import { healBatch } from "../healer/healBatch.ts"
import { AdoptedConfig } from "./AdoptedConfig.ts"
import { presumeRecovered } from "./presumeRecovered.ts"
import { recallEvidence } from "./recallEvidence.ts"

const decodeEvent = Schema.decodeUnknownEffect(SqsEvent)

/** A batch that cannot be decoded has to fail: to take it for a schedule's call would lose it. */
const isBatch = (event: unknown): boolean => typeof event === "object" && event !== null && "Records" in event

/** Settling after a batch is not urgent: once in so many milliseconds and function environment. */
const settleEvery = 60_000

/** Handles events one after the other; one a function environment. */
export const makeHealAdopted = () => {
  let settledAt = Number.NEGATIVE_INFINITY

  const settle = Effect.fnUntraced(function* () {
    const { quietSeconds } = yield* AdoptedConfig
    settledAt = yield* Clock.currentTimeMillis
    const settled = yield* presumeRecovered(quietSeconds)
    if (settled > 0) yield* Effect.logInfo(`${settled} messages were not seen again: they are presumed recovered.`)
    return settled
  })

  /** Anything but a batch (a schedule's event) settles what has been quiet. */
  return Effect.fnUntraced(function* (event: unknown, requestId: string) {
    if (!isBatch(event)) {
      yield* settle()
      const nothingLeft: SqsBatchResponse = { batchItemFailures: [] }
      return nothingLeft
    }
    const recalled = yield* recallEvidence(yield* decodeEvent(event))
    const { batchItemFailures } = yield* healBatch(recalled.event, requestId)
    if ((yield* Clock.currentTimeMillis) - settledAt >= settleEvery)
      // The batch is dealt with, whatever becomes of this.
      yield* settle().pipe(
        Effect.catchCause((cause) => Effect.logWarning("What has been quiet could not be settled.", cause))
      )
    const response: SqsBatchResponse = {
      batchItemFailures: [...batchItemFailures, ...recalled.left.map((itemIdentifier) => ({ itemIdentifier }))]
    }
    return response
  })
}
