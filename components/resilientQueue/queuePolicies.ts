/** Who may use the queues: over TLS only, this account only, of others only the subscribed topics and the given producers. */
import type { Queue } from "@pulumi/aws/sqs/queue.js"
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js"
import * as pulumi from "@pulumi/pulumi"
import { accountOf, onlyFor, ownAccountOnly } from "../resourceStatements.ts"
import { tlsOnly } from "../tlsOnly.ts"
import { admittedBy, type Context } from "./context.ts"
import { admittedProducers, type ProducerArgs } from "./producers.ts"
import type { Queues } from "./queues.ts"

/** The component's own roles, by ARN. */
export interface QueueRoles {
  readonly consumer: pulumi.Input<string>
  readonly healer: pulumi.Input<string>
  /** That of the function that replays, where there is one. */
  readonly replay: readonly pulumi.Input<string>[]
}

/** Makes the policies of the queues; the answer are the two that a subscription has to wait for. */
export const createQueuePolicies = (
  context: Context,
  queues: Queues,
  topicArns: readonly pulumi.Input<string>[],
  producers: readonly ProducerArgs[],
  { consumer, healer, replay }: QueueRoles
): readonly QueuePolicy[] => {
  createQueuePolicy(context, "parking-queue", queues.parking, { topicArns: [], senders: [healer], receivers: [] })
  return [
    createQueuePolicy(context, "queue", queues.main, {
      topicArns,
      producers,
      senders: [healer, ...replay],
      receivers: [consumer]
    }),
    createQueuePolicy(context, "dead-letter-queue", queues.deadLetter, {
      // SNS itself moves what it cannot deliver to the dead-letter queue.
      topicArns,
      senders: [consumer, healer],
      receivers: [healer]
    })
  ]
}

/** Who uses a queue. */
export interface QueueUsers {
  /** Topics that SNS delivers from. */
  readonly topicArns: readonly pulumi.Input<string>[]
  /** Who else sends. @default [] */
  readonly producers?: readonly ProducerArgs[]
  /** The component's own roles that send, by ARN. */
  readonly senders: readonly pulumi.Input<string>[]
  /** The component's own roles that receive, by ARN. */
  readonly receivers: readonly pulumi.Input<string>[]
}

/** Makes the policy of one queue. */
export const createQueuePolicy = (
  context: Context,
  child: "dead-letter-queue" | "parking-queue" | "queue",
  queue: Queue,
  users: QueueUsers
): QueuePolicy =>
  new QueuePolicy(
    `${context.name}-${child}-policy`,
    { queueUrl: queue.url, policy: queuePolicyDocument(context, queue.arn, users) },
    { parent: context.parent }
  )

/** What is done to take messages out of a queue. */
const receiverActions = [
  ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
  ...["sqs:PurgeQueue", "sqs:StartMessageMoveTask"]
]

/**
 * The policy of one queue. What it denies holds whatever is allowed beside it: a statement that opens the queue to the
 * public, added later, stays without effect.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit
 */
export const queuePolicyDocument = (
  context: Pick<Context, "trustedRoleArns">,
  queueArn: pulumi.Input<string>,
  { topicArns, producers = [], senders, receivers }: QueueUsers
): pulumi.Output<string> => {
  const others = admittedProducers(producers, queueArn)
  const sourceArns = [...topicArns, ...others.sourceArns]
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("sqs:*", queueArn),
      ...ownAccountOnly(
        "sqs:*",
        queueArn,
        accountOf(queueArn),
        [...topicArns.map(accountOf), ...others.sourceAccounts],
        others.principalAccounts
      ),
      ...onlyFor(
        "SendersOnly",
        "sqs:SendMessage",
        queueArn,
        admittedBy(context, [...senders, ...others.roleArns], sourceArns, others.accountIds)
      ),
      ...onlyFor("ReceiversOnly", receiverActions, queueArn, admittedBy(context, receivers)),
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
          ]),
      ...others.allows
    ]
  })
}
