/** Two dead-letter queues that exist already, healed without a change of the systems that they belong to. */
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterHealer } from "resilient-queue/DeadLetterHealer"
import { recoveryPolicy } from "resilient-queue/RecoveryPolicy"

const config = new pulumi.Config()

/** A queue with a redrive policy: healed messages go back to where they failed. */
const shipments = new DeadLetterHealer("shipments", {
  deadLetterQueueArn: config.require("shipmentsDeadLetterQueueArn"),
  redriveTo: { queueArn: config.require("shipmentsQueueArn") },
  correlationField: "shipmentId"
})

/** A function that is invoked asynchronously: healed events are handed to it anew. */
const thumbnails = new DeadLetterHealer("thumbnails", {
  deadLetterQueueArn: config.require("thumbnailsDeadLetterQueueArn"),
  redriveTo: { functionArn: config.require("thumbnailsFunctionArn") },
  recovery: recoveryPolicy({
    // A picture that kills its function does so again: two more tries, then the archive.
    Unknown: {
      action: "isolate",
      backoff: { baseSeconds: 60, factor: 2, capSeconds: 600 },
      maxAttempts: 2,
      maxAgeSeconds: 3600
    }
  })
})

/** Subscribe to hear of what needs a person. */
export const alertTopicArns = [shipments.alertTopicArn, thumbnails.alertTopicArn]
/** See what failed, and what became of it. */
export const dashboardUrls = [shipments.dashboardUrl, thumbnails.dashboardUrl]
/** The roles that the owners of keys, or of queues in other accounts, have to admit. */
export const healerRoleArns = [shipments.healerRoleArn, thumbnails.healerRoleArn]
