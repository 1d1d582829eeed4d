/**
 * What to do about one failed message. Pure and total: no clock, no random source, no I/O, and an answer within SQS's
 * limits whatever it is given, so that it can be property-tested, simulated, and explained to an operator.
 */
import { backoffSeconds } from "./backoff.ts"
import type { Admission } from "./breakerAdmission.ts"
import type { Archive, Hold, RecoveryPlan, Requeue } from "./RecoveryPlan.ts"
import type { HealRule, IsolateRule, RecoveryPolicy, RecoveryRule } from "./RecoveryPolicy.ts"

export type { Admission } from "./breakerAdmission.ts"
export type { Archive, Hold, RecoveryPlan, Requeue } from "./RecoveryPlan.ts"

/** The failure that is planned for, as classification found it. */
export interface PlannedFailure {
  /** The failure class; one without a rule is treated as `Unknown`. */
  readonly class: string
  /** The dependency that failed, whose circuit breaker is asked. */
  readonly dependency?: string | undefined
  /** Seconds that the dependency asked to be left alone, from `at`. */
  readonly retryAfterSeconds?: number | undefined
  /** When it failed, epoch milliseconds. @default now */
  readonly at?: number | undefined
  /** It was not tried at all, because the dependency's circuit breaker was open: it draws no backoff. @default false */
  readonly untried?: boolean | undefined
}

/** What is known of the message beside its failure. */
export interface RecoveryState {
  /** How often it has been re-queued, as the ledger counts. */
  readonly attempts: number
  /** When its healing began: its first failure, or its replay by an operator; epoch milliseconds. */
  readonly healingSince: number
  /** When it is due in the main queue, if an earlier plan has drawn that already (`Hold.due`). */
  readonly due?: number | undefined
  /** Whether its queue is a FIFO queue, which has no per-message delay. */
  readonly fifo: boolean
  /** How many messages before it in the batch are being isolated too. @default 0 */
  readonly position?: number | undefined
  /** What the circuit breaker of the dependency says. While it does not admit the message, it is held. @default no breaker */
  readonly admission?: Admission | undefined
}

/** SQS's longest delay of one message. */
const longestDelaySeconds = 900

/**
 * SQS's longest visibility timeout, 12 h from the receive, less the longest time that a function may run.
 *
 * @internal
 */
export const longestHoldSeconds = 43_200 - 900

/** No wait is longer: SQS keeps no message for more than 14 days. */
const longestWaitSeconds = 1_209_600

const latestTime = 8_640_000_000_000_000 - longestWaitSeconds * 1000

const finite = (value: number | undefined, minimum: number, maximum: number, otherwise: number): number =>
  value === undefined || Number.isNaN(value) ? otherwise : Math.min(maximum, Math.max(minimum, value))

const isHealing = (rule: RecoveryRule): rule is HealRule | IsolateRule =>
  rule.action === "heal" || rule.action === "isolate"

/** The rule for a class; a class without one is treated as `Unknown`. */
export const ruleOf = (policy: RecoveryPolicy<string>, name: string): RecoveryRule =>
  (Object.hasOwn(policy.rules, name) ? policy.rules[name] : policy.rules["Unknown"]) ?? {
    action: "archive",
    alert: true
  }

const archive = (status: Archive["status"], alert: boolean, why: string): Archive => ({
  _tag: "Archive",
  status,
  alert,
  why
})

const hold = (now: number, until: number, due: number, why: string): Hold => ({
  _tag: "Hold",
  visibilityTimeoutSeconds: finite(Math.ceil((until - now) / 1000), 1, longestHoldSeconds, 1),
  until,
  due,
  why
})

const requeue = (attempt: number, delaySeconds: number, isolated: boolean, why: string): Requeue => ({
  _tag: "Requeue",
  attempt,
  delaySeconds,
  isolated,
  why
})

/**
 * SQS delays by whole seconds. Counted from second to second, so that the messages that are due within one second arrive
 * within one second, whenever they are sent; never before they are due.
 */
const delaySeconds = (due: number, now: number): number =>
  Math.min(longestDelaySeconds, Math.ceil(due / 1000) - Math.floor(now / 1000))

const spoken = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 120) return `${whole} s`
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`
}

/** When the message is due: backoff, the neighbours before it, and never before the dependency's `Retry-After`. */
const drawDue = (
  rule: HealRule | IsolateRule,
  failure: PlannedFailure,
  state: RecoveryState,
  attempt: number,
  now: number,
  jitter: number
): number => {
  const spacing = rule.action === "isolate" ? finite(rule.backoff.baseSeconds, 1, longestDelaySeconds, 1) : 0
  const position = Math.trunc(finite(state.position, 0, 10_000, 0))
  const apart = Math.min(longestDelaySeconds, position * spacing)
  const failedAt = Math.min(now, finite(failure.at, 0, latestTime, now))
  const asked = finite(failure.retryAfterSeconds, 0, longestWaitSeconds, 0)
  // It has failed nothing yet: its dependency's slot is all that it waits for.
  const backoff = failure.untried === true ? 0 : backoffSeconds(rule.backoff, attempt, jitter)
  return Math.max(now + (backoff + apart) * 1000, failedAt + asked * 1000)
}

const spanOf = (rule: HealRule | IsolateRule, state: RecoveryState, now: number) => {
  const since = Math.min(now, finite(state.healingSince, 0, latestTime, now))
  return {
    // An unreadable count may be any count: no healing is safer than healing without end.
    attempts: Math.ceil(finite(state.attempts, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    maxAttempts: Math.trunc(finite(rule.maxAttempts, 0, 1000, 0)),
    since,
    endsAt: since + finite(rule.maxAgeSeconds, 0, longestWaitSeconds, 0) * 1000
  }
}

/**
 * How often, since when and until when (epoch milliseconds) a message may still be re-queued; `undefined` where its class is
 * not healed.
 *
 * @internal
 */
export const healingSpanOf = (
  policy: RecoveryPolicy<string>,
  name: string,
  state: RecoveryState,
  now: number
): { readonly attemptsLeft: number; readonly since: number; readonly endsAt: number } | undefined => {
  const rule = ruleOf(policy, name)
  if (!isHealing(rule)) return undefined
  const { attempts, maxAttempts, since, endsAt } = spanOf(rule, state, now)
  return { attemptsLeft: Math.max(0, maxAttempts - attempts), since, endsAt }
}

const planHealing = (
  rule: HealRule | IsolateRule,
  failure: PlannedFailure,
  state: RecoveryState,
  now: number,
  jitter: number
): RecoveryPlan => {
  const { attempts, maxAttempts, since, endsAt } = spanOf(rule, state, now)
  if (attempts >= maxAttempts)
    return archive(
      "archived",
      true,
      `Healed ${maxAttempts === 1 ? "once" : `${maxAttempts} times`}, the most that ${failure.class} allows.`
    )

  const attempt = attempts + 1
  const drawn =
    state.due === undefined || Number.isNaN(state.due)
      ? drawDue(rule, failure, state, attempt, now, jitter)
      : finite(state.due, 0, now + longestWaitSeconds * 1000, now)
  const admission = state.admission
  const from = admission === undefined ? now : admission.admitted ? admission.at : admission.until
  const due = Math.max(drawn, finite(from, 0, now + longestWaitSeconds * 1000, now))

  if (Math.max(now, due) > endsAt)
    return archive(
      "archived",
      true,
      `Attempt ${attempt} would come more than ${spoken((endsAt - since) / 1000)} after the first failure, which is as long as ${failure.class} is healed.`
    )
  if (admission?.admitted === false) {
    const until = Math.min(due, Math.max(now, finite(admission.until, 0, latestTime, now)))
    return hold(now, until, drawn, `The circuit breaker of ${failure.dependency ?? "the dependency"} holds it back.`)
  }

  const waitSeconds = (due - now) / 1000
  const isolated = rule.action === "isolate"
  const what = `${isolated ? "Isolated attempt" : "Attempt"} ${attempt} of ${maxAttempts} for ${failure.class}`
  const why = `${what} is due in ${spoken(waitSeconds)}.`
  if (state.fifo && waitSeconds > 0)
    return hold(now, due, due, `${why} A FIFO queue has no delay, so it waits in the dead-letter queue.`)
  if (waitSeconds > longestDelaySeconds)
    return hold(
      now,
      due - longestDelaySeconds * 1000,
      due,
      `${why} SQS delays a message by ${longestDelaySeconds} s at most, so it waits in the dead-letter queue.`
    )
  return requeue(attempt, state.fifo || waitSeconds <= 0 ? 0 : delaySeconds(due, now), isolated, why)
}

/**
 * What to do about a failed message.
 *
 * @param now epoch milliseconds
 * @param jitter 0 ≤ jitter < 1, for the backoff
 */
export const plan = (
  policy: RecoveryPolicy<string>,
  failure: PlannedFailure,
  state: RecoveryState,
  now: number,
  jitter: number
): RecoveryPlan => {
  const rule = ruleOf(policy, failure.class)
  if (isHealing(rule)) return planHealing(rule, failure, state, Math.trunc(finite(now, 0, latestTime, 0)), jitter)
  return rule.action === "alert"
    ? archive(
        "awaiting-operator",
        true,
        `An operator has to act on ${failure.class}: it can be replayed once the cause is mended.`
      )
    : archive(
        "archived",
        rule.alert === true,
        `Healing does not help against ${failure.class}: the same message would fail again.`
      )
}
