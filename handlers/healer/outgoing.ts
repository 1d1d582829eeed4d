/** A message on its way from the healer: body and the sender's attributes as they were, evidence beside them if it fits. */
import { createHash } from "node:crypto"
import type { OutgoingMessage } from "../aws/Sqs.ts"
import { type Evidence, evidenceAttributeName } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence } from "../failure/room.ts"

/** What is sent on. */
export interface Original {
  readonly body: string
  /** Without evidence. */
  readonly attributes: OutgoingMessage["attributes"]
  readonly messageGroupId?: string | undefined
}

/** A message to send, and whether its evidence goes with it. */
export interface Outgoing {
  readonly message: OutgoingMessage
  readonly carriesEvidence: boolean
}

/**
 * The id by which a FIFO queue takes out a repeated send: at most 128 characters, whatever the lineage id is made of.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export const deduplicationId = (lineageId: string, send: string): string =>
  createHash("sha256").update(`${lineageId}:${send}`).digest("hex")

/** The message to send with this evidence. On a FIFO queue it keeps its group; without one it is its own. */
export const outgoing = (
  original: Original,
  evidence: Evidence,
  to: {
    readonly fifo: boolean
    readonly send: string
    readonly delaySeconds: number
    /** @default 1 MiB */
    readonly maxMessageBytes?: number | undefined
  }
): Outgoing => {
  const text = encodeEvidence(evidence)
  const carriesEvidence = hasRoomForEvidence(original.body, original.attributes, text, to.maxMessageBytes)
  const group = original.messageGroupId ?? (to.fifo ? evidence.lineageId : undefined)
  return {
    carriesEvidence,
    message: {
      body: original.body,
      attributes: carriesEvidence
        ? { ...original.attributes, [evidenceAttributeName]: { dataType: "String", stringValue: text } }
        : original.attributes,
      ...(group === undefined ? {} : { messageGroupId: group }),
      ...(to.fifo
        ? { messageDeduplicationId: deduplicationId(evidence.lineageId, to.send) }
        : { delaySeconds: to.delaySeconds })
    }
  }
}
