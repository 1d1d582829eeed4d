/** What AWS documents about SQS. */
import type { Expectation } from "../Expectation.ts"
import { sqsBatchExpectations } from "./sqs/batches.ts"
import { sqsFifoExpectations } from "./sqs/fifo.ts"
import { sqsMoveTaskExpectations } from "./sqs/moveTasks.ts"
import { sqsQueueExpectations } from "./sqs/queues.ts"
import { sqsReceivingExpectations } from "./sqs/receiving.ts"
import { sqsRedriveExpectations } from "./sqs/redrive.ts"
import { sqsSendingExpectations } from "./sqs/sending.ts"

/** Every expectation about SQS. */
export const sqsExpectations: ReadonlyArray<Expectation> = [
  ...sqsQueueExpectations,
  ...sqsSendingExpectations,
  ...sqsReceivingExpectations,
  ...sqsBatchExpectations,
  ...sqsRedriveExpectations,
  ...sqsFifoExpectations,
  ...sqsMoveTaskExpectations
]
