/** The alert topic: the healer's alerts and the alarms go here, and from here to whoever subscribes. */
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import { Topic } from "@pulumi/aws/sns/topic.js"
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js"
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js"
import * as pulumi from "@pulumi/pulumi"
import { severities } from "../../handlers/notifier/Notice.ts"
import { topicPolicyDocument } from "../topicPolicy.ts"
import { applyTransform } from "../transform.ts"
import { refusal } from "../validation.ts"
import type { AlarmRoutes } from "./alarms.ts"
import type { AlertArgs, HealingArgs } from "./args.ts"
import type { Context } from "./context.ts"
import type { HealingTransform } from "./transform.ts"

/** Where alerts and alarms go. */
export interface AlertTopic {
  readonly arn: pulumi.Output<string>
  readonly name: pulumi.Output<string>
  /** The topic, where it is made here; `undefined`: it is somebody else's, and so is its policy. */
  readonly own: Topic | undefined
}

/**
 * Refuses what cannot be together, and ARNs that are no standard topic's: CloudWatch publishes to no FIFO topic.
 *
 * @throws `pulumi.RunError`, before anything is made: one sentence that names the argument.
 */
export const refuseAlertTopics = (
  subject: string,
  { alerts = {}, transform }: Pick<HealingArgs, "alerts"> & { readonly transform?: HealingTransform }
): void => {
  const { topicArn, topicKmsKeyArn } = alerts
  if (topicArn !== undefined && transform?.alertTopic !== undefined) {
    throw new pulumi.RunError(
      `${subject}: transform.alertTopic cannot go with alerts.topicArn; that topic is not made here.`
    )
  }
  if (topicArn === undefined && topicKmsKeyArn !== undefined) {
    throw new pulumi.RunError(
      `${subject}: alerts.topicKmsKeyArn needs alerts.topicArn; the topic that is made here has kmsKeyArn.`
    )
  }
  const given: Readonly<Record<string, unknown>> = {
    "alerts.topicArn": topicArn,
    ...Object.fromEntries(
      severities.map((severity) => [`alerts.severityTopicArns.${severity}`, alerts.severityTopicArns?.[severity]])
    )
  }
  for (const [argument, arn] of Object.entries(given)) {
    if (typeof arn === "string") checkedTopicArn(subject, argument, arn)
  }
}

/**
 * The ARN, if it is a standard topic's, and in the region of a sibling: alarms tell topics of their own region.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const checkedTopicArn = (subject: string, argument: string, arn: string, siblingArn?: string): string => {
  if (!/^arn:aws[\w-]*:sns:[a-z\d-]+:\d{12}:[\w-]{1,256}$/.test(arn)) {
    throw refusal(subject, argument, arn, "the ARN of a standard SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME)")
  }
  const region = siblingArn?.split(":")[3]
  if (region !== undefined && arn.split(":")[3] !== region) {
    throw refusal(subject, argument, arn, `of a topic in ${region}, where the alarms are`)
  }
  return arn
}

/** A topic of the caller's, once it is known where the alarms are. */
const existing = (
  subject: string,
  argument: string,
  arn: pulumi.Input<string>,
  siblingArn: pulumi.Input<string>
): pulumi.Output<string> =>
  pulumi.all([arn, siblingArn]).apply(([known, sibling]) => checkedTopicArn(subject, argument, known, sibling))

/**
 * Makes the topic, unless the caller has one. Without a key of the caller's it is not encrypted: CloudWatch cannot publish
 * to a topic with SNS's own key (`alias/aws/sns`), and alerts hold no message bodies.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const createAlertTopic = (
  context: Context,
  { topicArn }: AlertArgs,
  siblingArn: pulumi.Input<string>
): AlertTopic => {
  const { name, parent, transform, kmsKeyArn } = context
  if (topicArn !== undefined) {
    const arn = existing(name, "alerts.topicArn", topicArn, siblingArn)
    return { arn, name: arn.apply((known) => known.slice(known.lastIndexOf(":") + 1)), own: undefined }
  }
  const own = new Topic(
    `${name}-alerts`,
    applyTransform(transform.alertTopic, kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }),
    { parent }
  )
  return { arn: own.arn, name: own.name, own }
}

/** Whom the alarms tell: the alert topic, and the caller's topics by severity. */
export const alarmRoutes = (
  { name }: Context,
  { severityTopicArns = {} }: AlertArgs,
  topic: AlertTopic,
  siblingArn: pulumi.Input<string>
): AlarmRoutes => ({
  alertTopicArn: topic.arn,
  severityTopicArns: Object.fromEntries(
    severities.flatMap((severity) => {
      const arn = severityTopicArns[severity]
      return arn === undefined
        ? []
        : [[severity, existing(name, `alerts.severityTopicArns.${severity}`, arn, siblingArn)]]
    })
  )
})

/** Admits the healer and exactly these alarms, over TLS only. The policy of a topic of the caller's is the caller's. */
export const createAlertTopicPolicy = (
  context: Context,
  { own }: AlertTopic,
  healerRoleArn: pulumi.Input<string>,
  alarms: readonly MetricAlarm[]
): void => {
  if (own === undefined) return
  const alarmArns = alarms.map((alarm) => alarm.arn)
  new TopicPolicy(
    `${context.name}-alerts-policy`,
    {
      arn: own.arn,
      // What is published here is believed, so nobody else publishes, in whatever stack.
      policy: topicPolicyDocument(own.arn, {
        admitted: { roleArns: [healerRoleArn], sourceArns: alarmArns },
        alarmArns
      })
    },
    { parent: context.parent }
  )
}

/**
 * Subscribes the address, if there is one. An alarm that has just been made tells that all is well: so the alarms come first,
 * and SNS sends nothing to an address that has not been confirmed.
 */
export const subscribeEmail = (
  { name, parent }: Context,
  { email }: AlertArgs,
  topic: AlertTopic,
  alarms: readonly MetricAlarm[]
): void => {
  if (email === undefined) return
  new TopicSubscription(
    `${name}-alert-email`,
    { topic: topic.arn, protocol: "email", endpoint: email },
    { parent, dependsOn: [...alarms] }
  )
}
