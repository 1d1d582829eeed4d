/** The order topic: what the producer publishes to, and anyone interested in orders may subscribe to. */
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import * as pulumi from "@pulumi/pulumi"

/** Makes the topic. */
export const createTopic = (name: string, parent: pulumi.Resource): Topic =>
  new Topic(`${name}-topic`, { displayName: "Orders" }, { parent })

/** Lets the producer publish, nobody else, and nothing without TLS. */
export const createTopicPolicy = (
  name: string,
  parent: pulumi.Resource,
  topic: Topic,
  producerRoleArn: pulumi.Input<string>
): TopicPolicy =>
  new TopicPolicy(
    `${name}-topic-policy`,
    { arn: topic.arn, policy: topicPolicyDocument(topic.arn, producerRoleArn) },
    { parent }
  )

/** The policy of the order topic. */
export const topicPolicyDocument = (
  topicArn: pulumi.Input<string>,
  producerRoleArn: pulumi.Input<string>
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } }
      },
      {
        Sid: "Producer",
        Effect: "Allow",
        Principal: { AWS: producerRoleArn },
        Action: "sns:Publish",
        Resource: topicArn
      }
    ]
  })
