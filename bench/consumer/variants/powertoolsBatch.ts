/**
 * A batch with Powertools: partial responses and parsing are its own; dead letters at the first receive are not, so the
 * failures that it has collected are settled once it is through, and what is finished is taken from its response.
 *
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/batch/
 */
import { type BatchProcessor, processPartialResponse } from "@aws-lambda-powertools/batch"
import type { Context, SQSEvent, SQSRecord } from "aws-lambda"
import { deadlineOf, Failure, type Order, settleFailure, storeOrder } from "./storeOrder.ts"

/** A record with its body parsed. */
export interface ParsedRecord {
  readonly body: Order
  readonly attributes: { readonly SentTimestamp: string }
}

/** How a record is stored. */
export type Store = (record: ParsedRecord, signal: AbortSignal) => Promise<void>

/** Stores the order of a record. */
export const storeRecord: Store = ({ body, attributes }, signal) =>
  storeOrder(body, Number(attributes.SentTimestamp), signal)

const asFailure = (error: Error): Error => {
  if (error.name !== "ParsingError" && error.constructor.name !== "ParsingError") return error
  return new Failure(/JSON/.test(error.message) ? "BadPayload" : "ValidationError", error.message)
}

/** A processor logs every record that does not parse; so does none of the others here. */
export const silent = { debug: () => undefined, warn: () => undefined, error: () => undefined }

/** A handler that parses with this processor. */
export const batchHandler =
  (processor: BatchProcessor, store: Store = storeRecord) =>
  async (event: SQSEvent, context: Context) => {
    const deadline = deadlineOf(context)
    try {
      const response = await processPartialResponse(
        event,
        (record: ParsedRecord) => store(record, deadline.signal),
        processor,
        { context, throwOnFullBatchFailure: false }
      )
      if (response.batchItemFailures.length === 0) return response
      const records = new Map<string, SQSRecord>(event.Records.map((record) => [record.messageId, record]))
      const unfinished = await Promise.all(
        response.batchItemFailures.map(async (item, index) => {
          const record = records.get(item.itemIdentifier)
          const error = processor.errors[index]
          const settled =
            record !== undefined && error !== undefined && (await settleFailure(record, asFailure(error), context))
          return settled ? [] : [item]
        })
      )
      return { batchItemFailures: unfinished.flat() }
    } finally {
      deadline.clear()
    }
  }
