/** The order topic: what the producer publishes to, and anyone interested in orders may subscribe to. */
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import type * as pulumi from "@pulumi/pulumi"
import { topicPolicyDocument } from "../topicPolicy.ts"

/** Makes the topic. */
export const createTopic = (
  name: string,
  parent: pulumi.Resource,
  kmsKeyArn: pulumi.Input<string> | undefined
): Topic =>
  new Topic(
    `${name}-topic`,
    { displayName: "Orders", ...(kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }) },
    { parent }
  )

/**
 * Lets the producer publish, by its own permission, nobody else where the topic is closed, and nothing without TLS.
 *
 * @param trustedRoleArns who may publish besides; `undefined`: whoever in the account has a policy that allows it
 */
export const createTopicPolicy = (
  name: string,
  parent: pulumi.Resource,
  topic: Topic,
  producerRoleArn: pulumi.Input<string>,
  trustedRoleArns: readonly pulumi.Input<string>[] | undefined
): TopicPolicy =>
  new TopicPolicy(
    `${name}-topic-policy`,
    {
      arn: topic.arn,
      policy: topicPolicyDocument(topic.arn, {
        admitted: trustedRoleArns === undefined ? undefined : { roleArns: [producerRoleArn, ...trustedRoleArns] }
      })
    },
    { parent }
  )
