/** Powertools batch and parser with `innerSchema`, as their documentation shows first: builds the schema for each record. */
import { BatchProcessor, EventType } from "@aws-lambda-powertools/batch"
import { parser } from "@aws-lambda-powertools/batch/parser"
import { orderSchema } from "./orderSchema.ts"
import { batchHandler, silent } from "./powertoolsBatch.ts"

/** Lambda's entry point. */
export const handler = batchHandler(
  new BatchProcessor(EventType.SQS, { parser, innerSchema: orderSchema, transformer: "json", logger: silent })
)
