/** Handles the records that run apart from all others, one after the other: one of them may crash the function. */
import { Effect } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { batchesOf } from "../aws/sqsBatches.ts"
import { setAsideUntried } from "./breakerGuard.ts"
import { type Invocation, settlingNow, situationNow } from "./Invocation.ts"
import type { Message } from "./Message.ts"
import { runUntil } from "./runUntil.ts"
import { settle } from "./settle.ts"
import { type Process, tryRecords } from "./tryRecords.ts"

/** Takes finished messages off the queue, so that a crash that follows cannot take them with it. */
const deleteFinished = Effect.fnUntraced(function* <A, R>(
  { concurrency, endsAt, settings, settled }: Invocation<A, R>,
  messages: ReadonlyArray<Message>
) {
  const sqs = yield* Sqs
  const handles = messages.map(({ receiptHandle }) => receiptHandle).filter((handle) => settled.finished.has(handle))
  if (handles.length === 0) return
  yield* runUntil(
    // What is not deleted, Lambda deletes at the end; a crash before that means one more delivery.
    Effect.forEach(batchesOf(handles), (some) => sqs.deleteBatch(settings.mainQueueUrl, some), {
      concurrency,
      discard: true
    }),
    endsAt
  )
})

/**
 * Handles records one after the other, each when all before it is finished and gone from the queue.
 *
 * @param before the records that were handled together
 */
export const runAlone = Effect.fnUntraced(function* <A, E, R>(
  invocation: Invocation<A, R>,
  process: Process<A, E, R>,
  alone: ReadonlyArray<Message>,
  before: ReadonlyArray<Message>
) {
  const { guard, settings, settled } = invocation
  /** Groups of which a message is not finished. */
  const stopped = new Set<string | undefined>()
  const note = (message: Message) => {
    if (settings.fifo && !settled.finished.has(message.receiptHandle)) stopped.add(message.messageGroupId)
  }

  yield* deleteFinished(invocation, before)
  for (const message of before) note(message)
  for (const message of alone) {
    const dependency = guard.follows(message)
    if (stopped.has(message.messageGroupId)) {
      yield* settle([{ _tag: "Untried", message, why: "message-group" }], settlingNow(invocation))
    } else if (dependency !== undefined) {
      const here = { ...situationNow(invocation), receiveCount: message.receiveCount }
      yield* settle([setAsideUntried(message, dependency, here)], settlingNow(invocation))
    } else {
      yield* tryRecords(invocation, process, [[message]])
      yield* deleteFinished(invocation, [message])
    }
    note(message)
  }
})
