/** Who may send to the queues over what: TLS only, and of other services only the subscribed topics. */
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js"
import * as pulumi from "@pulumi/pulumi"
import { tlsOnly } from "../tlsOnly.ts"
import type { Context } from "./context.ts"
import type { Queues } from "./queues.ts"

/** Makes the policies of the queues; the answer are the two that a subscription has to wait for. */
export const createQueuePolicies = (
  context: Context,
  queues: Queues,
  topicArns: readonly pulumi.Input<string>[]
): readonly QueuePolicy[] => {
  const { name, parent } = context
  const policyOf = (child: string, queue: Queues["main"], senders: readonly pulumi.Input<string>[]) =>
    new QueuePolicy(
      `${name}-${child}-policy`,
      { queueUrl: queue.url, policy: queuePolicyDocument(queue.arn, senders) },
      { parent }
    )
  policyOf("parking-queue", queues.parking, [])
  return [
    policyOf("queue", queues.main, topicArns),
    // SNS itself moves what it cannot deliver to the dead-letter queue.
    policyOf("dead-letter-queue", queues.deadLetter, topicArns)
  ]
}

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
      tlsOnly("sqs:*", queueArn),
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
