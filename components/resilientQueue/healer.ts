/** The healer: our function on the dead-letter queue. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import type { Topic } from "@pulumi/aws/sns/topic.js"
import * as pulumi from "@pulumi/pulumi"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission } from "../function/permission.ts"
import { applyTransform } from "../transform.ts"
import type { ResilientQueueArgs } from "./args.ts"
import type { Context } from "./context.ts"
import { functionEnvironment, keyPermissions } from "./functionEnvironment.ts"
import type { Queues } from "./queues.ts"

/** What the healer works with. */
export interface HealerResources {
  readonly queues: Queues
  readonly failuresTable: Table
  readonly archive: Bucket
  readonly alertTopic: Topic
}

const healerEntry = new URL("../../handlers/healer/healer.handler.ts", import.meta.url)

/** Large batches: an outage shows only when many failures are seen together. */
const healerBatchSize = 10

/** Few at a time: a healer that re-queues faster than the consumer works helps nobody. */
const healerMaximumConcurrency = 5

/** Makes the function and its event source mapping. */
export const createHealer = (
  context: Context,
  args: ResilientQueueArgs,
  resources: HealerResources
): BundledFunction => {
  const { name, settings, transform } = context
  const healer = new BundledFunction(
    `${name}-healer`,
    {
      entry: healerEntry,
      description: `Heals, archives or reports the failed messages of ${name}`,
      timeoutSeconds: settings.healerTimeoutSeconds,
      memorySizeMegabytes: settings.healerMemorySizeMegabytes,
      logRetentionDays: settings.logRetentionDays,
      environment: {
        ...functionEnvironment(context, args, resources),
        PARKING_QUEUE_URL: resources.queues.parking.url,
        ARCHIVE_BUCKET: resources.archive.bucket,
        ALERT_TOPIC_ARN: resources.alertTopic.arn,
        ALERT_WINDOW_SECONDS: pulumi.interpolate`${settings.alertWindowSeconds}`,
        ...(args.correlationField === undefined ? {} : { CORRELATION_FIELD: args.correlationField })
      },
      permissions: [...healerPermissions(resources), ...keyPermissions(args.kmsKeyArn)],
      transform: transform.healerFunction
    },
    { parent: context.parent }
  )
  new EventSourceMapping(
    `${name}-healer-source`,
    applyTransform(transform.healerEventSource, {
      eventSourceArn: resources.queues.deadLetter.arn,
      functionName: healer.arn,
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: healerBatchSize,
      scalingConfig: { maximumConcurrency: healerMaximumConcurrency }
    }),
    { parent: context.parent }
  )
  return healer
}

/** Receive, acknowledge and hold on the dead-letter queue; re-queue, park, archive, record, alert. */
export const healerPermissions = ({
  queues,
  failuresTable,
  archive,
  alertTopic
}: HealerResources): readonly Permission[] => [
  {
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
    resources: [queues.deadLetter.arn]
  },
  { actions: ["sqs:SendMessage"], resources: [queues.main.arn, queues.parking.arn] },
  { actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [failuresTable.arn] },
  // An object's ARN is its key; `class=` is how each key of the archive starts.
  { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${archive.arn}/class=*`] },
  { actions: ["sns:Publish"], resources: [alertTopic.arn] }
]
