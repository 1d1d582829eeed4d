/** Every role that the components make, in one stack: the order system, a FIFO queue, two adopted queues. */
import { Queue } from "@pulumi/aws/sqs/queue.js"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { BundledFunction } from "../../../components/function/BundledFunction.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

/** The order system, as `npm start` runs it. */
export * from "../../../index.ts"

// Healed at once: what is due later is held, and nobody here waits.
const recovery = recoveryPolicy({
  Timeout: {
    action: "heal",
    backoff: { baseSeconds: 1, factor: 1, capSeconds: 1 },
    maxAttempts: 5,
    maxAgeSeconds: 86_400
  }
})

const invoices = new ResilientQueue("invoices", {
  fifo: true,
  consumer: { entry: new URL("./invoices.handler.ts", import.meta.url) },
  recovery
})

const shipmentsQueue = new Queue("shipments", {})
const shipmentsDead = new Queue("shipments-dead", { visibilityTimeoutSeconds: 180 })
const shipments = new DeadLetterHealer("shipments", {
  deadLetterQueueArn: shipmentsDead.arn,
  deadLetterQueueUrl: shipmentsDead.url,
  redriveTo: { queueArn: shipmentsQueue.arn, queueUrl: shipmentsQueue.url },
  settleOnSchedule: false,
  recovery
})

const thumbnailsFunction = new BundledFunction("thumbnails", {
  entry: new URL("./thumbnails.handler.ts", import.meta.url),
  description: "Takes what it is invoked with",
  timeoutSeconds: 3
})
const thumbnailsDead = new Queue("thumbnails-dead", { visibilityTimeoutSeconds: 180 })
const thumbnails = new DeadLetterHealer("thumbnails", {
  deadLetterQueueArn: thumbnailsDead.arn,
  deadLetterQueueUrl: thumbnailsDead.url,
  redriveTo: { functionArn: thumbnailsFunction.arn },
  settleOnSchedule: false,
  recovery
})

/** What the exercises find their way by. */
export const invoicesPlaces = {
  mainQueueArn: invoices.queueArn,
  deadLetterQueueArn: invoices.deadLetterQueueArn,
  parkingQueueArn: invoices.parkingQueueArn,
  failuresTableName: invoices.failuresTableName,
  archiveBucketName: invoices.archiveBucketName,
  alertTopicArn: invoices.alertTopicArn
}

/** The same of the adopted queue. */
export const shipmentsPlaces = {
  mainQueueArn: shipmentsQueue.arn,
  deadLetterQueueArn: shipmentsDead.arn,
  parkingQueueArn: shipments.parkingQueueArn,
  failuresTableName: shipments.failuresTableName,
  archiveBucketName: shipments.archiveBucketName,
  alertTopicArn: shipments.alertTopicArn,
  healerFunctionArn: shipments.healerFunctionArn
}

/** The same of the adopted function's queue. */
export const thumbnailsPlaces = {
  targetFunctionName: thumbnailsFunction.functionName,
  deadLetterQueueArn: thumbnailsDead.arn,
  parkingQueueArn: thumbnails.parkingQueueArn,
  failuresTableName: thumbnails.failuresTableName,
  archiveBucketName: thumbnails.archiveBucketName,
  alertTopicArn: thumbnails.alertTopicArn,
  healerFunctionArn: thumbnails.healerFunctionArn
}
