/** The consumer: the user's function on the main queue. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js"
import * as pulumi from "@pulumi/pulumi"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission } from "../function/permission.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import { applyTransform } from "../transform.ts"
import type { ResilientQueueArgs } from "./args.ts"
import type { QueueContext } from "./context.ts"
import { functionEnvironment, keyPermissions, ledgerPermission, receivePermission } from "./functionEnvironment.ts"
import type { Queues } from "./queues.ts"

/** What the consumer works with. */
export interface ConsumerResources {
  readonly queues: Queues
  readonly failuresTable: Table
  readonly network?: FunctionNetwork | undefined
}

/** Makes the function and its event source mapping, which reports failures record by record. */
export const createConsumer = (
  context: QueueContext,
  args: ResilientQueueArgs,
  resources: ConsumerResources
): BundledFunction => {
  const { name, settings, transform } = context
  const consumer = new BundledFunction(
    `${name}-consumer`,
    {
      entry: args.consumer.entry,
      description: `Consumes the queue of ${name}`,
      timeoutSeconds: settings.timeoutSeconds,
      memorySizeMegabytes: settings.memorySizeMegabytes,
      logRetentionDays: settings.logRetentionDays,
      logKmsKeyArn: context.kmsKeyArn,
      tracing: context.tracing,
      environment: {
        ...args.consumer.environment,
        ...functionEnvironment(context, args, {
          queueName: resources.queues.main.name,
          deadLetterQueueUrl: resources.queues.deadLetter.url,
          failuresTable: resources.failuresTable
        }),
        MAIN_QUEUE_URL: resources.queues.main.url,
        MAX_RECEIVE_COUNT: pulumi.interpolate`${settings.maxReceiveCount}`
      },
      permissions: [
        ...consumerPermissions(resources),
        ...keyPermissions(args.kmsKeyArn),
        ...(args.consumer.permissions ?? [])
      ],
      network: resources.network,
      // It is half of the healer's loop, which ends by maxAttempts and maxAgeSeconds. Stopped by Lambda, a message would
      // come to the dead-letter queue without a reason, as if the consumer had crashed.
      recursiveLoop: "Allow",
      transform: transform.consumerFunction
    },
    { parent: context.parent }
  )
  new EventSourceMapping(
    `${name}-consumer-source`,
    applyTransform(transform.consumerEventSource, {
      eventSourceArn: resources.queues.main.arn,
      functionName: consumer.arn,
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: settings.batchSize,
      // Lambda has no batching window for FIFO queues.
      ...(args.fifo === true ? {} : { maximumBatchingWindowInSeconds: settings.maximumBatchingWindowSeconds }),
      scalingConfig: { maximumConcurrency: settings.maximumConcurrency }
    }),
    { parent: context.parent }
  )
  return consumer
}

/** Receive, acknowledge and back off on the main queue; set aside into the dead-letter queue; confirm in the ledger. */
export const consumerPermissions = ({ queues, failuresTable }: ConsumerResources): readonly Permission[] => [
  receivePermission(queues.main.arn),
  { actions: ["sqs:SendMessage"], resources: [queues.deadLetter.arn] },
  ledgerPermission(failuresTable)
]
