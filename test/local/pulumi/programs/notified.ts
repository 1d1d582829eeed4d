/** A queue whose alerts go to two webhooks. */
import * as pulumi from "@pulumi/pulumi"
import { ResilientQueue } from "../../../../components/resilientQueue/ResilientQueue.ts"

const config = new pulumi.Config()
const webhookUrl = config.requireSecret("webhookUrl")

const parcels = new ResilientQueue("parcels", {
  consumer: { entry: new URL("../../../components/resilientQueue/consumerEntry.ts", import.meta.url) },
  alerts: {
    webhooks: [
      { kind: "slack", url: pulumi.interpolate`${webhookUrl}/slack` },
      {
        kind: "generic",
        name: "audit",
        url: pulumi.interpolate`${webhookUrl}/audit`,
        signingSecret: config.requireSecret("signingSecret")
      }
    ]
  }
})

export const deadLetterQueueUrl = parcels.deadLetterQueueUrl
export const alertTopicArn = parcels.alertTopicArn
export const undeliveredAlertsQueueUrl = parcels.undeliveredAlertsQueueUrl
