/** Tunings of alarms that CloudWatch would not take, or that nothing would read. */
import * as pulumi from "@pulumi/pulumi"
import { severities } from "../../handlers/notifier/Notice.ts"
import { webhookAlarms } from "../notifier/webhookAlarms.ts"
import { integerIn, numberIn, oneOf, refusal } from "../validation.ts"
import type { AlarmArgs, ThresholdTuning } from "./alarmArgs.ts"
import { type AlarmDefinition, type AlarmSuffix, alarmSuffixes } from "./alarmDefinitions.ts"
import { limitsOf } from "./alarms.ts"
import { consumptionAlarms } from "./consumptionAlarms.ts"
import { healingAlarms } from "./healingAlarms.ts"

const anyQueue = {
  ...{
    name: "",
    runbookBase: "",
    queueName: "",
    deadLetterQueueName: "",
    parkingQueueName: "",
    undeliveredQueueName: "",
    alertTopicName: "",
    notifierFunctionNames: []
  },
  ...{ healerFunctionName: "", consumerFunctionName: "" },
  ...{ deadLetterDepth: 0, failedPercent: 0, failedMinimum: 0, crashMinimum: 0, oldestMessageAgeSeconds: 0 }
}

/** Every alarm with its own limits, whatever it is about. */
const definitions: Readonly<Record<AlarmSuffix, AlarmDefinition>> = {
  ...healingAlarms(anyQueue),
  ...consumptionAlarms(anyQueue),
  ...webhookAlarms(anyQueue)
}

/** The thresholds that have an argument of their own. */
const thresholdArguments: Readonly<Partial<Record<AlarmSuffix, string>>> = {
  "dead-letters-waiting": "deadLetterDepth",
  "messages-failing": "failedPercent",
  "messages-late": "oldestMessageAgeSeconds"
}

const daySeconds = 86_400

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const longestSpanSeconds = (periodSeconds: number): number => (periodSeconds >= 3600 ? 7 * daySeconds : daySeconds)

/**
 * Refuses them before anything is made.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseAlarms = (subject: string, args: AlarmArgs = {}): void => {
  for (const suffix of alarmSuffixes) {
    const tuning = args[suffix]
    if (tuning !== undefined && tuning !== false) refuseTuning(subject, suffix, tuning)
  }
}

const refuseTuning = (subject: string, suffix: AlarmSuffix, tuning: ThresholdTuning): void => {
  const argument = `alarms.${suffix}`
  const ownArgument = thresholdArguments[suffix]
  if (tuning.threshold !== undefined) {
    if (ownArgument !== undefined) {
      throw new pulumi.RunError(`${subject}: ${argument}.threshold is not its threshold; give alarms.${ownArgument}.`)
    }
    numberIn(subject, `${argument}.threshold`, tuning.threshold, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  }
  const { periodSeconds, evaluationPeriods, datapointsToAlarm } = limitsOf(definitions[suffix], tuning)
  integerIn(subject, `${argument}.periodSeconds`, periodSeconds, { minimum: 60, maximum: daySeconds })
  if (periodSeconds % 60 !== 0) {
    throw refusal(subject, `${argument}.periodSeconds`, periodSeconds, "a multiple of 60")
  }
  integerIn(subject, `${argument}.evaluationPeriods`, evaluationPeriods, {
    minimum: 1,
    maximum: Math.floor(longestSpanSeconds(periodSeconds) / periodSeconds),
    because: "a day, or a week with periods of an hour and more"
  })
  integerIn(subject, `${argument}.datapointsToAlarm`, datapointsToAlarm, {
    minimum: 1,
    maximum: evaluationPeriods,
    because: "its evaluationPeriods"
  })
  if (tuning.severity !== undefined) oneOf(subject, `${argument}.severity`, tuning.severity, severities)
}
