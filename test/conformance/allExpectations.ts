/** The whole conformance suite. */
import type { Expectation } from "./Expectation.ts"
import { dynamodbExpectations } from "./expectations/dynamodb.ts"
import { s3Expectations } from "./expectations/s3.ts"
import { secretsManagerExpectations } from "./expectations/secretsManager.ts"
import { snsExpectations } from "./expectations/sns.ts"
import { sqsExpectations } from "./expectations/sqs.ts"

/** Every expectation, by service. */
export const allExpectations: ReadonlyArray<Expectation> = [
  ...sqsExpectations,
  ...snsExpectations,
  ...dynamodbExpectations,
  ...s3Expectations,
  ...secretsManagerExpectations
]
