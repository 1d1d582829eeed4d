/** Powertools batch and parser, with a schema of the whole record that is built once: the fastest way to use them. */
import { BatchProcessor, EventType } from "@aws-lambda-powertools/batch"
import { parser } from "@aws-lambda-powertools/batch/parser"
import { JSONStringified } from "@aws-lambda-powertools/parser/helpers"
import { SqsRecordSchema } from "@aws-lambda-powertools/parser/schemas/sqs"
import { orderSchema } from "./orderSchema.ts"
import { batchHandler, silent } from "./powertoolsBatch.ts"

/** Lambda's entry point. */
export const handler = batchHandler(
  new BatchProcessor(EventType.SQS, {
    parser,
    schema: SqsRecordSchema.extend({ body: JSONStringified(orderSchema) }),
    logger: silent
  })
)
