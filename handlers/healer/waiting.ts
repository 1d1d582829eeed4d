/**
 * Messages that wait for their first try: set aside while the circuit breaker of their dependency was open, and never tried
 * since. They are the bulk of an outage, and nothing of them has failed, so they are held and let go in batches and without
 * a word to the ledger: SQS alone holds them. Should a healer die between a message's release and its deletion, the message
 * is delivered once more, as SQS itself may do; whatever fails of it is counted from then on.
 */
import { Cause, Clock, Effect, Random, Result } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { type Evidence, highestCopy } from "../failure/Evidence.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker } from "../recovery/breaker.ts"
import type { Admission } from "../recovery/breakerAdmission.ts"
import { healingSpanOf, plan } from "../recovery/plan.ts"
import type { Archive, Hold, RecoveryPlan, Requeue } from "../recovery/RecoveryPlan.ts"
import { admittedEvidence } from "./admittedEvidence.ts"
import { askBreaker } from "./askBreakers.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { longestVisibleHoldSeconds } from "./decide.ts"
import { failedHandling } from "./failedHandling.ts"
import { HealerConfig, type HealerSettings } from "./HealerConfig.ts"
import { heldCopy } from "./hold.ts"
import { leave, type Outcome, remove } from "./Outcome.ts"
import { outgoing } from "./outgoing.ts"
import { guardingDependency, plannedFailure } from "./Verdict.ts"

/** A message that waits for its first try. */
export interface Waiting {
  readonly deadLetter: DeadLetterMessage
  readonly dependency: string
  readonly heldSince: number
  /** Names the handling of this message. */
  readonly sender: string
}

/** How long it stays when the breaker cannot be asked: releasing it unasked might be the load that keeps a dependency down. */
const unaskedSeconds = 30

/**
 * The message as one that waits; `undefined` where the ledger has to know of what is done to it: it was tried before, its
 * queue keeps an order, or it has no room for its evidence. What SQS itself has moved may carry any evidence.
 */
export const waitingOf = (
  deadLetter: DeadLetterMessage,
  config: Pick<HealerSettings, "policy" | "fifo" | "redriveDelays" | "maxMessageBytes">,
  sender: string
): Waiting | undefined => {
  const { evidence, deadLetterQueueSourceArn } = deadLetter.message
  const dependency = guardingDependency(deadLetter, config.policy)
  return config.fifo ||
    config.redriveDelays === false ||
    deadLetterQueueSourceArn !== undefined ||
    dependency === undefined ||
    evidence?.failure?.untried !== true ||
    evidence.healAttempts > 0 ||
    evidence.heldSince === undefined ||
    !heldCopy(deadLetter, 1, 1, config.maxMessageBytes).carriesEvidence
    ? undefined
    : { deadLetter, dependency, heldSince: evidence.heldSince, sender }
}

/** Whether a breaker counts it among those that it holds already. */
const wasHeld = ({ deadLetter: { message } }: Waiting): boolean =>
  message.evidence?.heldAs !== undefined || message.receiveCount > 1

const handleOf = ({ deadLetter }: Waiting): string => deadLetter.message.receiptHandle

const lineages = (waiting: ReadonlyArray<{ readonly message: Waiting }>): ReadonlyArray<string> =>
  waiting.map(({ message }) => message.deadLetter.failed.lineageId)

/** A copy begins to count its receives anew. Fewer than a message is parked after, so that those are errors, not holds. */
const longestWaitingReceives = 10

/** What the breakers say, by receipt handle; nothing of messages whose breaker cannot be asked. */
const ask = Effect.fnUntraced(function* (
  waiting: ReadonlyArray<Waiting & { readonly jitter: number }>,
  seen: Map<string, Breaker>
) {
  const admissions = new Map<string, Admission>()
  for (const [dependency, applicants] of Map.groupBy(waiting, (each) => each.dependency)) {
    const asking = applicants.map((each) => ({ again: wasHeld(each), jitter: each.jitter }))
    const answers = yield* askBreaker(dependency, asking, seen, "wait")
    for (const [index, each] of applicants.entries()) {
      const answer = answers[index]
      if (answer !== undefined) admissions.set(handleOf(each), answer)
    }
  }
  return admissions
})

interface Planned<Plan> {
  readonly message: Waiting
  readonly plan: Plan
}

/** Back to the main queue, and out of the DLQ at once: the shorter the time between, the fewer are delivered twice. */
const letGo = Effect.fnUntraced(function* (released: ReadonlyArray<Planned<Requeue>>) {
  const config = yield* HealerConfig
  const metrics = yield* Metrics
  const sqs = yield* Sqs
  const release = Effect.fnUntraced(function* ({
    message: { deadLetter, dependency, heldSince },
    plan: { delaySeconds }
  }: Planned<Requeue>) {
    const { message, failed } = deadLetter
    const evidence: Evidence = {
      version: 1,
      lineageId: failed.lineageId,
      firstSeen: message.firstSeen,
      healAttempts: 0,
      ...(yield* admittedEvidence(message, dependency)),
      heldSince
    }
    return outgoing(message, evidence, {
      ...{ fifo: false, send: "", delaySeconds },
      maxMessageBytes: config.maxMessageBytes
    }).message
  })
  const messages = yield* Effect.forEach(released, release)
  // Once, because a repeat of a request whose answer was lost would be ten messages too many.
  const sent = yield* sqs.sendBatch(config.mainQueueUrl, messages, { once: true })
  const gone = released.filter((_, index) => sent[index]?._tag === "Success")
  yield* sqs.deleteBatch(
    config.deadLetterQueueUrl,
    gone.map(({ message }) => handleOf(message))
  )
  for (const { message } of gone) yield* metrics.count("Released", { class: message.deadLetter.failed.class }, 1)
  if (gone.length > 0)
    yield* Effect.logInfo("Messages that had been set aside were let go for their first try.").pipe(
      Effect.annotateLogs({ lineageIds: lineages(gone) })
    )
  return yield* Effect.forEach(released, ({ message }, index) => {
    const result = sent[index]
    return Effect.map(
      result === undefined || Result.isSuccess(result)
        ? Effect.succeed(remove)
        : failedHandling(
            message.deadLetter.message,
            message.deadLetter,
            Cause.fail(result.failure),
            message.sender,
            "receives"
          ),
      (outcome) => [handleOf(message), outcome] as const
    )
  })
})

/** In the DLQ until its time has come: short waits by visibility, longer ones by a delayed copy, which is not in flight. */
const keep = Effect.fnUntraced(function* (held: ReadonlyArray<Planned<Hold>>) {
  const config = yield* HealerConfig
  const metrics = yield* Metrics
  const sqs = yield* Sqs
  const long = held.filter(
    ({ message: { deadLetter }, plan }) =>
      (deadLetter.message.evidence?.heldAs?.copy ?? 0) < highestCopy &&
      (plan.visibilityTimeoutSeconds > longestVisibleHoldSeconds ||
        deadLetter.message.receiveCount >= longestWaitingReceives)
  )
  const copied = yield* sqs.sendBatch(
    config.deadLetterQueueUrl,
    long.map(({ message: { deadLetter }, plan: { visibilityTimeoutSeconds } }) => {
      const copy = (deadLetter.message.evidence?.heldAs?.copy ?? 0) + 1
      return heldCopy(deadLetter, copy, visibilityTimeoutSeconds, config.maxMessageBytes).message
    })
  )
  const replaced = new Set(long.filter((_, index) => copied[index]?._tag === "Success"))
  const refused = copied.filter(Result.isFailure)
  if (refused.length > 0)
    yield* Effect.logWarning("Failed messages are held by their visibility: no copies of them could be sent.").pipe(
      Effect.annotateLogs({ messages: refused.length, error: refused[0]?.failure._tag })
    )
  for (const { message } of held) yield* metrics.count("Held", { class: message.deadLetter.failed.class }, 1)
  if (held.length > 0)
    yield* Effect.logInfo("Messages that had been set aside wait for their dependency.").pipe(
      Effect.annotateLogs({ lineageIds: lineages(held) })
    )
  return held.map((each): readonly [string, Outcome] => [
    handleOf(each.message),
    replaced.has(each) ? remove : leave(each.plan.visibilityTimeoutSeconds)
  ])
})

/**
 * What to do with one. It waits until its time is over by the clock, not until its next slot would come too late: what is
 * found to be over stays so, whoever looks at it next.
 */
const planOf = (
  { deadLetter, heldSince, jitter }: Waiting & { readonly jitter: number },
  admission: Admission,
  policy: HealerSettings["policy"],
  now: number
): RecoveryPlan => {
  const failure = plannedFailure(deadLetter)
  const state = { attempts: 0, healingSince: heldSince, fifo: false, admission }
  const planned = plan(policy, failure, state, now, jitter)
  const endsAt = healingSpanOf(policy, failure.class, state, now)?.endsAt ?? now
  if (planned._tag !== "Archive" || now > endsAt) return planned
  return plan(policy, failure, { ...state, admission: { admitted: false, until: endsAt } }, now, jitter)
}

/**
 * Holds them or lets them go. Succeeds with what becomes of each, by receipt handle; of those that have waited for too long
 * with the plan to archive them, which the ledger has to know. Those that stay have to be hidden.
 *
 * @param seen gets the states of the breakers that were asked
 */
export const passWaiting = Effect.fnUntraced(function* (waiting: ReadonlyArray<Waiting>, seen: Map<string, Breaker>) {
  const { policy } = yield* HealerConfig
  const metrics = yield* Metrics
  for (const { deadLetter } of waiting.filter((each) => !wasHeld(each)))
    yield* metrics.count("DeadLettersReceived", { class: deadLetter.failed.class }, 1)
  const applicants = yield* Effect.forEach(waiting, (each) =>
    Effect.map(Random.next, (jitter) => ({ ...each, jitter }))
  )
  const admissions = yield* ask(applicants, seen)
  const now = yield* Clock.currentTimeMillis
  const released: Array<Planned<Requeue>> = []
  const held: Array<Planned<Hold>> = []
  const over: Array<Planned<Archive>> = []
  for (const message of applicants) {
    const admission: Admission = admissions.get(handleOf(message)) ?? {
      admitted: false,
      until: now + unaskedSeconds * 1000
    }
    const planned = planOf(message, admission, policy, now)
    if (planned._tag === "Requeue") released.push({ message, plan: planned })
    if (planned._tag === "Hold") held.push({ message, plan: planned })
    if (planned._tag === "Archive") over.push({ message, plan: planned })
  }
  return new Map<string, Outcome | Archive>([
    ...(yield* letGo(released)),
    ...(yield* keep(held)),
    ...over.map((each) => [handleOf(each.message), each.plan] as const)
  ])
})
