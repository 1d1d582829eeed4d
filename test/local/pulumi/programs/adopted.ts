/** Systems with dead letters of their own, a queue's and a function's, and healers beside them. */
import { Role } from "@pulumi/aws/iam/role.js"
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js"
import { Queue } from "@pulumi/aws/sqs/queue.js"
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterHealer } from "../../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { recoveryPolicy } from "../../../../handlers/recovery/RecoveryPolicy.ts"

/** Where the function tells of its events. */
const earUrl = new pulumi.Config().require("earUrl")

const recovery = recoveryPolicy({
  Unknown: {
    action: "isolate",
    backoff: { baseSeconds: 1, factor: 1, capSeconds: 1 },
    maxAttempts: 1,
    maxAgeSeconds: 600
  }
})

const dead = new Queue("shipments-dead", { messageRetentionSeconds: 1_209_600 })
const shipments = new Queue("shipments", {
  visibilityTimeoutSeconds: 1,
  redrivePolicy: dead.arn.apply((deadLetterTargetArn) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }))
})
const ofShipments = new DeadLetterHealer("shipments", {
  deadLetterQueueArn: dead.arn,
  deadLetterQueueUrl: dead.url,
  redriveTo: { queueArn: shipments.arn, queueUrl: shipments.url },
  correlationField: "shipmentId",
  settleOnSchedule: false,
  recovery
})

const failed = new Queue("thumbnails-failed", { messageRetentionSeconds: 1_209_600 })
const role = new Role("thumbnails-role", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
  })
})
const thumbnails = new LambdaFunction("thumbnails", {
  runtime: "nodejs24.x",
  handler: "index.handler",
  role: role.arn,
  environment: { variables: { EAR_URL: earUrl } },
  code: new pulumi.asset.AssetArchive({
    "index.mjs": new pulumi.asset.StringAsset(
      "export const handler = (event) => fetch(process.env.EAR_URL, { method: 'POST', body: JSON.stringify(event) }).then(() => null)"
    )
  })
})
const ofThumbnails = new DeadLetterHealer("thumbnails", {
  deadLetterQueueArn: failed.arn,
  deadLetterQueueUrl: failed.url,
  redriveTo: { functionArn: thumbnails.arn },
  settleOnSchedule: false,
  recovery
})

/** The queue, and its healer's ledger. */
export const shipmentsQueueUrl = shipments.url
export const shipmentsFailures = ofShipments.failuresTableName
/** Where the function's records go, and its healer's ledger. */
export const failedQueueUrl = failed.url
export const thumbnailsFailures = ofThumbnails.failuresTableName
