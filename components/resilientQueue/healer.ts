/** The healer: our function on a dead-letter queue. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import * as pulumi from "@pulumi/pulumi"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { Entry } from "../function/bundle.ts"
import type { Permission } from "../function/permission.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import { applyTransform } from "../transform.ts"
import type { AlertTopic } from "./alertTopic.ts"
import type { HealingArgs } from "./args.ts"
import type { Context } from "./context.ts"
import {
  type FunctionArguments,
  functionEnvironment,
  keyPermissions,
  ledgerPermission,
  receivePermission
} from "./functionEnvironment.ts"

/** A queue by what its users need: a resource of ours, or one of somebody else's. */
export interface QueueAddress {
  readonly arn: pulumi.Input<string>
  readonly url: pulumi.Input<string>
}

/** Where healed messages go: into a queue, or to a function, which is invoked asynchronously. */
export type Destination = { readonly queue: QueueAddress } | { readonly functionArn: pulumi.Input<string> }

/** What the healer works with. */
export interface HealerResources {
  /** What its metrics go by. */
  readonly queueName: pulumi.Input<string>
  readonly destination: Destination
  readonly deadLetter: QueueAddress
  readonly parking: QueueAddress
  readonly failuresTable: Table
  readonly archive: Bucket
  readonly alertTopic: AlertTopic
  readonly network?: FunctionNetwork | undefined
}

/** The arguments of a component that its healer reads. */
export interface HealerArguments extends FunctionArguments, Pick<HealingArgs, "alerts" | "correlationField"> {
  readonly kmsKeyArn?: pulumi.Input<string>
  /** @default the healer of a queue with a consumer of ours */
  readonly entry?: Entry
  /** Variables besides. @default {} */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>
  /** What its role may do besides. @default [] */
  readonly permissions?: readonly Permission[]
}

const healerEntry = new URL("../../handlers/healer/healer.handler.ts", import.meta.url)

/** Large batches: an outage shows only when many failures are seen together. */
const healerBatchSize = 10

/** Few at a time: a healer that re-queues faster than the consumer works helps nobody. */
const healerMaximumConcurrency = 5

/** Makes the function and its event source mapping. */
export const createHealer = (context: Context, args: HealerArguments, resources: HealerResources): BundledFunction => {
  const { name, settings, transform } = context
  const { destination } = resources
  const healer = new BundledFunction(
    `${name}-healer`,
    {
      entry: args.entry ?? healerEntry,
      description: `Heals, archives or reports the failed messages of ${name}`,
      timeoutSeconds: settings.healerTimeoutSeconds,
      memorySizeMegabytes: settings.healerMemorySizeMegabytes,
      logRetentionDays: settings.logRetentionDays,
      logKmsKeyArn: context.kmsKeyArn,
      tracing: context.tracing,
      environment: {
        ...functionEnvironment(context, args, { ...resources, deadLetterQueueUrl: resources.deadLetter.url }),
        ...("queue" in destination
          ? { MAIN_QUEUE_URL: destination.queue.url }
          : { REDRIVE_FUNCTION_ARN: destination.functionArn }),
        PARKING_QUEUE_URL: resources.parking.url,
        ARCHIVE_BUCKET: resources.archive.bucket,
        ALERT_TOPIC_ARN: resources.alertTopic.arn,
        ALERT_WINDOW_SECONDS: pulumi.interpolate`${settings.alertWindowSeconds}`,
        ...(args.correlationField === undefined ? {} : { CORRELATION_FIELD: args.correlationField }),
        ...args.environment
      },
      permissions: [
        ...healerPermissions(args, resources),
        ...keyPermissions(args.kmsKeyArn),
        ...keyPermissions(args.alerts?.topicKmsKeyArn),
        ...(args.permissions ?? [])
      ],
      network: resources.network,
      // A message that keeps failing comes back on purpose: from the main queue, and as a delayed copy while it is held.
      // Its rule's maxAttempts and maxAgeSeconds end that, counted in the ledger.
      recursiveLoop: "Allow",
      transform: transform.healerFunction
    },
    { parent: context.parent }
  )
  new EventSourceMapping(
    `${name}-healer-source`,
    applyTransform(transform.healerEventSource, {
      eventSourceArn: resources.deadLetter.arn,
      functionName: healer.arn,
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: healerBatchSize,
      scalingConfig: { maximumConcurrency: healerMaximumConcurrency }
    }),
    { parent: context.parent }
  )
  return healer
}

/** Receive, acknowledge and hold on the dead-letter queue; send back, park, archive, record, alert. */
export const healerPermissions = (
  args: Pick<HealerArguments, "fifo">,
  { destination, deadLetter, parking, failuresTable, archive, alertTopic }: HealerResources
): readonly Permission[] => [
  receivePermission(deadLetter.arn),
  {
    actions: ["sqs:SendMessage"],
    resources: [
      ...("queue" in destination ? [destination.queue.arn] : []),
      // A long hold is a delayed copy, which does not count as in flight. A FIFO queue has no delay of single messages.
      ...(args.fifo === true ? [] : [deadLetter.arn]),
      parking.arn
    ]
  },
  ...("queue" in destination ? [] : [{ actions: ["lambda:InvokeFunction"], resources: [destination.functionArn] }]),
  ledgerPermission(failuresTable),
  // What the ledger knows of a whole batch is read at once.
  { actions: ["dynamodb:BatchGetItem"], resources: [failuresTable.arn] },
  // An object's ARN is its key; `class=` is how each key of the archive starts.
  { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${archive.arn}/class=*`] },
  { actions: ["sns:Publish"], resources: [alertTopic.arn] }
]
