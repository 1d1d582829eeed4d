/** What AWS documents about DynamoDB. */
import type { Expectation } from "../Expectation.ts"
import { dynamodbItemExpectations } from "./dynamodb/items.ts"
import { dynamodbQueryExpectations } from "./dynamodb/queries.ts"

/** Every expectation about DynamoDB. */
export const dynamodbExpectations: ReadonlyArray<Expectation> = [
  ...dynamodbItemExpectations,
  ...dynamodbQueryExpectations
]
