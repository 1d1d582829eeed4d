/** The metrics that alarms and dashboard look at: our own, and those of SQS and Lambda. */

import type * as pulumi from "@pulumi/pulumi"

/** The namespace of our own metrics. */
export const namespace = "ResilientQueue"

/** Our own metrics, by queue; those of failures by class as well. */
export type OwnMetric =
  | "MessagesProcessed"
  | "MessagesFailed"
  | "DeadLettersReceived"
  | "AutoHealed"
  | "Recovered"
  | "Archived"
  | "AwaitingOperator"
  | "Alerted"
  | "Held"
  | "SetAside"
  | "Released"
  | "BreakersOpen"
  | "HealingErrors"
  | "Parked"
  | "TimeToRecover"
  | "TimeToStore"

/** A metric and its dimensions. */
export interface Metric {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>
}

/** One of our own metrics of a queue. */
export const ownMetric = (metricName: OwnMetric, queueName: pulumi.Input<string>): Metric => ({
  namespace,
  metricName,
  dimensions: { Queue: queueName }
})

/** One of SQS's metrics of a queue. */
export const sqsMetric = (
  metricName:
    | "ApproximateNumberOfMessagesVisible"
    | "ApproximateNumberOfMessagesNotVisible"
    | "ApproximateNumberOfMessagesDelayed"
    | "ApproximateAgeOfOldestMessage",
  queueName: pulumi.Input<string>
): Metric => ({ namespace: "AWS/SQS", metricName, dimensions: { QueueName: queueName } })

/** One of Lambda's metrics of a function. */
export const lambdaMetric = (
  metricName:
    | "Invocations"
    | "Errors"
    | "Duration"
    | "Throttles"
    | "ConcurrentExecutions"
    | "DestinationDeliveryFailures",
  functionName: pulumi.Input<string>
): Metric => ({ namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: functionName } })

/** One of SNS's metrics of a topic. */
export const snsMetric = (
  metricName: "NumberOfNotificationsFailedToRedriveToDlq",
  topicName: pulumi.Input<string>
): Metric => ({ namespace: "AWS/SNS", metricName, dimensions: { TopicName: topicName } })
