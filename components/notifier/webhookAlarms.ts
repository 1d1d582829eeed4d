/** The alarms about alerts that did not reach their webhooks. */
import type { Topic } from "@pulumi/aws/sns/topic.js"
import {
  type AlarmDefinition,
  type AlarmSubjects,
  descriptionOf,
  type WebhookAlarm
} from "../resilientQueue/alarmDefinitions.ts"
import { lambdaMetric, type Metric, snsMetric, sqsMetric } from "../resilientQueue/metrics.ts"
import type { Notifiers } from "./createNotifiers.ts"

/**
 * An alarm looks at ten metrics at the most, and one of them is the topic's.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
export const maximumWebhooks = 9

/** What Lambda, and what SNS could not put into the queue of undelivered alerts, by their ids in an expression. */
const lossMetrics = ({ functions }: Notifiers, alertTopic: Topic): Readonly<Record<string, Metric>> => ({
  topic: snsMetric("NumberOfNotificationsFailedToRedriveToDlq", alertTopic.name),
  ...Object.fromEntries(
    functions.map(({ functionName }, index) => [
      `notifier${index}`,
      lambdaMetric("DestinationDeliveryFailures", functionName)
    ])
  )
})

/** The definitions of the alarms about webhooks; none without webhooks. */
export const webhookAlarms = (
  subjects: Pick<AlarmSubjects, "name" | "runbookBase">,
  notifiers: Notifiers | undefined,
  alertTopic: Topic
): Readonly<Partial<Record<WebhookAlarm, AlarmDefinition>>> => {
  if (notifiers === undefined) return {}
  const description = descriptionOf(subjects)
  const metrics = lossMetrics(notifiers, alertTopic)
  return {
    "alerts-undelivered": {
      source: {
        metric: sqsMetric("ApproximateNumberOfMessagesVisible", notifiers.undelivered.name),
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
