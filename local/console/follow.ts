/** Where an order is that was sent from the page, in a sentence: until its end. */
import type { FailureLine } from "../../handlers/operations/FailureLine.ts"
import type { Operations } from "./operations.ts"
import type { Followed } from "./protocol.ts"

const ofFailure = (line: FailureLine): Followed => {
  const { status, code, lineageId, reason, attempts } = line
  const shared = { code, lineageId }
  const times = attempts === 1 ? "1 attempt" : `${attempts} attempts`
  switch (status) {
    case "recovered":
      return { ...shared, stage: "stored", text: `Stored: it recovered after ${times} of the healer.`, isOver: true }
    case "awaiting-operator":
      return { ...shared, stage: "kept", text: `Awaits an operator: ${reason}.`, isOver: true }
    case "archived":
      return { ...shared, stage: "kept", text: `Archived: ${reason}.`, isOver: true }
    case "discarded":
      return { ...shared, stage: "kept", text: "Discarded by an operator.", isOver: true }
    case "held":
      return { ...shared, stage: "failing", text: "Held until its dependency answers again.", isOver: false }
    case "replayed":
      return { ...shared, stage: "failing", text: "Replayed, and on its way.", isOver: false }
    case "healing":
      return {
        ...shared,
        stage: "failing",
        text: `Failed (${reason}); healing, ${times}.`,
        isOver: false
      }
  }
}

/** Looks an order up, by its order id or by the id of its message. */
export const follow = async (
  operations: Pick<Operations, "isStored">,
  failures: ReadonlyArray<FailureLine>,
  { orderId, messageId }: { readonly orderId?: string | undefined; readonly messageId?: string | undefined }
): Promise<Followed> => {
  const line = failures.find(
    (each) =>
      (orderId !== undefined && each.correlationId === orderId) ||
      (messageId !== undefined && each.lineageId === messageId)
  )
  if (line !== undefined) return ofFailure(line)
  if (orderId !== undefined && (await operations.isStored(orderId)))
    return { stage: "stored", text: "Stored.", isOver: true }
  return { stage: "accepted", text: "Accepted, and on its way.", isOver: false }
}
