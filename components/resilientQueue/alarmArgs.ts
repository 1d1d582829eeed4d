/** The arguments about alarms. */
import type * as pulumi from "@pulumi/pulumi"
import type { Severity } from "../../handlers/notifier/Notice.ts"

/** How an alarm differs from what it is by default. Plain numbers: the alarm's description says them. */
export interface AlarmTuning {
  /** The length of a period, in seconds. Range: multiples of 60 up to 86,400. @default that of the alarm */
  readonly periodSeconds?: number
  /** How many periods are looked at. Range: 1 to as many as make a day (a week, with periods of an hour). @default that of the alarm */
  readonly evaluationPeriods?: number
  /**
   * In how many of them it has to be so. Range: 1–`evaluationPeriods`.
   * @default that of the alarm: all of them where it is all, else no more than there are
   */
  readonly datapointsToAlarm?: number
  /** How bad it is: webhooks and `alerts.severityTopicArns` go by it. @default that of the alarm */
  readonly severity?: Severity
}

/** The same, of an alarm whose threshold has no argument of its own. */
export interface ThresholdTuning extends AlarmTuning {
  /** It sounds above this. Range: 0 or more. @default that of the alarm */
  readonly threshold?: number
}

/** The alarms about a healer: their limits, and each by itself; `false`: it is not made. */
export interface HealingAlarmArgs {
  /** `dead-letters-waiting` sounds with more messages than this in the dead-letter queue that nobody deals with. Range: 0–1,000,000. @default 10 */
  readonly deadLetterDepth?: pulumi.Input<number>
  /** Where the runbooks are; the alarms' descriptions link to them. @default "docs/runbooks" */
  readonly runbookBase?: string
  /** Whether an alarm tells when it is over, too. When it is made it tells once that all is well. @default true */
  readonly tellWhenOver?: boolean
  /** The healer does not run, or does not keep up. @default 5 of 6 minutes */
  readonly "dead-letters-waiting"?: false | AlarmTuning
  /** Messages have failed. @default any within 5 minutes; over after an hour without */
  readonly "dead-letters-received"?: false | ThresholdTuning
  /** The healer could not deal with a message. @default any within a minute; over after 15 without */
  readonly "healing-errors"?: false | ThresholdTuning
  /** The healer's function itself fails. @default more than 1 time within 5 minutes */
  readonly "healer-crashing"?: false | ThresholdTuning
  /** Lambda refuses to run the healer. @default any in 3 of 15 minutes */
  readonly "healer-throttled"?: false | ThresholdTuning
  /** The healer gave up on a message. @default any within a minute */
  readonly "messages-parked"?: false | ThresholdTuning
  /** A dependency's circuit breaker is not closed. @default any within a minute; over after 20 without */
  readonly "breaker-open"?: false | ThresholdTuning
  /** A webhook did not take an alert. @default any within a minute */
  readonly "alerts-undelivered"?: false | ThresholdTuning
  /** An alert that neither its webhook nor the queue of undelivered alerts took. @default any within a minute */
  readonly "alerts-lost"?: false | ThresholdTuning
}

/** The same of a queue that has a consumer. */
export interface AlarmArgs extends HealingAlarmArgs {
  /** `messages-failing` sounds with a larger share of failed messages than this, in percent. Range: 0–100. @default 5 */
  readonly failedPercent?: pulumi.Input<number>
  /**
   * And with no fewer failures than this in a period: one bad message in a quiet hour is no share. Each receive of a
   * message that fails counts. Range: 1–1,000,000. @default 5
   */
  readonly failedMinimum?: pulumi.Input<number>
  /**
   * `messages-late` sounds when the oldest message is older than this, in seconds, not counting a healed message's delay.
   * Range: 1–1,209,600.
   * @default ¾ of 2 × `visibilityTimeoutSeconds` (of 1 × where `maxReceiveCount` is 1), at least 120: SQS leaves messages
   * out of the age once they were received three times, and a consumer that fails at all of them would not be heard of
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  readonly oldestMessageAgeSeconds?: pulumi.Input<number>
  /** The consumer's function crashes or times out. @default more than 50 % of the invocations, and at least 6, within 5 minutes */
  readonly "consumer-crashing"?: false | ThresholdTuning
  /** Lambda refuses to run the consumer. @default any in 3 of 15 minutes */
  readonly "consumer-throttled"?: false | ThresholdTuning
  /** A large share of messages fails. @default 2 of 3 periods of 5 minutes */
  readonly "messages-failing"?: false | AlarmTuning
  /** The consumer does not keep up, or does not run. @default 3 minutes */
  readonly "messages-late"?: false | AlarmTuning
}
