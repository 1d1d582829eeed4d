/** The alarms about the healer and what it works on. */
import * as pulumi from "@pulumi/pulumi"
import {
  type AlarmDefinition,
  type AlarmSubjects,
  type AlarmSuffix,
  descriptionOf,
  type MetricStatistic,
  spanOf
} from "./alarmDefinitions.ts"
import { maximumVisibilityTimeoutSeconds } from "./defaults.ts"
import { lambdaMetric, ownMetric, sqsMetric } from "./metrics.ts"

/** What the alarms about healing are about. */
export interface HealingAlarmSubjects extends AlarmSubjects {
  readonly deadLetterQueueName: pulumi.Input<string>
  readonly parkingQueueName: pulumi.Input<string>
  readonly healerFunctionName: pulumi.Input<string>
  readonly deadLetterDepth: pulumi.Input<number>
}

/** The alarms about the healer. */
export type HealingAlarm = Extract<
  AlarmSuffix,
  | "dead-letters-waiting"
  | "dead-letters-received"
  | "healing-errors"
  | "healer-crashing"
  | "healer-throttled"
  | "messages-parked"
  | "breaker-open"
>

/**
 * The messages that wait, in minutes in which no batch of them was dealt with; otherwise none, unless one waits for longer
 * than any hold: messages that are held for a dependency come back in great numbers, and a healer that holds them again is
 * in order.
 */
const unattended = `IF((FILL(invocations, 0) > FILL(errors, 0)) AND (FILL(age, 0) < ${maximumVisibilityTimeoutSeconds}), 0, waiting)`

const visible = (queueName: pulumi.Input<string>): MetricStatistic => ({
  metric: sqsMetric("ApproximateNumberOfMessagesVisible", queueName),
  statistic: "Maximum"
})

/** Their definitions. */
export const healingAlarms = (subjects: HealingAlarmSubjects): Readonly<Record<HealingAlarm, AlarmDefinition>> => {
  const { queueName, deadLetterQueueName, healerFunctionName } = subjects
  const description = descriptionOf(subjects)
  return {
    "dead-letters-waiting": {
      source: {
        expression: unattended,
        label: "Dead letters that nobody deals with",
        metrics: {
          waiting: visible(deadLetterQueueName),
          age: { metric: sqsMetric("ApproximateAgeOfOldestMessage", deadLetterQueueName), statistic: "Maximum" },
          invocations: { metric: lambdaMetric("Invocations", healerFunctionName), statistic: "Sum" },
          errors: { metric: lambdaMetric("Errors", healerFunctionName), statistic: "Sum" }
        }
      },
      threshold: subjects.deadLetterDepth,
      periodSeconds: 60,
      // One minute less than all: a schedule that invokes a healer says nothing of its event source mapping.
      evaluationPeriods: 6,
      datapointsToAlarm: 5,
      description: description(
        "dead-letters-waiting",
        (limits) =>
          pulumi.interpolate`more than ${limits.threshold} failed messages wait in the dead-letter queue, and ${spanOf(limits)} the healer dealt with no batch, or one has waited for 12 hours: the healer does not run, or does not keep up.`,
        "Nothing is lost while the dead-letter queue keeps them: by default 14 days from when each was sent.",
        "errors and throttles of the healer function on the dashboard, then whether its event source mapping is enabled."
      )
    },
    "dead-letters-received": {
      source: { metric: ownMetric("DeadLettersReceived", queueName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 300,
      // It goes on until there was none for an hour: a failure every few minutes is told once, not twice each time.
      evaluationPeriods: 12,
      datapointsToAlarm: 1,
      description: description(
        "dead-letters-received",
        "messages failed and reached the dead-letter queue; the healer is dealing with them.",
        "Nothing is lost.",
        "their classes on the dashboard; AUTH_FAILURE and UNKNOWN need a person, the others heal or are archived by themselves."
      )
    },
    "healing-errors": {
      source: { metric: ownMetric("HealingErrors", queueName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 60,
      // The next try comes after minutes.
      evaluationPeriods: 15,
      datapointsToAlarm: 1,
      description: description(
        "healing-errors",
        "the healer could not deal with a message; it tries again, five times, and then parks the message.",
        "Nothing is lost.",
        "the errors in the healer's log; most often a permission is missing or a table is throttled."
      )
    },
    "healer-crashing": {
      source: { metric: lambdaMetric("Errors", healerFunctionName), statistic: "Sum" },
      // One crash is tried again after a visibility timeout, six times the healer's timeout.
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
      description: description(
        "healer-crashing",
        (limits) =>
          pulumi.interpolate`the healer function itself failed more than ${limits.threshold} times ${spanOf(limits)}; while it does, nothing is healed and its own metrics and alarms are silent.`,
        "Nothing is lost while the dead-letter queue keeps its messages: by default 14 days from when each was sent.",
        "the last invocation in the healer's log: a time-out, too little memory, or a bad deployment."
      )
    },
    "healer-throttled": {
      source: { metric: lambdaMetric("Throttles", healerFunctionName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 60,
      // Lambda tries again at once: single minutes are nothing.
      evaluationPeriods: 15,
      datapointsToAlarm: 3,
      description: description(
        "healer-throttled",
        (limits) =>
          `Lambda refused to run the healer ${spanOf(limits)}: the account's concurrency, or what is reserved for the healer, is used up. Each refusal counts as a receive.`,
        "Nothing is lost while the dead-letter queue keeps its messages: by default 14 days from when each was sent.",
        "the account's concurrent executions against its quota, then the healer's reserved concurrency."
      )
    },
    "messages-parked": {
      source: visible(subjects.parkingQueueName),
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "messages-parked",
        "the healer gave up on a message; it waits in the parking queue, which only a person empties.",
        // The healer's own copy starts anew; what SQS itself moves keeps the time at which it was sent.
        "Nothing is lost yet. The parking queue keeps a message for 14 days from when it was last sent, which may be days ago.",
        "why, in the healer's log, by that message's id; mend that before anything is sent back."
      )
    },
    "breaker-open": {
      source: { metric: ownMetric("BreakersOpen", queueName), statistic: "Maximum" },
      threshold: 0,
      periodSeconds: 60,
      // What is held comes back within 15 minutes, and only then is it known whether the breaker is still open.
      evaluationPeriods: 20,
      datapointsToAlarm: 1,
      description: description(
        "breaker-open",
        "a dependency fails again and again; its circuit breaker holds back the messages that need it until it answers.",
        "Nothing is lost while the outage is shorter than messages are kept.",
        "which dependency, on the dashboard, and whether it is down or only refuses us. Send nothing back by hand."
      )
    }
  }
}
