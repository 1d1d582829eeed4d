/**
 * A round of messages, of which none has to wait for another: what is known of all of them is read at once, each is decided on
 * in a write of its own, and what goes back or is hidden goes in requests of ten. No message's trouble reaches its neighbours.
 */
import { Clock, Effect, Exit, Random } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { S3 } from "../aws/S3.ts"
import type { Sns } from "../aws/Sns.ts"
import type { Sqs } from "../aws/Sqs.ts"
import type { Message } from "../consumer/Message.ts"
import type { Breakers } from "../ledger/Breakers.ts"
import { HealerLedger, type LedgerError } from "../ledger/HealerLedger.ts"
import { deadLetterOf } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker } from "../recovery/breaker.ts"
import type { Archive } from "../recovery/RecoveryPlan.ts"
import type { AlertWindow } from "./AlertWindow.ts"
import { alert, noteArchived, type Put, putAll } from "./acts.ts"
import { askBreakers, type Candidate } from "./askBreakers.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { confirmedAt, type Decision, decide, type Store } from "./decide.ts"
import { failedHandling } from "./failedHandling.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { heldCopy, noteHeld, sendCopies } from "./hold.ts"
import { logAct } from "./logAct.ts"
import { leave, type Outcome, remove } from "./Outcome.ts"
import { noteSent, sendBack } from "./requeue.ts"
import type { Verdict } from "./Verdict.ts"

/** What the healer works with. */
export type HealerServices = HealerConfig | HealerLedger | Breakers | AlertWindow | Metrics | Sqs | Sns | S3

/** How many messages are handled at a time, in calls that mostly wait: a batch, so that no send waits for a second turn. */
export const concurrency = 10

/** Who was faster is through with it by then. */
const conflictSeconds = 5

/** A message of a batch. */
export interface ReadMessage {
  readonly message: Message
  readonly read: Exit.Exit<DeadLetterMessage, AwsError>
  /** How many messages before it in the batch are being isolated too. */
  readonly position: number
  /** Names the handling of this message: an invocation may be given the same one twice. */
  readonly sender: string
  /** Set where it has waited for its first try for too long. */
  readonly over?: Archive | undefined
}

/** A message that is known well enough to be decided on. */
interface Considered extends Candidate {
  readonly each: ReadMessage
  readonly verdict: Verdict | undefined
}

/** What ledger and circuit breakers say of those that could be read. */
const consider = Effect.fnUntraced(function* (round: ReadonlyArray<ReadMessage>, seen: Map<string, Breaker>) {
  const ledger = yield* HealerLedger
  const readable = round.flatMap((each) => (Exit.isSuccess(each.read) ? [{ each, deadLetter: each.read.value }] : []))
  const found = yield* ledger.findAll(readable.map(({ deadLetter }) => deadLetter.failed.lineageId))
  const candidates = yield* Effect.forEach(readable, ({ each, deadLetter }, index) =>
    Effect.map(Random.next, (jitter) => ({
      each,
      deadLetter,
      known: found[index] ?? Exit.die(new Error("The ledger has said nothing of a lineage.")),
      jitter
    }))
  )
  // What has waited for too long is not let through any more.
  const verdicts = yield* askBreakers(
    candidates.filter(({ each }) => each.over === undefined),
    seen
  )
  return candidates.map(
    (candidate): Considered => ({ ...candidate, verdict: verdicts.get(candidate.each.message.receiptHandle) })
  )
})

/** Decides, and writes down what has to be known before anything is done. */
const decideOn = Effect.fnUntraced(function* ({ each, deadLetter, known, jitter, verdict }: Considered) {
  const { policy, fifo: ordered, redriveDelays, maxMessageBytes } = yield* HealerConfig
  const fifo = ordered || redriveDelays === false
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { position, sender, over } = each
  const { failed } = deadLetter
  const found = yield* known
  const news = deadLetterOf(found, failed.messageId) === undefined && confirmedAt(deadLetter, found) === undefined
  if (over === undefined && news) yield* metrics.count("DeadLettersReceived", { class: failed.class }, 1)
  const now = yield* Clock.currentTimeMillis
  const copies = !ordered && heldCopy(deadLetter, 1, 1, maxMessageBytes).carriesEvidence
  return yield* ledger.modify(
    failed.lineageId,
    decide(deadLetter, { policy, fifo, position, sender, verdict, over, copies, now, jitter })
  )
})

/** A message that goes to the archive. */
interface Stored extends Considered {
  readonly decision: Store
}

/** What a decision comes to that nothing is sent or stored for. */
const conclude = Effect.fnUntraced(function* (
  { each, deadLetter }: Considered,
  decision: Exclude<Decision, { readonly _tag: "Send" | "Keep" | "Store" }>
) {
  switch (decision._tag) {
    case "Settled":
      return decision.alertDue ? yield* alert(deadLetter, decision.item, each.sender) : remove
    case "Confirmed": {
      const metrics = yield* Metrics
      yield* metrics.count("Recovered", {}, 1)
      yield* metrics.duration("TimeToRecover", decision.recoveredAt - deadLetter.message.firstSeen)
      yield* logAct("A recovery was confirmed.", deadLetter, { recoveredAt: decision.recoveredAt })
      return remove
    }
    case "Superseded":
      return remove
    case "Busy":
      return leave(decision.seconds)
  }
})

/** Notes that a message is in the archive, and alerts where that is due; succeeds with what becomes of it. */
const noteStored = Effect.fnUntraced(function* ({ each, deadLetter, decision }: Stored, put: Put) {
  const item = yield* noteArchived({ deadLetter, decision }, put)
  const alertDue = deadLetterOf(item, deadLetter.failed.messageId)?.alertDue === true
  return alertDue ? yield* alert(deadLetter, item, each.sender) : remove
})

/** A message, and what is left to do about it. */
interface Handling {
  readonly each: ReadMessage
  readonly handling: Effect.Effect<Outcome, AwsError | LedgerError, HealerServices>
}

/** What becomes of a message, whatever happens to its handling: never fails, and never dies. */
const handled = ({ each: { message, read, sender, over }, handling }: Handling) =>
  handling.pipe(
    Effect.catchTag("LedgerConflict", () => Effect.succeed(leave(conflictSeconds))),
    Effect.catchCause((cause) =>
      failedHandling(
        message,
        Exit.isSuccess(read) ? read.value : undefined,
        cause,
        sender,
        over === undefined ? "ledger" : "receives"
      )
    ),
    // Only a defect in the handling of failures itself gets here: the queue's own visibility timeout applies.
    Effect.catchCause((cause) => Effect.as(Effect.logFatal("The healer is broken.", cause), leave(undefined)))
  )

/**
 * Handles a round of messages; succeeds with what becomes of each. Those that stay have to be hidden.
 *
 * @param seen gets the states of the breakers that were asked
 */
export const healRound = Effect.fnUntraced(function* (
  round: ReadonlyArray<ReadMessage>,
  seen: Map<string, Breaker>
): Effect.fn.Return<ReadonlyMap<ReadMessage, Outcome>, never, HealerServices> {
  const considered = yield* consider(round, seen)
  const decided = yield* Effect.forEach(
    considered,
    (each) => Effect.map(Effect.exit(decideOn(each)), (decision) => ({ ...each, decision })),
    { concurrency }
  )
  const going = decided.flatMap(({ decision: exit, ...each }) =>
    Exit.isSuccess(exit) && exit.value._tag === "Send"
      ? [{ ...each, decision: exit.value, sender: each.each.sender }]
      : []
  )
  const staying = decided.flatMap(({ decision: exit, ...each }) =>
    Exit.isSuccess(exit) && exit.value._tag === "Keep" ? [{ ...each, decision: exit.value }] : []
  )
  const storing = decided.flatMap(
    ({ decision: exit, ...each }): ReadonlyArray<Stored> =>
      Exit.isSuccess(exit) && exit.value._tag === "Store" ? [{ ...each, decision: exit.value }] : []
  )
  const others = decided.flatMap(({ decision: exit, ...each }): ReadonlyArray<Handling> => {
    if (Exit.isFailure(exit)) return [{ each: each.each, handling: Effect.failCause(exit.cause) }]
    const decision = exit.value
    return decision._tag === "Send" || decision._tag === "Keep" || decision._tag === "Store"
      ? []
      : [{ each: each.each, handling: conclude(each, decision) }]
  })
  const unread = round.flatMap(
    (each): ReadonlyArray<Handling> =>
      Exit.isFailure(each.read) ? [{ each, handling: Effect.failCause(each.read.cause) }] : []
  )

  const outcomes = new Map<ReadMessage, Outcome>()
  const settle = (handlings: ReadonlyArray<Handling>) =>
    Effect.forEach(
      handlings,
      (handling) => Effect.map(handled(handling), (outcome) => void outcomes.set(handling.each, outcome)),
      { concurrency, discard: true }
    )
  const missing = Exit.die(new Error("A message was left out."))
  const sendAndSettle = Effect.flatMap(sendBack(going), (sent) =>
    settle(going.map((each, index) => ({ each: each.each, handling: noteSent(each, sent[index] ?? missing) })))
  )
  const holdAndSettle = Effect.flatMap(sendCopies(staying), (copied) =>
    settle(staying.map((each, index) => ({ each: each.each, handling: noteHeld(each, copied[index]) })))
  )
  // One whose alert concerns nobody else waits for nobody.
  const alike = Map.groupBy(storing, ({ decision, deadLetter: { failed, message } }) =>
    decision.plan.alert ? failed.fingerprint : message.receiptHandle
  )
  const storeAndSettle = Effect.forEach(
    alike.values(),
    (group) =>
      Effect.flatMap(putAll(group), (puts) =>
        settle(group.map((each, index) => ({ each: each.each, handling: noteStored(each, puts[index] ?? missing) })))
      ),
    { concurrency: "unbounded", discard: true }
  )
  yield* Effect.all([sendAndSettle, holdAndSettle, storeAndSettle, settle([...others, ...unread])], {
    concurrency: "unbounded",
    discard: true
  })
  return outcomes
})
