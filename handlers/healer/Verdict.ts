/**
 * Whether the circuit breaker of its dependency has a say in a DLQ message, and which. Pure: what it is asked, and when a
 * message asks nothing because it has its slot, or because it is not its turn yet.
 */
import type { DeadLetter, LedgerItem } from "../ledger/LedgerItem.ts"
import { deadLetterOf, healingSince, withoutUntriedAttempt } from "../ledger/transitions.ts"
import { type Breaker, isBlocking } from "../recovery/breaker.ts"
import type { Admission } from "../recovery/breakerAdmission.ts"
import { type PlannedFailure, plan, type RecoveryState, ruleOf } from "../recovery/plan.ts"
import { probeNotBefore } from "../recovery/probing.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"

/** What a circuit breaker has said of a message, now or earlier. */
export interface Verdict {
  readonly dependency: string
  readonly admission: Admission
  /** When it was granted, epoch milliseconds; for a message that it admits. */
  readonly admittedAt?: number | undefined
  /** Whether the breaker counts it among those that it holds. */
  readonly counted: boolean
}

/** What to do about the circuit breaker of a message's dependency. */
export type Question =
  /** It has no say. */
  | { readonly _tag: "None" }
  | { readonly _tag: "Ask"; readonly dependency: string; readonly again: boolean }
  /** No need to ask. */
  | { readonly _tag: "Known"; readonly verdict: Verdict }

/** How long a message that waits for its own turn sleeps at most, so that it does not sleep through a recovery. */
const longestSleepMilliseconds = 900_000

/** The dependency whose circuit breaker guards the healing of a message. */
export const guardingDependency = (
  { classification }: DeadLetterMessage,
  policy: RecoveryPolicy<string>
): string | undefined => {
  const { action } = ruleOf(policy, classification.class)
  const guarded = classification.class === "DependencyFailure" || classification.class === "Timeout"
  return guarded && (action === "heal" || action === "isolate") ? classification.dependency : undefined
}

/** The failure, as it is planned for. */
export const plannedFailure = ({ failed, classification }: DeadLetterMessage): PlannedFailure => ({
  class: failed.class,
  dependency: classification.dependency,
  retryAfterSeconds: classification.retryAfterSeconds,
  at: failed.failedAt,
  untried: failed.failure?.untried
})

/** The state, as it is planned for. */
export const plannedState = (
  { failed }: DeadLetterMessage,
  item: LedgerItem | undefined,
  more: Pick<RecoveryState, "fifo" | "position" | "admission">
): RecoveryState => ({
  attempts: item?.attempts ?? 0,
  healingSince: healingSince(item, failed),
  due: deadLetterOf(item, failed.messageId)?.due,
  ...more
})

/** A slot holds for as long as the breaker has not opened since: then it is as good as none. */
const slotOf = (letter: DeadLetter | undefined, breaker: Breaker | undefined): Admission | undefined => {
  if (letter?.admittedAt === undefined || letter.due === undefined) return undefined
  const opened = breaker?.state === "open" || (breaker?.state === "half-open" && breaker.openedAt > letter.admittedAt)
  return opened ? undefined : { admitted: true, at: letter.due }
}

/**
 * What to ask about a message. Asked is only for what can go now: a slot that nobody uses keeps others waiting.
 *
 * @param breaker as it was seen last; `undefined` counts as closed
 */
export const questionOf = (
  deadLetter: DeadLetterMessage,
  item: LedgerItem | undefined,
  breaker: Breaker | undefined,
  circumstances: {
    readonly policy: RecoveryPolicy<string>
    readonly fifo: boolean
    readonly now: number
    readonly jitter: number
  }
): Question => {
  const { policy, fifo, now, jitter } = circumstances
  const { failed } = deadLetter
  const none: Question = { _tag: "None" }
  const dependency = guardingDependency(deadLetter, policy)
  const letter = deadLetterOf(item, failed.messageId)
  if (dependency === undefined || letter?.done !== undefined) return none

  const known = (admission: Admission, admittedAt?: number): Question => ({
    _tag: "Known",
    verdict: { dependency, admission, admittedAt, counted: letter?.awaits === dependency }
  })
  const slot = slotOf(letter, breaker)
  if (slot !== undefined) return known(slot, letter?.admittedAt)
  // Somebody is sending it, or has died of it: that is looked into first.
  if (letter?.sender !== undefined) return none

  const state = plannedState(deadLetter, withoutUntriedAttempt(item, failed), { fifo })
  const failure = plannedFailure(deadLetter)
  const drafted = plan(policy, failure, state, now, jitter)
  if (drafted._tag === "Archive") return none
  if (breaker !== undefined && isBlocking(breaker)) {
    const draftedDue = drafted._tag === "Hold" ? drafted.due : now + drafted.delaySeconds * 1000
    const turn = failure.untried === true ? now : Math.max(draftedDue, probeNotBefore(policy, failure, state, now))
    if (turn > now) return known({ admitted: false, until: Math.min(turn, now + longestSleepMilliseconds) })
  } else if (drafted._tag === "Hold") return none
  return { _tag: "Ask", dependency, again: letter?.awaits === dependency }
}
