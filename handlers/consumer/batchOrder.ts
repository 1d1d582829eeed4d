/**
 * In which order the records of a batch are handled: what runs side by side, what in sequence, what alone. An isolated
 * message may be the one that crashes the consumer, so it runs when its neighbours are finished and gone from the queue.
 */
import type { Message } from "./Message.ts"

/** The order of a batch. */
export interface BatchOrder {
  /** Sequences that run side by side; the records of one sequence run one after the other. */
  readonly sequences: ReadonlyArray<ReadonlyArray<Message>>
  /** Then these, one after the other. */
  readonly alone: ReadonlyArray<Message>
}

const isIsolated = (message: Message): boolean => message.evidence?.isolated === true

/**
 * Isolated messages of a standard queue are run forwards at odd receives and backwards at even ones: whoever stood behind
 * the culprit stands before it the next time. So two receives finish every innocent of a batch with one culprit.
 */
const turnAbout = (isolated: ReadonlyArray<Message>): ReadonlyArray<Message> =>
  (isolated[0]?.receiveCount ?? 1) % 2 === 0 ? isolated.toReversed() : isolated

/**
 * The order of a batch. On a standard queue each record is a sequence of its own; on a FIFO queue each message group
 * is one, and what follows an isolated record in its group stays behind it.
 */
export const batchOrder = (messages: ReadonlyArray<Message>, fifo: boolean): BatchOrder => {
  if (!fifo) {
    return {
      sequences: messages.filter((message) => !isIsolated(message)).map((message) => [message]),
      alone: turnAbout(messages.filter(isIsolated))
    }
  }
  const sequences = new Map<string, ReadonlyArray<Message>>()
  const behindIsolated = new Set<string>()
  const alone: Array<Message> = []
  for (const message of messages) {
    const group = message.messageGroupId ?? message.messageId
    if (isIsolated(message)) behindIsolated.add(group)
    if (behindIsolated.has(group)) alone.push(message)
    else sequences.set(group, [...(sequences.get(group) ?? []), message])
  }
  return { sequences: [...sequences.values()], alone }
}
