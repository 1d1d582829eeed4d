/** The three queues: main, dead-letter, parking. Each passes on what it cannot get rid of to the next. */
import { Queue, type QueueArgs } from "@pulumi/aws/sqs/queue.js"
import { RedriveAllowPolicy } from "@pulumi/aws/sqs/redriveAllowPolicy.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import type { ResilientQueueArgs } from "./args.ts"
import { type Context, dataOptions, type QueueContext } from "./context.ts"
import { deadLetterMaxReceiveCount, maximumMessageSizeBytes, maximumRetentionSeconds } from "./defaults.ts"

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
export const createQueues = (context: QueueContext, args: ResilientQueueArgs): Queues => {
  const { name, settings, transform } = context
  const shared = sharedArguments(args)
  const parking = createParkingQueue(context, args)
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
  allowRedrive(context, "dead-letter", deadLetter, main.arn)
  allowRedrive(context, "parking", parking, deadLetter.arn)
  return { main, deadLetter, parking }
}

/** What all queues of a component have in common. */
interface SharedArguments {
  readonly fifo?: boolean
  readonly kmsKeyArn?: pulumi.Input<string>
}

const sharedArguments = (args: SharedArguments): QueueArgs => ({
  ...encryption(args.kmsKeyArn),
  maxMessageSize: maximumMessageSizeBytes,
  ...(args.fifo === true ? { fifoQueue: true } : {})
})

/**
 * Makes the parking queue, which keeps what it gets as long as SQS can. The dead-letter queue may keep as long, against
 * SQS's advice: with less, it would drop sooner what it may still pass on, and gain nothing for what it has.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 */
export const createParkingQueue = (context: Context, args: SharedArguments): Queue =>
  new Queue(
    `${context.name}-parking-queue`,
    applyTransform(context.transform.parkingQueue, {
      ...sharedArguments(args),
      messageRetentionSeconds: maximumRetentionSeconds
    }),
    dataOptions(context)
  )

/** SSE-SQS, or the caller's key. SQS takes one or the other. */
const encryption = (kmsKeyArn: pulumi.Input<string> | undefined): QueueArgs =>
  kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }

/** What only a standard or only a FIFO queue has. */
const kindArguments = (context: QueueContext, args: ResilientQueueArgs): QueueArgs =>
  args.fifo === true
    ? {
        contentBasedDeduplication: args.contentBasedDeduplication ?? false,
        deduplicationScope: args.deduplicationScope ?? "queue",
        fifoThroughputLimit: args.fifoThroughputLimit ?? "perQueue"
      }
    : { delaySeconds: context.settings.delaySeconds }

const redrivePolicy = (target: Queue, maxReceiveCount: pulumi.Input<number>): pulumi.Output<string> =>
  pulumi.jsonStringify({ deadLetterTargetArn: target.arn, maxReceiveCount })

/** Only its own source may use a queue as its dead-letter queue. */
export const allowRedrive = (
  context: Context,
  child: "dead-letter" | "parking",
  queue: Queue,
  sourceArn: pulumi.Input<string>
): RedriveAllowPolicy =>
  new RedriveAllowPolicy(
    `${context.name}-${child}-redrive-allow`,
    {
      queueUrl: queue.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [sourceArn] })
    },
    { parent: context.parent }
  )
