/**
 * What the healer does with a DLQ message, given what the ledger knows: the plan, and what keeps an act from happening
 * twice. Pure: it runs inside a conditional write, again for each time that somebody else was faster.
 */
import type { LedgerChange } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { deadLetterOf, healingSince, withHold, withSending } from "../ledger/transitions.ts"
import { plan } from "../recovery/plan.ts"
import type { Archive, Hold, Requeue } from "../recovery/RecoveryPlan.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"

/** The message was dealt with before; at most its alert is still due. */
export interface Settled {
  readonly _tag: "Settled"
  readonly alertDue: boolean
  readonly item: LedgerItem
}

/** Another healer is sending it right now, or was when it died. */
export interface Busy {
  readonly _tag: "Busy"
  readonly seconds: number
}

/** Re-queue: the attempt is counted once this is written. `send` names the send, for FIFO de-duplication. */
export interface Send {
  readonly _tag: "Send"
  readonly plan: Requeue
  readonly send: number
}

/** Archive it, as this item says. */
export interface Store {
  readonly _tag: "Store"
  readonly plan: Archive
  readonly item: LedgerItem | undefined
}

/** What the healer does with a DLQ message. */
export type Decision = Settled | Busy | Send | Hold | Store

/** A healer that has not finished sending after this time is dead: longer than its calls can take together. */
export const sendingLeaseMilliseconds = 30_000

/** What a decision depends on beside the ledger. */
export interface Circumstances {
  readonly policy: RecoveryPolicy<string>
  readonly fifo: boolean
  /** How many messages before it in the batch are being isolated too. */
  readonly position: number
  /** Names this invocation. */
  readonly sender: string
  /** Epoch milliseconds. */
  readonly now: number
  /** 0 ≤ jitter < 1. */
  readonly jitter: number
}

/** What to do with a DLQ message, and the ledger item that has to be written first. */
export const decide =
  (deadLetter: DeadLetterMessage, { policy, fifo, position, sender, now, jitter }: Circumstances) =>
  (item: LedgerItem | undefined): LedgerChange<Decision> => {
    const { failed, classification } = deadLetter
    const letter = deadLetterOf(item, failed.messageId)
    const only = (answer: Decision): LedgerChange<Decision> => ({ item: undefined, answer })

    if (item !== undefined && letter?.done !== undefined)
      return only({ _tag: "Settled", alertDue: letter.alertDue === true, item })

    // Ours already: the write is repeated because its answer was lost.
    const counted = item !== undefined && letter?.sender === sender
    if (!counted && letter?.sendingSince !== undefined) {
      const left = letter.sendingSince + sendingLeaseMilliseconds - now
      if (left > 0) return only({ _tag: "Busy", seconds: Math.ceil(Math.min(left, sendingLeaseMilliseconds) / 1000) })
    }

    const planned = plan(
      policy,
      {
        class: failed.class,
        dependency: classification.dependency,
        retryAfterSeconds: classification.retryAfterSeconds,
        at: failed.failedAt
      },
      {
        attempts: (item?.attempts ?? 0) - (counted ? 1 : 0),
        healingSince: healingSince(item, failed),
        due: letter?.due,
        fifo,
        position
      },
      now,
      jitter
    )

    switch (planned._tag) {
      case "Archive":
        return only({ _tag: "Store", plan: planned, item })
      case "Hold":
        return { item: withHold(item, failed, { due: planned.due, now, why: planned.why }), answer: planned }
      case "Requeue":
        return {
          item: counted
            ? undefined
            : withSending(item, failed, { attempt: planned.attempt, sender, now, why: planned.why }),
          answer: { _tag: "Send", plan: planned, send: letter?.attempt ?? planned.attempt }
        }
    }
  }
