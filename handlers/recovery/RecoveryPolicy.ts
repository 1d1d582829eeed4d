/**
 * What is done about each failure class, as data. One definition serves the consumer (which retries and which goes to
 * the DLQ at once), the healer (as its configuration) and the compiler (which checks it against a handler's errors).
 */
import type { FailureClass } from "../failure/FailureClass.ts"

export { type FailureClass, failureClasses } from "../failure/FailureClass.ts"

/** Exponential backoff with full jitter: `random(0, min(cap, base × factor^(attempt-1)))`, at least one second. */
export interface Backoff {
  /** Seconds before the first retry, at most. Range: 1–43,200. */
  readonly baseSeconds: number
  /** What each further attempt multiplies it by. Range: 1–10. */
  readonly factor: number
  /** No delay is longer than this, in seconds. Range: up to 43,200 (SQS's longest visibility timeout). */
  readonly capSeconds: number
}

/** Re-queue with backoff, a bounded number of times; then archive and alert. */
export interface HealRule {
  /** This rule. */
  readonly action: "heal"
  /** How long it waits before each attempt. */
  readonly backoff: Backoff
  /** How often the healer re-queues a message, at most. Range: 1–1,000. */
  readonly maxAttempts: number
  /** No healing after this many seconds from the first failure. Range: 1 to the DLQ's retention. */
  readonly maxAgeSeconds: number
}

/**
 * Like `heal`, but each message is re-queued apart from its neighbours: one of them may be what crashes the consumer.
 * Each neighbour that stands before it in the batch adds `baseSeconds` to its delay, on top of the backoff.
 */
export interface IsolateRule extends Omit<HealRule, "action"> {
  /** This rule. */
  readonly action: "isolate"
}

/** Keep it for good: retrying cannot help. */
export interface ArchiveRule {
  /** This rule. */
  readonly action: "archive"
  /** Whether an alert is published as well. @default false */
  readonly alert?: boolean | undefined
}

/** Tell an operator at once, and keep it as *awaiting operator*: replayable once the cause is mended. */
export interface AlertRule {
  /** This rule. */
  readonly action: "alert"
}

/** What is done about one failure class. */
export type RecoveryRule = HealRule | IsolateRule | ArchiveRule | AlertRule

/**
 * A rule for each built-in class and for each class that the user added. Invariant in `Custom`, so that a policy with
 * a rule too many or too few for a handler does not compile.
 */
export interface RecoveryPolicy<in out Custom extends string = never> {
  /** The rules, by class. */
  readonly rules: { readonly [Class in FailureClass | Custom]: RecoveryRule }
}

const hours = 3600

/** The default rules: what is done unless a user says otherwise. */
export const defaultRules = {
  AuthFailure: { action: "alert" },
  ValidationError: { action: "archive" },
  BadPayload: { action: "archive" },
  Timeout: {
    action: "heal",
    backoff: { baseSeconds: 10, factor: 2, capSeconds: 900 },
    maxAttempts: 5,
    maxAgeSeconds: 24 * hours
  },
  DependencyFailure: {
    action: "heal",
    backoff: { baseSeconds: 30, factor: 3, capSeconds: 3600 },
    maxAttempts: 8,
    maxAgeSeconds: 48 * hours
  },
  Unknown: {
    action: "isolate",
    backoff: { baseSeconds: 10, factor: 2, capSeconds: 300 },
    maxAttempts: 3,
    maxAgeSeconds: 24 * hours
  }
} as const satisfies Record<FailureClass, RecoveryRule>

/** The default policy. */
export const defaultRecoveryPolicy: RecoveryPolicy = { rules: defaultRules }

/** What an object may not have beside the keys of its type. */
export type Surplus<Given, Allowed, Of extends string> = {
  readonly [Key in Exclude<keyof Given, keyof Allowed>]: `${Key & string} is no key of ${Of}.`
}

/** The backoff of a rule, with no other key than a backoff has. */
export interface ExactBackoff<Given> {
  /** Its numbers. */
  readonly backoff: Surplus<Given, Backoff, "a backoff">
}

/** What says which rule it is. */
export interface Acting<Action> {
  /** The rule's action. */
  readonly action: Action
}

/** A rule, with no other key than its action has. */
export type Exactly<Rule> =
  Rule extends Acting<infer Action extends RecoveryRule["action"]>
    ? Surplus<Rule, Extract<RecoveryRule, Acting<Action>>, `a rule that says ${Action}`> &
        (Rule extends Pick<HealRule, "backoff"> ? ExactBackoff<Rule["backoff"]> : unknown)
    : unknown

/**
 * A policy: the defaults, with the given classes overridden or added. A rule with a key that its action does not have does
 * not compile.
 *
 * @example
 * const recovery = recoveryPolicy({
 *   Timeout: { action: "heal", backoff: { baseSeconds: 5, factor: 2, capSeconds: 300 }, maxAttempts: 3, maxAgeSeconds: 3600 },
 *   OutOfStock: { action: "archive" }
 * })
 */
export const recoveryPolicy = <const Rules extends { readonly [Class in string]: RecoveryRule }>(
  rules: Rules & { readonly [Class in keyof Rules]: Exactly<Rules[Class]> }
): RecoveryPolicy<Exclude<keyof Rules & string, FailureClass>> => ({ rules: { ...defaultRules, ...rules } })
