/** The three queues: main, dead-letter, parking. Each passes on what it cannot get rid of to the next. */
import { Queue, type QueueArgs } from "@pulumi/aws/sqs/queue.js"
import { RedriveAllowPolicy } from "@pulumi/aws/sqs/redriveAllowPolicy.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import type { ResilientQueueArgs } from "./args.ts"
import { type Context, dataOptions } from "./context.ts"
import { deadLetterMaxReceiveCount, maximumRetentionSeconds } from "./defaults.ts"

/** The queues of a `ResilientQueue`. */
export interface Queues {
  /** Where messages are sent, and consumed from. */
  readonly main: Queue
  /** Where failed messages go; the healer reads it. */
  readonly deadLetter: Queue
  /** Where messages go that the healer cannot handle; a person reads it. */
  readonly parking: Queue
}

/** Makes the queues with their redrive policies. Physical names of FIFO queues get their `.fifo` from the AWS provider. */
export const createQueues = (context: Context, args: ResilientQueueArgs): Queues => {
  const { name, settings, transform } = context
  const shared = { ...encryption(args.kmsKeyArn), ...(args.fifo === true ? { fifoQueue: true } : {}) }
  const parking = new Queue(
    `${name}-parking-queue`,
    applyTransform(transform.parkingQueue, { ...shared, messageRetentionSeconds: maximumRetentionSeconds }),
    dataOptions(context)
  )
  const deadLetter = new Queue(
    `${name}-dead-letter-queue`,
    applyTransform(transform.deadLetterQueue, {
      ...shared,
      visibilityTimeoutSeconds: settings.deadLetterVisibilityTimeoutSeconds,
      messageRetentionSeconds: settings.deadLetterRetentionSeconds,
      redrivePolicy: redrivePolicy(parking, deadLetterMaxReceiveCount)
    }),
    dataOptions(context)
  )
  const main = new Queue(
    `${name}-queue`,
    applyTransform(transform.mainQueue, {
      ...shared,
      ...kindArguments(context, args),
      visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
      messageRetentionSeconds: settings.messageRetentionSeconds,
      redrivePolicy: redrivePolicy(deadLetter, settings.maxReceiveCount)
    }),
    dataOptions(context)
  )
  allowRedrive(context, `${name}-dead-letter-redrive-allow`, deadLetter, main)
  allowRedrive(context, `${name}-parking-redrive-allow`, parking, deadLetter)
  return { main, deadLetter, parking }
}

/** SSE-SQS, or the caller's key. SQS takes one or the other. */
const encryption = (kmsKeyArn: pulumi.Input<string> | undefined): QueueArgs =>
  kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }

/** What only a standard or only a FIFO queue has. */
const kindArguments = (context: Context, args: ResilientQueueArgs): QueueArgs =>
  args.fifo === true
    ? {
        contentBasedDeduplication: args.contentBasedDeduplication ?? false,
        deduplicationScope: args.deduplicationScope ?? "queue",
        fifoThroughputLimit: args.fifoThroughputLimit ?? "perQueue"
      }
    : { delaySeconds: context.settings.delaySeconds }

const redrivePolicy = (target: Queue, maxReceiveCount: pulumi.Input<number>): pulumi.Output<string> =>
  pulumi.jsonStringify({ deadLetterTargetArn: target.arn, maxReceiveCount })

/** Only its own source may use a dead-letter queue as such. */
const allowRedrive = (context: Context, name: string, queue: Queue, source: Queue): RedriveAllowPolicy =>
  new RedriveAllowPolicy(
    name,
    {
      queueUrl: queue.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [source.arn] })
    },
    { parent: context.parent }
  )
