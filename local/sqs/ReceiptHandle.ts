/** Receipt handles: opaque to clients, one for each receive of a message. */

/** What a receipt handle says. */
export interface Receipt {
  readonly queueName: string
  readonly messageId: string
}

const form = /^([A-Za-z0-9_.-]{1,80}) ([0-9a-f-]{36}) \d+$/

/** The handle of one receive of a message; `receive` rises with every receive of the queue. */
export const receiptHandleOf = (queueName: string, messageId: string, receive: number): string =>
  Buffer.from(`${queueName} ${messageId} ${receive}`, "latin1").toString("base64")

/** Reads a handle; `undefined` for anything that was never handed out. */
export const readReceiptHandle = (handle: string): Receipt | undefined => {
  const match = form.exec(Buffer.from(handle, "base64").toString("latin1"))
  const [, queueName, messageId] = match ?? []
  return queueName === undefined || messageId === undefined ? undefined : { queueName, messageId }
}
