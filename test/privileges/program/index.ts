/** Every role that the components make, in one stack: the order system, a FIFO queue, two adopted queues. */
import { Role } from "@pulumi/aws/iam/role.js"
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js"
import { Queue } from "@pulumi/aws/sqs/queue.js"
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { BundledFunction } from "../../../components/function/BundledFunction.ts"
import { lambdaAssumeRolePolicy } from "../../../components/function/permission.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

import { administratorPolicy, operatorPolicy, readerPolicy } from "../../../index.ts"

/** The order system, as `npm start` runs it. */
export * from "../../../index.ts"

const kmsKeyArn = new pulumi.Config().require("kmsKeyArn")

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
  kmsKeyArn,
  recovery,
  tracing: "Active"
})

// People assume roles of their own. Here it is Lambda that vouches for them: it is whom the embedded IAM trusts.
for (const [name, policy] of Object.entries({
  reader: readerPolicy,
  operator: operatorPolicy,
  administrator: administratorPolicy
})) {
  const role = new Role(name, { assumeRolePolicy: lambdaAssumeRolePolicy })
  new RolePolicy(`${name}-policy`, { role: role.id, policy })
}

const shipmentsQueue = new Queue("shipments", { kmsMasterKeyId: kmsKeyArn })
const shipmentsDead = new Queue("shipments-dead", { visibilityTimeoutSeconds: 180, kmsMasterKeyId: kmsKeyArn })
const shipments = new DeadLetterHealer("shipments", {
  deadLetterQueueArn: shipmentsDead.arn,
  deadLetterQueueUrl: shipmentsDead.url,
  redriveTo: { queueArn: shipmentsQueue.arn, queueUrl: shipmentsQueue.url },
  kmsKeyArn,
  settleOnSchedule: false,
  recovery
})

const thumbnailsFunction = new BundledFunction("thumbnails", {
  entry: new URL("./thumbnails.handler.ts", import.meta.url),
  description: "Takes what it is invoked with",
  timeoutSeconds: 3,
  tracing: "Active"
})
const thumbnailsDead = new Queue("thumbnails-dead", { visibilityTimeoutSeconds: 180, kmsMasterKeyId: kmsKeyArn })
const thumbnails = new DeadLetterHealer("thumbnails", {
  deadLetterQueueArn: thumbnailsDead.arn,
  deadLetterQueueUrl: thumbnailsDead.url,
  redriveTo: { functionArn: thumbnailsFunction.arn },
  kmsKeyArn,
  settleOnSchedule: false,
  recovery,
  tracing: "Active"
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
