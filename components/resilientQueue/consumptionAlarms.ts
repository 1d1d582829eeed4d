/** The alarms about what consumes the queue. */
import * as pulumi from "@pulumi/pulumi"
import {
  type AlarmDefinition,
  type AlarmSubjects,
  type AlarmSuffix,
  descriptionOf,
  spanOf
} from "./alarmDefinitions.ts"
import { crashPeriodSeconds, longestDelaySeconds } from "./defaults.ts"
import { lambdaMetric, ownMetric, sqsMetric } from "./metrics.ts"

/** What the alarms about consumption are about. */
export interface ConsumptionAlarmSubjects extends AlarmSubjects {
  readonly consumerFunctionName: pulumi.Input<string>
  readonly failedPercent: pulumi.Input<number>
  readonly failedMinimum: pulumi.Input<number>
  readonly crashMinimum: pulumi.Input<number>
  readonly oldestMessageAgeSeconds: pulumi.Input<number>
}

/** The alarms about what consumes the queue. */
export type ConsumptionAlarm = Extract<
  AlarmSuffix,
  "consumer-crashing" | "consumer-throttled" | "messages-failing" | "messages-late"
>

/**
 * Without FILL there would be no value in a period in which every message failed. Few failures are no share: one bad
 * message among three is not an outage.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const failedShare = (failedMinimum: pulumi.Input<number>): pulumi.Output<string> =>
  pulumi.interpolate`IF(FILL(failed, 0) >= ${failedMinimum}, 100 * FILL(failed, 0) / (FILL(processed, 0) + FILL(failed, 0)), 0)`

/** Lambda reports errors, 0 or 1, with each invocation. */
const crashedShare = (crashMinimum: pulumi.Input<number>): pulumi.Output<string> =>
  pulumi.interpolate`IF(errors >= ${crashMinimum}, 100 * errors / invocations, 0)`

/** A healed message may be delayed before its first receive; while one is, the oldest message is not late by that. */
const undelayedAge = `IF(FILL(delayed, 0) > 0, age - ${longestDelaySeconds}, age)`

/** Their definitions. */
export const consumptionAlarms = (
  subjects: ConsumptionAlarmSubjects
): Readonly<Record<ConsumptionAlarm, AlarmDefinition>> => {
  const { queueName, consumerFunctionName } = subjects
  const description = descriptionOf(subjects)
  return {
    "consumer-crashing": {
      source: {
        expression: crashedShare(subjects.crashMinimum),
        label: "Share of invocations that crash, percent",
        metrics: {
          invocations: { metric: lambdaMetric("Invocations", consumerFunctionName), statistic: "Sum" },
          errors: { metric: lambdaMetric("Errors", consumerFunctionName), statistic: "Sum" }
        }
      },
      threshold: 50,
      periodSeconds: crashPeriodSeconds,
      // What crashed comes back after a visibility timeout: without the two periods more it would be over in between.
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
      description: description(
        "consumer-crashing",
        (limits) =>
          pulumi.interpolate`more than ${limits.threshold} % of the consumer's invocations, and ${subjects.crashMinimum} or more, crashed or timed out ${spanOf(limits)}: it classifies nothing, and its own metrics are silent.`,
        "Nothing is lost: the messages go to the dead-letter queue untried, and the healer sends them back apart from each other a few times.",
        "what was deployed last, then the consumer's log: a missing variable, a failed import, too little memory, a time-out."
      )
    },
    "consumer-throttled": {
      source: { metric: lambdaMetric("Throttles", consumerFunctionName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 60,
      // Lambda tries again at once, and the visibility timeout leaves room for that: single minutes are nothing.
      evaluationPeriods: 15,
      datapointsToAlarm: 3,
      description: description(
        "consumer-throttled",
        (limits) =>
          `Lambda refused to run the consumer ${spanOf(limits)}: the account's concurrency, or what is reserved for the consumer, is used up. Each refusal counts as a receive.`,
        "Nothing is lost: messages that were never tried go to the dead-letter queue, and the healer sends them back.",
        "the account's concurrent executions against its quota, then the consumer's reserved concurrency against maximumConcurrency."
      )
    },
    "messages-failing": {
      source: {
        expression: failedShare(subjects.failedMinimum),
        label: "Failed share of messages, percent",
        metrics: {
          processed: { metric: ownMetric("MessagesProcessed", queueName), statistic: "Sum" },
          failed: { metric: ownMetric("MessagesFailed", queueName), statistic: "Sum" }
        }
      },
      threshold: subjects.failedPercent,
      periodSeconds: 300,
      // A burst of bad messages is archived and over; an outage, or a bad deployment, is still there in the next period.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      description: description(
        "messages-failing",
        (limits) =>
          pulumi.interpolate`more than ${limits.threshold} % of the messages, and ${subjects.failedMinimum} or more, failed ${spanOf(limits)}; Lambda's own error metric stays at 0 for them.`,
        "Nothing is lost.",
        "which class and which dependency fail, on the dashboard, and what was deployed last."
      )
    },
    "messages-late": {
      source: {
        expression: undelayedAge,
        label: "Age of the oldest message, seconds",
        metrics: {
          age: { metric: sqsMetric("ApproximateAgeOfOldestMessage", queueName), statistic: "Maximum" },
          delayed: { metric: sqsMetric("ApproximateNumberOfMessagesDelayed", queueName), statistic: "Maximum" }
        }
      },
      threshold: subjects.oldestMessageAgeSeconds,
      periodSeconds: 60,
      evaluationPeriods: 3,
      description: description(
        "messages-late",
        (limits) =>
          pulumi.interpolate`the oldest message has been older than ${limits.threshold} seconds ${spanOf(limits)}: the consumer does not keep up, or does not run.`,
        "Nothing is lost while the main queue keeps its messages, 4 days by default.",
        "whether the consumer is throttled or at its maximum concurrency, then whether its event source mapping is enabled."
      )
    }
  }
}
