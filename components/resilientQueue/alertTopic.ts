/** The alert topic: the healer's alerts and the alarms go here, and from here to whoever subscribes. */
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import type { AlertArgs } from "./args.ts"
import type { Context } from "./context.ts"

/**
 * Makes the topic, and the e-mail subscription if there is an address. It is not encrypted with `alias/aws/sns`:
 * CloudWatch cannot publish to such a topic, and alerts hold no message bodies.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const createAlertTopic = (context: Context, alerts: AlertArgs): Topic => {
  const { name, parent, transform } = context
  const topic = new Topic(`${name}-alerts`, applyTransform(transform.alertTopic, {}), { parent })
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
): TopicPolicy =>
  new TopicPolicy(
    `${context.name}-alerts-policy`,
    {
      arn: topic.arn,
      policy: alertTopicPolicyDocument(
        topic.arn,
        healerRoleArn,
        alarms.map((alarm) => alarm.arn)
      )
    },
    { parent: context.parent }
  )

/** The policy of the alert topic. */
export const alertTopicPolicyDocument = (
  topicArn: pulumi.Input<string>,
  healerRoleArn: pulumi.Input<string>,
  alarmArns: readonly pulumi.Input<string>[]
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
        Sid: "Healer",
        Effect: "Allow",
        Principal: { AWS: healerRoleArn },
        Action: "sns:Publish",
        Resource: topicArn
      },
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { ArnEquals: { "aws:SourceArn": [...alarmArns] } }
      }
    ]
  })
