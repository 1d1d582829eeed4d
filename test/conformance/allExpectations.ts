/** The whole conformance suite. */
import type { Expectation } from "./Expectation.ts"
import { sqsExpectations } from "./expectations/sqs.ts"

/** Every expectation, by service. */
export const allExpectations: ReadonlyArray<Expectation> = [...sqsExpectations]
