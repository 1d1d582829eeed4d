/** The alarms about alerts that did not reach their webhooks. */
import type * as pulumi from "@pulumi/pulumi"
import {
  type AlarmDefinition,
  type AlarmSubjects,
  descriptionOf,
  type MetricStatistic,
  type WebhookAlarm
} from "../resilientQueue/alarmDefinitions.ts"
import { lambdaMetric, snsMetric, sqsMetric } from "../resilientQueue/metrics.ts"

/**
 * An alarm looks at ten metrics at the most, and one of them is the topic's.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
export const maximumWebhooks = 9

/** What the alarms about webhooks are about. */
export interface WebhookAlarmSubjects extends Pick<AlarmSubjects, "name" | "runbookBase"> {
  readonly undeliveredQueueName: pulumi.Input<string>
  readonly alertTopicName: pulumi.Input<string>
  readonly notifierFunctionNames: readonly pulumi.Input<string>[]
}

/** What Lambda, and what SNS could not put into the queue of undelivered alerts, by their ids in an expression. */
const lossMetrics = ({ alertTopicName, notifierFunctionNames }: WebhookAlarmSubjects) =>
  Object.fromEntries(
    [
      snsMetric("NumberOfNotificationsFailedToRedriveToDlq", alertTopicName),
      ...notifierFunctionNames.map((functionName) => lambdaMetric("DestinationDeliveryFailures", functionName))
    ].map((metric, index): readonly [string, MetricStatistic] => [
      index === 0 ? "topic" : `notifier${index - 1}`,
      { metric, statistic: "Sum" }
    ])
  )

/** The definitions of the alarms about webhooks. */
export const webhookAlarms = (subjects: WebhookAlarmSubjects): Readonly<Record<WebhookAlarm, AlarmDefinition>> => {
  const description = descriptionOf(subjects)
  const metrics = lossMetrics(subjects)
  return {
    "alerts-undelivered": {
      source: {
        metric: sqsMetric("ApproximateNumberOfMessagesVisible", subjects.undeliveredQueueName),
        statistic: "Maximum"
      },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "alerts-undelivered",
        "a webhook did not take an alert; people who are told by it alone do not know what it says.",
        "Nothing is lost for 14 days: the alert waits in the queue of undelivered alerts.",
        "the error in that webhook's notifier log: 4xx means its URL or key is no longer good, anything else that it was down."
      )
    },
    "alerts-lost": {
      // A sum of what there is. FILL would make a zero of a minute whose count comes late, and nobody would look at it again.
      source: {
        expression: `SUM([${Object.keys(metrics).join(", ")}])`,
        label: "Alerts that could not be put aside",
        metrics
      },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "alerts-lost",
        "a webhook did not take an alert, and the queue of undelivered alerts did not either.",
        "Nothing is lost but that alert: the failure that it told of is in the ledger.",
        "whether the queue of undelivered alerts is there, and who may send to it: its policy, its key, the notifiers' roles."
      )
    }
  }
}
