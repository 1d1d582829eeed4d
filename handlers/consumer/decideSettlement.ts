/** What is to be done about the outcome of a record. Pure: no clock, no random source, no I/O. */
import { backoffSeconds } from "../recovery/backoff.ts"
import type { RecoveryRule } from "../recovery/RecoveryPolicy.ts"
import { type FailureSituation, ownFailure, ruleOf } from "./failureOf.ts"
import type { Message } from "./Message.ts"
import type { Failed, Outcome, Untried } from "./outcome.ts"

/** What is to be done about a record. */
export type Action =
  /** It succeeded, and nobody waits for word of it. */
  | { readonly _tag: "Finish"; readonly message: Message }
  /** It was healed and succeeded: the ledger has to know before it is finished. */
  | { readonly _tag: "Confirm"; readonly message: Message }
  /** It leaves for the DLQ, with its reason. */
  | { readonly _tag: "DeadLetter"; readonly message: Message; readonly failed: Failed }
  /** It failed, and is received again. */
  | {
      readonly _tag: "Retry"
      readonly message: Message
      readonly failed: Failed
      readonly delaySeconds: number | undefined
    }
  /** It is received again, and has not failed: untried, or behind a message of its group that is not finished. */
  | { readonly _tag: "Leave"; readonly message: Message; readonly delaySeconds: number | undefined }

/** What became of the messages that are ahead of one in its group, on a FIFO queue. */
export interface Ahead {
  /** Whether one of them is not finished: nothing behind it may be, or it would be overtaken. */
  readonly stays: boolean
  /** When they are received again, in seconds, where that is known: what is behind them comes with them. */
  readonly delaySeconds: number | undefined
}

/** What an action depends on beside the outcome. */
export interface Circumstances {
  readonly rules: Readonly<Record<string, RecoveryRule>>
  readonly maxReceiveCount: number
  /** How long each dependency asked to be left alone, in seconds. */
  readonly dependencyWaits: ReadonlyMap<string, number>
  /** Only on a FIFO queue. */
  readonly ahead: Ahead | undefined
  /** 0 ≤ random < 1, for the backoff. */
  readonly random: number
  readonly situation: Omit<FailureSituation, "receiveCount">
}

/** SQS's longest visibility timeout, in seconds. */
const maxVisibilityTimeoutSeconds = 43_200

/** Whether the ledger waits for word of this message. Of one that waited for its first try it knows nothing. */
const isHealed = (message: Message): boolean => message.evidence !== undefined && message.evidence.healAttempts > 0

/** Whether nothing is to be done about it, as long as nothing ahead of it stays. */
export const isPlain = (outcome: Outcome): boolean => outcome._tag === "Processed" && !isHealed(outcome.message)

const isTransient = ({ action }: RecoveryRule): boolean => action === "heal" || action === "isolate"

/** What was not tried has to come back: of these classes it gets the first that the policy heals. */
const classesOfUntried = ["Timeout", "Unknown", "DependencyFailure"]

/**
 * The failure of an untried record that SQS would move to the DLQ without a word. `undefined` where the policy heals nothing:
 * with evidence it would be archived untried.
 */
const untriedFailure = ({ message, why }: Untried, { rules, situation }: Circumstances): Failed | undefined => {
  const name = classesOfUntried.find((each) => isTransient(ruleOf(rules, each)))
  if (name === undefined) return undefined
  const reason =
    why === "deadline"
      ? "not tried at its last receive: no time was left"
      : "not tried at its last receive: an earlier message of its group failed"
  const failure = ownFailure({ class: name, reason }, { ...situation, receiveCount: message.receiveCount })
  return { _tag: "Failed", message, failure: { ...failure, untried: true }, cause: undefined }
}

const retryDelaySeconds = (failed: Failed, rule: RecoveryRule, circumstances: Circumstances): number => {
  const { dependency, retryAfterSeconds } = failed.failure
  const backoff =
    rule.action === "heal" || rule.action === "isolate"
      ? backoffSeconds(rule.backoff, failed.message.receiveCount, circumstances.random)
      : 0
  const wait = dependency === undefined ? 0 : (circumstances.dependencyWaits.get(dependency) ?? 0)
  return Math.min(maxVisibilityTimeoutSeconds, Math.ceil(Math.max(1, backoff, wait, retryAfterSeconds ?? 0)))
}

const decideFailed = (failed: Failed, circumstances: Circumstances): Action => {
  const { ahead, maxReceiveCount, rules } = circumstances
  const { message } = failed
  const rule = ruleOf(rules, failed.failure.class)
  const retry = (delaySeconds: number | undefined): Action => ({ _tag: "Retry", message, failed, delaySeconds })
  // At its last receive SQS moves it to the DLQ, under the id that the ledger knows it by.
  if (message.pastUnknown === true) return retry(retryDelaySeconds(failed, rule, circumstances))
  if (message.receiveCount < maxReceiveCount) {
    if (ahead?.stays === true) return retry(ahead.delaySeconds)
    if (failed.setAside !== true && isTransient(rule)) return retry(retryDelaySeconds(failed, rule, circumstances))
  }
  return { _tag: "DeadLetter", message, failed }
}

/**
 * What is to be done about an outcome. On a FIFO queue nothing is finished behind a message of its group that is not; only
 * what SQS would move to the DLQ now goes there, with its reason.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const decideSettlement = (outcome: Outcome, circumstances: Circumstances): Action => {
  const { ahead, maxReceiveCount } = circumstances
  const { message } = outcome
  const leave: Action = { _tag: "Leave", message, delaySeconds: ahead?.delaySeconds }
  switch (outcome._tag) {
    case "Processed":
      if (ahead?.stays === true) return leave
      return { _tag: isHealed(message) ? "Confirm" : "Finish", message }
    case "Failed":
      return decideFailed(outcome, circumstances)
    case "Untried": {
      if (message.receiveCount < maxReceiveCount || message.pastUnknown === true) return leave
      const failed = untriedFailure(outcome, circumstances)
      return failed === undefined ? leave : { _tag: "DeadLetter", message, failed }
    }
  }
}
