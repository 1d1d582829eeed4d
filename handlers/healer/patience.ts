/**
 * How long its visibility holds a message that a circuit breaker refuses. Each hold is a receive, and SQS sends to the parking
 * queue what was received too often. A copy would begin to count anew, but on a FIFO queue it would stand behind its group: there
 * the receives that a message has must last for as long as it is healed.
 */

/**
 * Of the 100 receives that a dead-letter queue allows, as many are spread. The others are for slots that were granted, for those
 * in front of it in its group, for errors, for its last hours, and for SQS, which hides nothing for longer than twelve hours.
 */
const spreadReceives = 50

/**
 * Seconds until a message is looked at again: no sooner than asked, and the longer it has waited the later (by about a sixth,
 * where it is healed for two days), so that its receives last for as long as it is healed. Never more than half of what is
 * left of that: who comes back in the end still finds it. Pure and total; times are epoch milliseconds.
 */
export const patientSeconds = (
  askedSeconds: number,
  message: { readonly receiveCount: number; readonly sentAt: number },
  { now, endsAt }: { readonly now: number; readonly endsAt: number }
): number => {
  const waited = Math.max(1, now - message.sentAt)
  const left = Math.max(0, endsAt - now)
  const receivesLeft = Math.max(1, spreadReceives - message.receiveCount)
  // Each wait is the same share of all that has passed.
  const share = ((waited + left) / waited) ** (1 / receivesLeft) - 1
  return Math.max(askedSeconds, Math.ceil(Math.min(waited * share, left / 2) / 1000))
}
