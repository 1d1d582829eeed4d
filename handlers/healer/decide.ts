/**
 * What the healer does with a DLQ message, given what the ledger knows: the plan, and what keeps an act from happening
 * twice. Pure: it runs inside a conditional write, again for each time that somebody else was faster.
 */
import { highestCopy } from "../failure/Evidence.ts"
import type { LedgerChange } from "../ledger/HealerLedger.ts"
import type { DeadLetter, LedgerItem } from "../ledger/LedgerItem.ts"
import { wasSentBack, withRecovered } from "../ledger/recoveredTransition.ts"
import {
  deadLetterOf,
  type Slot,
  withHold,
  withoutUntriedAttempt,
  withSending,
  withWaiting
} from "../ledger/transitions.ts"
import { healingSpanOf, longestHoldSeconds, plan } from "../recovery/plan.ts"
import type { Archive, Hold, Requeue } from "../recovery/RecoveryPlan.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { patientSeconds } from "./patience.ts"
import { plannedFailure, plannedState, type Verdict } from "./Verdict.ts"

/** The message was dealt with before; at most its alert is still due. */
export interface Settled {
  readonly _tag: "Settled"
  readonly alertDue: boolean
  readonly item: LedgerItem
}

/** Its consumer has processed it: the ledger, which could not be told, knows it once this is written. */
export interface Confirmed {
  readonly _tag: "Confirmed"
  /** Epoch milliseconds. */
  readonly recoveredAt: number
}

/** A copy of it has taken its place in the DLQ. */
export interface Superseded {
  readonly _tag: "Superseded"
}

/** Another healer is sending it right now, or was when it died. */
export interface Busy {
  readonly _tag: "Busy"
  readonly seconds: number
}

/** Re-queue: the attempt is counted once this is written. */
export interface Send {
  readonly _tag: "Send"
  readonly plan: Requeue
  /** The dependency whose circuit breaker has admitted it. */
  readonly admittedTo: string | undefined
}

/** Keep it in the DLQ. By its visibility: written already. By a copy: written once the copy is sent. */
export interface Keep {
  readonly _tag: "Keep"
  readonly plan: Hold
  readonly slot: Slot
  /** The number of the copy that takes its place; `undefined` where its visibility does. */
  readonly copy: number | undefined
  /** How long its visibility holds it, where that does: so that its receives last. Range: as in `plan`. */
  readonly visibleSeconds: number
}

/** Archive it, as this item says. */
export interface Store {
  readonly _tag: "Store"
  readonly plan: Archive
  readonly item: LedgerItem | undefined
}

/** What the healer does with a DLQ message. */
export type Decision = Settled | Confirmed | Superseded | Busy | Send | Keep | Store

/** A healer that has not finished sending after this time is dead: longer than its calls can take together. */
export const sendingLeaseMilliseconds = 30_000

/** Clocks of healers may be this far apart. Where they may be further, the queue's own clock decides: see `Busy`. */
const clockSkewMilliseconds = 600_000

/** Longer holds than this, in seconds, are worth a copy: a message that its visibility holds is one of 120,000 in flight. */
export const longestVisibleHoldSeconds = 60

/**
 * A message that was received this often is held by a copy all the same: a copy begins to count anew. Fewer than a message is
 * parked after where the ledger cannot say how often handling it has failed, so that those are errors, not holds.
 */
const longestReceives = 10

/** What a decision depends on beside the ledger. */
export interface Circumstances {
  readonly policy: RecoveryPolicy<string>
  readonly fifo: boolean
  /** How many messages before it in the batch are being isolated too. */
  readonly position: number
  /** Names this invocation. */
  readonly sender: string
  /** What the circuit breaker of its dependency says, where it has a say. */
  readonly verdict: Verdict | undefined
  /** Its plan where it has waited for its first try for too long: nobody else's. */
  readonly over?: Archive | undefined
  /** Whether a copy of it can be sent to the DLQ, delayed, with its evidence. */
  readonly copies: boolean
  /** Epoch milliseconds. */
  readonly now: number
  /** 0 ≤ jitter < 1. */
  readonly jitter: number
}

/**
 * Whether the healer that was sending it is dead. Its lease is by its own clock, so only one that is over by any clock is
 * trusted; else a receive waits once, by the queue's clock, and the next one of the same message finds it dead.
 */
const isDead = ({ message }: DeadLetterMessage, letter: DeadLetter, now: number): boolean => {
  const over = now - (letter.sendingSince ?? 0) > sendingLeaseMilliseconds + clockSkewMilliseconds
  const { waited } = letter
  return over || (waited?.messageId === message.messageId && message.receiveCount > waited.receiveCount)
}

/** When it was processed, where its consumer says so and the ledger does not know better. */
export const confirmedAt = (
  { failed, recoveredAt }: DeadLetterMessage,
  found: LedgerItem | undefined
): number | undefined => (found !== undefined && wasSentBack(found, failed.messageId) ? recoveredAt : undefined)

/** What to do with a DLQ message, and the ledger item that has to be written first. */
export const decide =
  (deadLetter: DeadLetterMessage, circumstances: Circumstances) =>
  (found: LedgerItem | undefined): LedgerChange<Decision> => {
    const { policy, fifo, position, sender, verdict, over, copies, now, jitter } = circumstances
    const { failed, message } = deadLetter
    const letter = deadLetterOf(found, failed.messageId)
    const only = (answer: Decision): LedgerChange<Decision> => ({ item: undefined, answer })

    if (found !== undefined && letter?.done !== undefined)
      return only({ _tag: "Settled", alertDue: letter.alertDue === true, item: found })
    const recoveredAt = confirmedAt(deadLetter, found)
    if (found !== undefined && recoveredAt !== undefined)
      return found.status === "recovered" || found.status === "discarded"
        ? only({ _tag: "Settled", alertDue: false, item: found })
        : {
            item: withRecovered(found, { messageId: failed.messageId, recoveredAt, now }),
            answer: { _tag: "Confirmed", recoveredAt }
          }
    // Its healing has succeeded, though whoever sent it died or never learnt of it. Sent again, a FIFO queue would take it
    // out as a repeat, and nobody would confirm it a second time.
    if (found?.status === "recovered" && letter !== undefined)
      return only({ _tag: "Settled", alertDue: false, item: found })
    const copy = message.evidence?.heldAs?.copy ?? 0
    if (copy < (letter?.copies ?? 0)) return only({ _tag: "Superseded" })

    // Ours already: the write is repeated because its answer was lost.
    const counted = found !== undefined && letter?.sender === sender
    if (!counted && found !== undefined && letter?.sender !== undefined && !isDead(deadLetter, letter, now)) {
      const { messageId, receiveCount } = message
      return {
        item:
          letter.waited?.messageId === messageId ? undefined : withWaiting(found, failed, { messageId, receiveCount }),
        answer: { _tag: "Busy", seconds: sendingLeaseMilliseconds / 1000 }
      }
    }

    const item = withoutUntriedAttempt(found, failed)
    const state = plannedState(deadLetter, item, { fifo, position, admission: verdict?.admission })
    const planned =
      over ??
      plan(policy, plannedFailure(deadLetter), { ...state, attempts: state.attempts - (counted ? 1 : 0) }, now, jitter)
    const admitted = verdict?.admission.admitted === true ? verdict : undefined
    const slotAt = (due: number): Slot => ({
      due,
      admittedAt: admitted?.admittedAt,
      awaits: admitted === undefined && verdict?.counted === true ? verdict.dependency : undefined
    })

    switch (planned._tag) {
      case "Archive":
        return only({ _tag: "Store", plan: planned, item })
      case "Hold": {
        const byCopy =
          copies &&
          copy < highestCopy &&
          (planned.visibilityTimeoutSeconds > longestVisibleHoldSeconds || message.receiveCount >= longestReceives)
        const asked = planned.visibilityTimeoutSeconds
        const endsAt = healingSpanOf(policy, failed.class, state, now)?.endsAt ?? now
        // Where a copy begins to count its receives anew, none has to be saved.
        const visibleSeconds =
          verdict?.admission.admitted === false && (byCopy || !copies)
            ? Math.min(longestHoldSeconds, patientSeconds(asked, message, { now, endsAt }))
            : asked
        const keep = { _tag: "Keep", plan: planned, slot: slotAt(planned.due), visibleSeconds } as const
        return byCopy
          ? only({ ...keep, copy: copy + 1 })
          : {
              item: withHold(item, failed, { ...keep.slot, now, why: planned.why }),
              answer: { ...keep, copy: undefined }
            }
      }
      case "Requeue": {
        const slot = slotAt(now + planned.delaySeconds * 1000)
        return {
          item: counted
            ? undefined
            : withSending(item, failed, { attempt: planned.attempt, sender, now, why: planned.why, slot }),
          answer: { _tag: "Send", plan: planned, admittedTo: admitted?.dependency }
        }
      }
    }
  }
