/** Who may send to the queues over what: TLS only, and of other services only the subscribed topics. */
import type { Queue } from "@pulumi/aws/sqs/queue.js"
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js"
import * as pulumi from "@pulumi/pulumi"
import type { Context } from "./context.ts"
import type { Queues } from "./queues.ts"

/** Makes the policies of the queues; the answer are the two that a subscription has to wait for. */
export const createQueuePolicies = (
  context: Context,
  queues: Queues,
  topicArns: readonly pulumi.Input<string>[]
): readonly QueuePolicy[] => {
  createQueuePolicy(context, "parking-queue", queues.parking, [])
  return [
    createQueuePolicy(context, "queue", queues.main, topicArns),
    // SNS itself moves what it cannot deliver to the dead-letter queue.
    createQueuePolicy(context, "dead-letter-queue", queues.deadLetter, topicArns)
  ]
}

/** Makes the policy of one queue. */
export const createQueuePolicy = (
  context: Context,
  child: "dead-letter-queue" | "parking-queue" | "queue",
  queue: Queue,
  topicArns: readonly pulumi.Input<string>[]
): QueuePolicy =>
  new QueuePolicy(
    `${context.name}-${child}-policy`,
    { queueUrl: queue.url, policy: queuePolicyDocument(queue.arn, topicArns) },
    { parent: context.parent }
  )

/**
 * The policy of one queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit
 */
export const queuePolicyDocument = (
  queueArn: pulumi.Input<string>,
  topicArns: readonly pulumi.Input<string>[]
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      // A wildcard in a denial takes rights away: nothing at all without TLS.
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } }
      },
      ...(topicArns.length === 0
        ? []
        : [
            {
              Sid: "Topics",
              Effect: "Allow",
              Principal: { Service: "sns.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: queueArn,
              Condition: { ArnEquals: { "aws:SourceArn": [...topicArns] } }
            }
          ])
    ]
  })
