/**
 * The pace of a replay: that of a circuit breaker that has just been open. One message goes first; once the ledger says
 * that it has recovered, two go, then four, and so on up to the rate. What fails again opens it, and the replay stops.
 */
import { Clock, Effect } from "effect"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { type Breaker, type BreakerPolicy, defaultBreakerPolicy } from "../recovery/breaker.ts"
import { admit } from "../recovery/breakerAdmission.ts"
import type { ReplayRun, SelectedMessage } from "./ReplayRun.ts"

/** A message that was sent and of which nothing is known yet. */
export interface PendingMessage {
  /** Its position in the snapshot. */
  readonly index: number
  /** Epoch milliseconds. */
  readonly sentAt: number
  /** Sent by a process that died: it is counted, but tells nothing of the window. */
  readonly inherited: boolean
}

/** What has become of pending messages. */
export interface Outcomes {
  readonly recovered: number
  readonly failedAgain: number
  /** Those that failed again, and why. */
  readonly failed: ReadonlyArray<{ readonly lineageId: string; readonly why: string }>
  /** Of both, those that count for the window. */
  readonly successes: number
  readonly failures: number
  /** Nothing is known of them, and they have been waited for long enough. */
  readonly givenUp: number
  readonly pending: ReadonlyArray<PendingMessage>
}

/** How many outcomes are looked up at a time, oldest first. */
const lookUps = 100

/** Windows of the ramp follow one another as soon as the outcomes are known: an operator is waiting. */
const rampWindowSeconds = 1

/** The breaker's policy by which a run is paced. */
export const pacePolicy = (run: Pick<ReplayRun, "messagesPerSecond" | "outcomeSeconds">): BreakerPolicy => ({
  ...defaultBreakerPolicy,
  rampWindowSeconds,
  // Waiting is ours: the breaker shall not begin anew by itself.
  resultTimeoutSeconds: 10 * run.outcomeSeconds,
  normalRatePerSecond: run.messagesPerSecond,
  ceilingRatio: 2
})

/**
 * The breaker that a run begins with: the next message is a probe.
 *
 * @param backlog how many messages there are
 */
export const canary = (now: number, backlog: number): Breaker => ({
  state: "open",
  openedAt: now,
  retryAt: now,
  failedProbes: 0,
  probers: 0,
  held: backlog
})

/** Slots are taken no longer than this ahead, in milliseconds: what has a slot is sent, whatever is learned meanwhile. */
const longestAhead = 2000

/** Asks for at most `wanted` messages: when each of them may go, and the breaker afterwards. */
export const admitNext = (policy: BreakerPolicy, breaker: Breaker, wanted: number, now: number) => {
  const slots: Array<number> = []
  let current = breaker
  while (slots.length < wanted && (current.state === "open" || current.nextSlotAt <= now + longestAhead)) {
    const { breaker: next, admission } = admit(policy, current, { again: true, jitter: 0 }, now)
    if (!admission.admitted) break
    current = next
    slots.push(admission.at)
  }
  return { breaker: current, slots }
}

/** The breaker without admissions of which nothing can become: messages that were left alone. */
export const withoutAdmissions = (breaker: Breaker, skipped: number): Breaker =>
  breaker.state === "half-open"
    ? { ...breaker, admitted: Math.max(breaker.confirmed, breaker.admitted - skipped) }
    : breaker

/** Looks up what has become of pending messages. */
export const lookUpOutcomes = Effect.fnUntraced(function* (
  pending: ReadonlyArray<PendingMessage>,
  messages: ReadonlyArray<SelectedMessage>,
  run: Pick<ReplayRun, "outcomeSeconds" | "confirmations">
) {
  const ledger = yield* HealerLedger
  const counts = { recovered: 0, failedAgain: 0, successes: 0, failures: 0, givenUp: 0 }
  const left: Array<PendingMessage> = []
  const failed: Array<{ readonly lineageId: string; readonly why: string }> = []
  for (const each of pending.slice(0, lookUps)) {
    const lineageId = messages[each.index]?.lineageId
    const item = lineageId === undefined ? undefined : yield* ledger.find(lineageId)
    const now = yield* Clock.currentTimeMillis
    const overdue = now - each.sentAt >= run.outcomeSeconds * 1000
    const quiet = item?.status === "replayed" && overdue && !run.confirmations
    if (item === undefined || item.status === "discarded" || item.status === "recovered" || quiet) {
      if (item?.status === "recovered" || quiet) counts.recovered += 1
      if (!each.inherited) counts.successes += 1
    } else if (item.status !== "replayed") {
      counts.failedAgain += 1
      failed.push({ lineageId: item.lineageId, why: item.reason })
      if (!each.inherited) counts.failures += 1
    } else if (overdue) counts.givenUp += 1
    else left.push(each)
  }
  const outcomes: Outcomes = { ...counts, failed, pending: [...left, ...pending.slice(lookUps)] }
  return outcomes
})
