/**
 * The alarms of a queue, as data. Each says what it means, what to check first and where its runbook is, and what
 * missing data means: with all of them, that nothing happened.
 */
import * as pulumi from "@pulumi/pulumi"
import type { Severity } from "../../handlers/notifier/Notice.ts"
import { lambdaMetric, type Metric, ownMetric, sqsMetric } from "./metrics.ts"

/** What the alarms of a queue are about. */
export interface AlarmSubjects {
  /** The component's name, for the descriptions. */
  readonly name: string
  /** What our own metrics go by. */
  readonly queueName: pulumi.Input<string>
  /** Where the runbooks are. */
  readonly runbookBase: string
}

/** What the alarms about healing are about. */
export interface HealingAlarmSubjects extends AlarmSubjects {
  readonly deadLetterQueueName: pulumi.Input<string>
  readonly parkingQueueName: pulumi.Input<string>
  readonly healerFunctionName: pulumi.Input<string>
  readonly deadLetterDepth: pulumi.Input<number>
}

/** What the alarms about consumption are about. */
export interface ConsumptionAlarmSubjects extends AlarmSubjects {
  readonly failedPercent: pulumi.Input<number>
  readonly oldestMessageAgeSeconds: pulumi.Input<number>
}

/** A metric, or several and an expression over them. */
export type AlarmSource =
  | { readonly metric: Metric; readonly statistic: "Sum" | "Maximum" }
  | { readonly expression: string; readonly label: string; readonly metrics: Readonly<Record<string, Metric>> }

/** One alarm. It sounds when the value is above `threshold` in each of `evaluationPeriods` periods. */
export interface AlarmDefinition {
  readonly source: AlarmSource
  readonly threshold: pulumi.Input<number>
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  readonly description: pulumi.Output<string>
}

/** The alarms, by the suffix of their names. */
export const alarmSuffixes = [
  "dead-letters-waiting",
  "dead-letters-received",
  "healing-errors",
  "healer-crashing",
  "messages-failing",
  "messages-late",
  "messages-parked",
  "breaker-open",
  "alerts-undelivered",
  "alerts-lost"
] as const

/** The suffix of one alarm's name, which is also its runbook's. */
export type AlarmSuffix = (typeof alarmSuffixes)[number]

/** Where the runbooks are, relative to the repository's root. */
export const defaultRunbookBase = "docs/runbooks"

/**
 * Without FILL there would be no value in a period in which every message failed, or none did.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const failedShare =
  "IF(FILL(processed, 0) + FILL(failed, 0) > 0, 100 * FILL(failed, 0) / (FILL(processed, 0) + FILL(failed, 0)), 0)"

/** How bad each alarm is; webhooks go by it. An error or worse needs a person now, a warning soon, an info not by itself. */
const severities: Readonly<Record<AlarmSuffix, Severity>> = {
  "dead-letters-waiting": "error",
  "dead-letters-received": "info",
  "healing-errors": "warning",
  "healer-crashing": "critical",
  "messages-failing": "error",
  "messages-late": "warning",
  "messages-parked": "error",
  "breaker-open": "error",
  "alerts-undelivered": "error",
  "alerts-lost": "error"
}

/** What is lost meanwhile, in a sentence: it is what somebody who is woken up asks first. */
type Loss = "Nothing is lost." | `Nothing is lost${string}.`

/** What an alarm says of itself. */
export const descriptionOf =
  ({ name, runbookBase }: Pick<AlarmSubjects, "name" | "runbookBase">) =>
  (suffix: AlarmSuffix, meaning: pulumi.Input<string>, loss: Loss, check: string): pulumi.Output<string> =>
    pulumi.interpolate`${name}: ${meaning} ${loss} Check first: ${check} Severity: ${severities[suffix]}. Runbook: ${runbookBase}/${suffix}.md`

/** The alarms about what consumes the queue. */
type ConsumptionAlarm = "messages-failing" | "messages-late"

/** The alarms about webhooks. */
export type WebhookAlarm = "alerts-undelivered" | "alerts-lost"

/** The definitions of the alarms about the healer and what it works on. */
export const healingAlarms = (
  subjects: HealingAlarmSubjects
): Readonly<Record<Exclude<AlarmSuffix, ConsumptionAlarm | WebhookAlarm>, AlarmDefinition>> => {
  const { queueName, deadLetterDepth } = subjects
  const description = descriptionOf(subjects)
  return {
    "dead-letters-waiting": {
      source: {
        metric: sqsMetric("ApproximateNumberOfMessagesVisible", subjects.deadLetterQueueName),
        statistic: "Maximum"
      },
      threshold: deadLetterDepth,
      periodSeconds: 60,
      evaluationPeriods: 5,
      description: description(
        "dead-letters-waiting",
        pulumi.interpolate`more than ${deadLetterDepth} failed messages have waited in the dead-letter queue for 5 minutes: the healer does not keep up, or does not run.`,
        "Nothing is lost while the dead-letter queue keeps them, 14 days by default.",
        "errors and throttles of the healer function on the dashboard, then whether its event source mapping is enabled."
      )
    },
    "dead-letters-received": {
      source: { metric: ownMetric("DeadLettersReceived", queueName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
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
      evaluationPeriods: 1,
      description: description(
        "healing-errors",
        "the healer could not deal with a message; it tries again, five times, and then parks the message.",
        "Nothing is lost.",
        "the errors in the healer's log; most often a permission is missing or a table is throttled."
      )
    },
    "healer-crashing": {
      source: { metric: lambdaMetric("Errors", subjects.healerFunctionName), statistic: "Sum" },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "healer-crashing",
        "the healer function itself fails; while it does, nothing is healed and its own metrics and alarms are silent.",
        "Nothing is lost while the dead-letter queue keeps its messages, 14 days by default.",
        "the last invocation in the healer's log: a time-out, too little memory, or a bad deployment."
      )
    },
    "messages-parked": {
      source: {
        metric: sqsMetric("ApproximateNumberOfMessagesVisible", subjects.parkingQueueName),
        statistic: "Maximum"
      },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "messages-parked",
        "the healer gave up on a message; it waits in the parking queue, which only a person empties.",
        "Nothing is lost for 14 days.",
        "why, in the healer's log, by that message's id; mend that before anything is sent back."
      )
    },
    "breaker-open": {
      source: { metric: ownMetric("BreakersOpen", queueName), statistic: "Maximum" },
      threshold: 0,
      periodSeconds: 60,
      evaluationPeriods: 1,
      description: description(
        "breaker-open",
        "a dependency fails again and again; its circuit breaker holds back the messages that need it until it answers.",
        "Nothing is lost while the outage is shorter than messages are kept.",
        "which dependency, on the dashboard, and whether it is down or only refuses us. Send nothing back by hand."
      )
    }
  }
}

/** The definitions of the alarms about what consumes the queue. */
export const consumptionAlarms = (
  subjects: ConsumptionAlarmSubjects
): Readonly<Record<ConsumptionAlarm, AlarmDefinition>> => {
  const { queueName, failedPercent, oldestMessageAgeSeconds } = subjects
  const description = descriptionOf(subjects)
  return {
    "messages-failing": {
      source: {
        expression: failedShare,
        label: "Failed share of messages, percent",
        metrics: {
          processed: ownMetric("MessagesProcessed", queueName),
          failed: ownMetric("MessagesFailed", queueName)
        }
      },
      threshold: failedPercent,
      periodSeconds: 300,
      evaluationPeriods: 1,
      description: description(
        "messages-failing",
        pulumi.interpolate`more than ${failedPercent} % of the messages failed in 5 minutes; Lambda's own error metric stays at 0 for them.`,
        "Nothing is lost.",
        "which class and which dependency fail, on the dashboard, and what was deployed last."
      )
    },
    "messages-late": {
      source: { metric: sqsMetric("ApproximateAgeOfOldestMessage", queueName), statistic: "Maximum" },
      threshold: oldestMessageAgeSeconds,
      periodSeconds: 60,
      evaluationPeriods: 5,
      description: description(
        "messages-late",
        pulumi.interpolate`the oldest message has waited for more than ${oldestMessageAgeSeconds} seconds: the consumer does not keep up, or does not run.`,
        "Nothing is lost while the main queue keeps its messages, 4 days by default.",
        "whether the consumer is throttled or at its maximum concurrency, then whether its event source mapping is enabled."
      )
    }
  }
}
