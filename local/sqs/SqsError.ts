/** Errors as SQS answers them: the modelled name, the code that query-protocol clients know, the HTTP status. */

/**
 * The code that goes into `x-amzn-query-error`, and the HTTP status, of each error whose code is not its name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
const special: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  BatchEntryIdsNotDistinct: { code: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", status: 400 },
  BatchRequestTooLong: { code: "AWS.SimpleQueueService.BatchRequestTooLong", status: 400 },
  EmptyBatchRequest: { code: "AWS.SimpleQueueService.EmptyBatchRequest", status: 400 },
  InvalidAddress: { code: "InvalidAddress", status: 404 },
  InvalidBatchEntryId: { code: "AWS.SimpleQueueService.InvalidBatchEntryId", status: 400 },
  MessageNotInflight: { code: "AWS.SimpleQueueService.MessageNotInflight", status: 400 },
  OverLimit: { code: "OverLimit", status: 403 },
  PurgeQueueInProgress: { code: "AWS.SimpleQueueService.PurgeQueueInProgress", status: 403 },
  QueueDeletedRecently: { code: "AWS.SimpleQueueService.QueueDeletedRecently", status: 400 },
  QueueDoesNotExist: { code: "AWS.SimpleQueueService.NonExistentQueue", status: 400 },
  QueueNameExists: { code: "QueueAlreadyExists", status: 400 },
  ReceiptHandleIsInvalid: { code: "ReceiptHandleIsInvalid", status: 404 },
  ResourceNotFoundException: { code: "ResourceNotFoundException", status: 404 },
  TooManyEntriesInBatchRequest: { code: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", status: 400 },
  UnsupportedOperation: { code: "AWS.SimpleQueueService.UnsupportedOperation", status: 400 }
}

/** A request that SQS refuses. */
export class SqsError extends Error {
  /** The modelled error, e.g. `QueueDoesNotExist`, or the bare code where SQS models none, e.g. `InvalidParameterValue`. */
  readonly shape: string
  /** The code of the query protocol, e.g. `AWS.SimpleQueueService.NonExistentQueue`. */
  readonly code: string
  readonly status: number

  constructor(shape: string, message: string) {
    super(message)
    this.name = "SqsError"
    this.shape = shape
    this.code = special[shape]?.code ?? shape
    this.status = special[shape]?.status ?? 400
  }
}

/** The queue is not there. */
export const queueDoesNotExist = (): SqsError =>
  new SqsError("QueueDoesNotExist", "The specified queue does not exist.")

/** A parameter's value that SQS refuses, in SQS's own wording. */
export const invalidParameter = (parameter: string, value: unknown, reason: string): SqsError =>
  new SqsError("InvalidParameterValue", `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`)

/** A parameter that has to be there. */
export const missingParameter = (parameter: string): SqsError =>
  new SqsError("MissingParameter", `The request must contain the parameter ${parameter}.`)

/** A receipt handle that SQS never handed out. */
export const receiptHandleIsInvalid = (handle: string): SqsError =>
  new SqsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`)
