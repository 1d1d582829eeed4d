/**
 * Messages go back to the main queue, those of a batch together. Their attempts are counted already, one by one; what SQS
 * makes of each is noted one by one as well.
 */
import { Clock, Effect, Exit, Option, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Sqs } from "../aws/Sqs.ts"
import { hadNoEffect, wasTooLarge } from "../aws/sdkError.ts"
import { type Evidence, evidenceAttributeName } from "../failure/Evidence.ts"
import { mayLackRoom } from "../failure/room.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { withFailure, withoutSending, withRequeued } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import { admittedEvidence } from "./admittedEvidence.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import type { Send } from "./decide.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { logAct } from "./logAct.ts"
import { remove } from "./Outcome.ts"
import { outgoing } from "./outgoing.ts"

/** A message that goes back. */
export interface Requeuing {
  readonly deadLetter: DeadLetterMessage
  readonly decision: Send
  /** Names the handling of this message. */
  readonly sender: string
}

/** What a send came to: the message's new id. */
export type Sent = Exit.Exit<string, AwsError>

const outgoingOf = Effect.fnUntraced(function* ({
  deadLetter: { message, failed },
  decision: { plan, admittedTo }
}: Requeuing) {
  const config = yield* HealerConfig
  const evidence: Evidence = {
    version: 1,
    lineageId: failed.lineageId,
    firstSeen: message.firstSeen,
    healAttempts: plan.attempt,
    ...(plan.isolated ? { isolated: true } : {}),
    ...(admittedTo === undefined ? {} : yield* admittedEvidence(message, admittedTo))
  }
  const sent = outgoing(message, evidence, {
    fifo: config.fifo,
    // Of the DLQ message, which goes back once: a repeat has the same name, another failure has another one.
    send: `heal:${failed.messageId}`,
    delaySeconds: plan.delaySeconds,
    maxMessageBytes: config.maxMessageBytes
  })
  return { ...sent, evidence }
})

type Ready = Effect.Success<ReturnType<typeof outgoingOf>>

/** In requests of ten. Once, because a repeat of a send whose answer was lost is an attempt that nobody has counted. */
const send = Effect.fnUntraced(function* (messages: ReadonlyArray<Ready>) {
  const config = yield* HealerConfig
  const sqs = yield* Sqs
  const sent = yield* Effect.exit(
    sqs.sendBatch(
      config.mainQueueUrl,
      messages.map(({ message }) => message),
      { once: true }
    )
  )
  return messages.map((_, index): Sent => {
    if (Exit.isFailure(sent)) return Exit.failCause(sent.cause)
    const result = sent.value[index]
    if (result === undefined) return Exit.die(new Error("SQS has answered nothing of a message."))
    return Result.isFailure(result) ? Exit.fail(result.failure) : Exit.succeed(result.success)
  })
})

/**
 * One that has no room for its evidence: that is kept before the send, so that whoever receives the message finds what it has
 * been through.
 */
const sendApart = Effect.fnUntraced(function* (ready: Ready) {
  const ledger = yield* HealerLedger
  const kept = yield* Effect.exit(ledger.expectEvidence("main", ready.message, ready.evidence))
  return Exit.isFailure(kept) ? [Exit.failCause(kept.cause)] : yield* send([ready])
})

/** A queue of somebody else's may take less than it was said to: nothing was sent. */
const refusedForSize = (sent: Sent): boolean =>
  Option.match(Exit.findErrorOption(sent), { onNone: () => false, onSome: wasTooLarge })

const withoutEvidence = (ready: Ready): Ready => {
  const { [evidenceAttributeName]: _, ...attributes } = ready.message.attributes
  return { ...ready, message: { ...ready.message, attributes }, carriesEvidence: false }
}

/** Sends them; what became of each, in their order. Never fails. */
export const sendBack = Effect.fnUntraced(function* (messages: ReadonlyArray<Requeuing>) {
  const prepared = yield* Effect.forEach(messages, (each) => Effect.exit(outgoingOf(each)))
  const ready = prepared.filter(Exit.isSuccess).map(({ value }) => value)
  const together = ready.filter(({ carriesEvidence }) => carriesEvidence)
  // Each by itself: nobody waits for another one's evidence to be kept.
  const apart = ready.filter(({ carriesEvidence }) => !carriesEvidence)
  const groups = yield* Effect.all([send(together), ...apart.map(sendApart)], { concurrency: "unbounded" })
  const sent = new Map([...together, ...apart].map((each, index) => [each, groups.flat()[index]]))
  const { maxMessageBytes } = yield* HealerConfig
  for (const each of together) {
    const first = sent.get(each)
    if (first === undefined || !refusedForSize(first)) continue
    const bare = withoutEvidence(each)
    // Evidence that nobody would look for stays with its message, which is parked in the end: without it, it would be a new one.
    if (!mayLackRoom(bare.message.body, bare.message.attributes, maxMessageBytes)) continue
    const [second] = yield* sendApart(bare)
    sent.set(each, second)
  }
  return prepared.map(
    (exit): Sent =>
      Exit.isFailure(exit)
        ? Exit.failCause(exit.cause)
        : (sent.get(exit.value) ?? Exit.die(new Error("A message was not sent.")))
  )
})

/** Notes what its send came to. Fails as the send has failed. */
export const noteSent = Effect.fnUntraced(function* ({ deadLetter, decision, sender }: Requeuing, sent: Sent) {
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { failed } = deadLetter
  const { plan, admittedTo } = decision
  const newMessageId = yield* sent.pipe(
    // Refused for certain: it was no attempt. Whatever else went wrong may have been one.
    Effect.tapError((error) =>
      hadNoEffect(error)
        ? ledger
            .modify(failed.lineageId, (item) => ({
              item: item === undefined ? undefined : withoutSending(item, failed.messageId, sender),
              answer: undefined
            }))
            .pipe(Effect.ignore)
        : Effect.void
    )
  )
  const now = yield* Clock.currentTimeMillis
  yield* ledger.modify(failed.lineageId, (item) => ({
    item: withRequeued(item ?? withFailure(undefined, failed), failed, { attempt: plan.attempt, now, why: plan.why }),
    answer: undefined
  }))
  yield* metrics.count("AutoHealed", { class: failed.class }, 1)
  yield* logAct("A failed message was sent back to its queue.", deadLetter, {
    attempt: plan.attempt,
    delaySeconds: plan.delaySeconds,
    isolated: plan.isolated,
    admittedTo,
    newMessageId,
    why: plan.why
  })
  return remove
})
