/** What goes wrong is heard of. */
import { resourceRule, type Subject, stackRule, type Violation } from "../rule.ts"
import { deadLetterings, given, ofType, refersTo, types } from "../stack.ts"
import { listOf, propertiesOf, shown, textOf } from "../values.ts"

/** The metrics that an alarm looks at, each as an alarm on it alone would be: its own, or those of its expressions. */
const watched = (alarm: Subject): readonly Subject[] => [
  alarm,
  ...listOf(alarm.props["metricQueries"]).flatMap((query) => {
    const metric = propertiesOf(propertiesOf(query)?.["metric"])
    if (metric === undefined) return []
    const dimensions = alarm.propertyDependencies?.["metricQueries"] ?? []
    return [{ ...alarm, props: metric, propertyDependencies: { dimensions } }]
  })
]

/** Whether an alarm sounds on a metric of a queue. */
const isAbout = (alarm: Subject, metricName: string, queue: Subject): boolean =>
  watched(alarm).some(
    (each) =>
      each.props["namespace"] === "AWS/SQS" &&
      each.props["metricName"] === metricName &&
      refersTo(each, "dimensions", queue)
  )

const without = (stack: readonly Subject[], metricName: string, queues: readonly Subject[]): readonly Subject[] => {
  const alarms = ofType(stack, types.alarm)
  return queues.filter((queue) => !alarms.some((alarm) => isAbout(alarm, metricName, queue)))
}

const deadLetterAlarm = stackRule(
  {
    name: "dead-letter-alarm",
    description: "An alarm sounds when messages wait in a dead-letter queue.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html"
  },
  (stack) => {
    const targets = new Set(deadLetterings(stack).map(({ target }) => target))
    return without(stack, "ApproximateNumberOfMessagesVisible", [...targets]).map((subject) => ({
      subject,
      found: "no alarm is about its ApproximateNumberOfMessagesVisible, and it is a dead-letter queue",
      allowed: "a MetricAlarm must be"
    }))
  }
)

const lateAlarm = stackRule(
  {
    name: "late-message-alarm",
    description: "An alarm sounds when messages wait too long in a queue that a function consumes.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"
  },
  (stack) => {
    const targets = deadLetterings(stack).map(({ target }) => target.urn)
    const sources = ofType(stack, types.eventSource)
    const consumed = ofType(stack, types.queue).filter(
      (queue) => !targets.includes(queue.urn) && sources.some((source) => refersTo(source, "eventSourceArn", queue))
    )
    return without(stack, "ApproximateAgeOfOldestMessage", consumed).map((subject) => ({
      subject,
      found: "no alarm is about its ApproximateAgeOfOldestMessage, and a function consumes it",
      allowed: "a MetricAlarm must be"
    }))
  }
)

const alarmComplete = resourceRule(
  {
    name: "alarm-complete",
    description: "An alarm tells somebody, says what it means, and says what missing data means.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
  },
  [types.alarm],
  ({ props }): readonly Violation[] => [
    ...(listOf(props["alarmActions"]).length > 0
      ? []
      : [{ found: "alarmActions is empty", allowed: "it must name whom the alarm tells" }]),
    ...(props["actionsEnabled"] === false ? [{ found: "actionsEnabled is false", allowed: "it must be true" }] : []),
    ...(["alarmDescription", "treatMissingData"] as const)
      .filter((name) => textOf(props[name]) === undefined)
      .map((name) => ({ found: `${name} is ${shown(undefined)}`, allowed: "it must be set" }))
  ]
)

const alarmsGetThrough = stackRule(
  {
    name: "alarms-get-through",
    description: "Topics that alarms go to are not encrypted with SNS's own key, to which CloudWatch has no access.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
  },
  (stack) =>
    ofType(stack, types.topic)
      .filter((topic) => textOf(given(topic, "kmsMasterKeyId"))?.endsWith("alias/aws/sns") === true)
      .filter((topic) => ofType(stack, types.alarm).some((alarm) => refersTo(alarm, "alarmActions", topic)))
      .map((subject) => ({
        subject,
        found: `kmsMasterKeyId is ${shown(given(subject, "kmsMasterKeyId"))} and alarms go to it`,
        allowed: "it must be a customer managed key that admits cloudwatch.amazonaws.com, or missing"
      }))
)

/** The rules. */
export const alarmRules = [deadLetterAlarm, lateAlarm, alarmComplete, alarmsGetThrough] as const
