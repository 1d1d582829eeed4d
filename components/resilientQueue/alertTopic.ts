/** The alert topic: the healer's alerts and the alarms go here, and from here to whoever subscribes. */
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js"
import type * as pulumi from "@pulumi/pulumi"
import { topicPolicyDocument } from "../topicPolicy.ts"
import { applyTransform } from "../transform.ts"
import type { AlertArgs } from "./args.ts"
import type { Context } from "./context.ts"

/**
 * Makes the topic, and the e-mail subscription if there is an address. Without a key of the caller's it is not encrypted:
 * CloudWatch cannot publish to a topic with SNS's own key (`alias/aws/sns`), and alerts hold no message bodies.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const createAlertTopic = (context: Context, alerts: AlertArgs): Topic => {
  const { name, parent, transform, kmsKeyArn } = context
  const topic = new Topic(
    `${name}-alerts`,
    applyTransform(transform.alertTopic, kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }),
    { parent }
  )
  if (alerts.email !== undefined) {
    new TopicSubscription(
      `${name}-alert-email`,
      { topic: topic.arn, protocol: "email", endpoint: alerts.email },
      { parent }
    )
  }
  return topic
}

/** Admits the healer and exactly these alarms, over TLS only. */
export const createAlertTopicPolicy = (
  context: Context,
  topic: Topic,
  healerRoleArn: pulumi.Input<string>,
  alarms: readonly MetricAlarm[]
): TopicPolicy => {
  const alarmArns = alarms.map((alarm) => alarm.arn)
  return new TopicPolicy(
    `${context.name}-alerts-policy`,
    {
      arn: topic.arn,
      // What is published here is believed, so nobody else publishes, in whatever stack.
      policy: topicPolicyDocument(topic.arn, {
        admitted: { roleArns: [healerRoleArn], sourceArns: alarmArns },
        alarmArns
      })
    },
    { parent: context.parent }
  )
}
