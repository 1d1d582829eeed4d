/** Topics whose notifications go into the main queue. */
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import type { ResilientQueueArgs, SubscriptionArgs } from "./args.ts"
import type { QueueContext } from "./context.ts"
import type { Queues } from "./queues.ts"

/** Subscribes the main queue: raw delivery, and what SNS cannot deliver goes to the dead-letter queue. */
export const createSubscriptions = (
  context: QueueContext,
  queues: Queues,
  args: ResilientQueueArgs,
  policies: readonly pulumi.Resource[]
): readonly TopicSubscription[] =>
  (args.subscriptions ?? []).map(
    (subscription, index) =>
      new TopicSubscription(
        index === 0 ? `${context.name}-subscription` : `${context.name}-subscription-${index + 1}`,
        applyTransform(context.transform.subscription, {
          topic: matchingTopic(context.name, args.fifo === true, subscription.topicArn),
          protocol: "sqs",
          endpoint: queues.main.arn,
          rawMessageDelivery: true,
          redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: queues.deadLetter.arn }),
          ...filterPolicy(subscription)
        }),
        // A subscription whose queue does not admit its topic yet loses what is published in between.
        { parent: context.parent, dependsOn: [...policies] }
      )
  )

const filterPolicy = ({ filterPolicy }: SubscriptionArgs): { readonly filterPolicy?: pulumi.Output<string> } =>
  filterPolicy === undefined ? {} : { filterPolicy: pulumi.jsonStringify(filterPolicy) }

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html */
const matchingTopic = (name: string, fifo: boolean, topicArn: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.output(topicArn).apply((arn) => {
    if (fifo && !arn.endsWith(".fifo")) {
      throw new pulumi.RunError(
        `${name}: subscriptions.topicArn is "${arn}"; a FIFO queue takes FIFO topics only (their names end in .fifo).`
      )
    }
    return arn
  })
