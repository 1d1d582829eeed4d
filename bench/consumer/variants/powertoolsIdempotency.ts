/** Powertools batch, parser and idempotency by order id, in a table of its own. */
import { BatchProcessor, EventType } from "@aws-lambda-powertools/batch"
import { parser } from "@aws-lambda-powertools/batch/parser"
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency"
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb"
import { JSONStringified } from "@aws-lambda-powertools/parser/helpers"
import { SqsRecordSchema } from "@aws-lambda-powertools/parser/schemas/sqs"
import { orderSchema } from "./orderSchema.ts"
import { batchHandler, silent, storeRecord } from "./powertoolsBatch.ts"

const store = makeIdempotent(storeRecord, {
  persistenceStore: new DynamoDBPersistenceLayer({ tableName: process.env["IDEMPOTENCY_TABLE"] ?? "idempotency" }),
  config: new IdempotencyConfig({ eventKeyJmesPath: "body.orderId" })
})

/** Lambda's entry point. */
export const handler = batchHandler(
  new BatchProcessor(EventType.SQS, {
    parser,
    schema: SqsRecordSchema.extend({ body: JSONStringified(orderSchema) }),
    logger: silent
  }),
  store
)
