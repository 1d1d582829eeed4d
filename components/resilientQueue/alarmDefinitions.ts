/**
 * The alarms of a queue, as data. Each says what it means, what to check first and where its runbook is, and what
 * missing data means: with all of them, that nothing happened.
 *
 * An alarm that watches events, not a state, is over only when there were none for a while: without that it would sound,
 * and be over, at each event of an incident.
 */
import * as pulumi from "@pulumi/pulumi"
import type { Severity } from "../../handlers/notifier/Notice.ts"
import type { Metric } from "./metrics.ts"

/** What the alarms of a queue are about. */
export interface AlarmSubjects {
  /** The component's name, for the descriptions. */
  readonly name: string
  /** What our own metrics go by. */
  readonly queueName: pulumi.Input<string>
  /** Where the runbooks are. */
  readonly runbookBase: string
}

/** A metric and how its values in a period become one. */
export interface MetricStatistic {
  readonly metric: Metric
  readonly statistic: "Sum" | "Maximum"
}

/** A metric, or several and an expression over them. */
export type AlarmSource =
  | MetricStatistic
  | {
      readonly expression: pulumi.Input<string>
      readonly label: string
      readonly metrics: Readonly<Record<string, MetricStatistic>>
    }

/** When an alarm sounds: with a value above `threshold` in `datapointsToAlarm` of the last `evaluationPeriods` periods. */
export interface AlarmLimits {
  readonly threshold: pulumi.Input<number>
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
}

/** One alarm. */
export interface AlarmDefinition extends Omit<AlarmLimits, "datapointsToAlarm"> {
  readonly source: AlarmSource
  /** @default all periods */
  readonly datapointsToAlarm?: number
  /** What it says, given the limits and the severity that it is made with. */
  readonly description: (limits: AlarmLimits, severity: Severity) => pulumi.Output<string>
}

/** The alarms, by the suffix of their names. */
export const alarmSuffixes = [
  "dead-letters-waiting",
  "dead-letters-received",
  "healing-errors",
  "healer-crashing",
  "healer-throttled",
  "consumer-crashing",
  "consumer-throttled",
  "messages-failing",
  "messages-late",
  "messages-parked",
  "breaker-open",
  "alerts-undelivered",
  "alerts-lost"
] as const

/** The suffix of one alarm's name, which is also its runbook's. */
export type AlarmSuffix = (typeof alarmSuffixes)[number]

/** The alarms about webhooks. */
export type WebhookAlarm = "alerts-undelivered" | "alerts-lost"

/** Where the runbooks are, relative to the repository's root. */
export const defaultRunbookBase = "docs/runbooks"

/** How bad each alarm is; webhooks go by it. An error or worse needs a person now, a warning soon, an info not by itself. */
export const severities: Readonly<Record<AlarmSuffix, Severity>> = {
  "dead-letters-waiting": "error",
  "dead-letters-received": "info",
  "healing-errors": "warning",
  "healer-crashing": "critical",
  "healer-throttled": "warning",
  "consumer-crashing": "critical",
  "consumer-throttled": "error",
  "messages-failing": "error",
  "messages-late": "warning",
  "messages-parked": "error",
  "breaker-open": "error",
  "alerts-undelivered": "error",
  "alerts-lost": "error"
}

const durationText = (seconds: number): string => {
  const [count, unit] = seconds % 3600 === 0 ? [seconds / 3600, "hour"] : [seconds / 60, "minute"]
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

/** How long, or how often, it has to be so until an alarm sounds: `within 5 minutes`, `in 2 of 3 periods of 5 minutes`. */
export const spanOf = ({ periodSeconds, evaluationPeriods, datapointsToAlarm }: AlarmLimits): string => {
  if (datapointsToAlarm === 1) return `within ${durationText(periodSeconds)}`
  return datapointsToAlarm === evaluationPeriods
    ? `for ${durationText(evaluationPeriods * periodSeconds)}`
    : `in ${datapointsToAlarm} of ${evaluationPeriods} periods of ${durationText(periodSeconds)}`
}

/** What is lost meanwhile, in a sentence: it is what somebody who is woken up asks first. */
type Loss = "Nothing is lost." | `Nothing is lost${string}.` | `Nothing is lost${string}. ${string}.`

/** The description of an alarm; what it means may name its limits. */
export const descriptionOf =
  ({ name, runbookBase }: Pick<AlarmSubjects, "name" | "runbookBase">) =>
  (
    suffix: AlarmSuffix,
    meaning: string | ((limits: AlarmLimits) => pulumi.Input<string>),
    loss: Loss,
    check: string
  ): AlarmDefinition["description"] =>
  (limits, severity) =>
    pulumi.interpolate`${name}: ${typeof meaning === "string" ? meaning : meaning(limits)} ${loss} Check first: ${check} Severity: ${severity}. Runbook: ${runbookBase}/${suffix}.md`
