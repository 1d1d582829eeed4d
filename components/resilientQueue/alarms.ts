/** The alarms of a queue, made from their definitions. */
import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import type * as pulumi from "@pulumi/pulumi"
import type { Severity } from "../../handlers/notifier/Notice.ts"
import { applyTransform } from "../transform.ts"
import type { AlarmArgs, ThresholdTuning } from "./alarmArgs.ts"
import {
  type AlarmDefinition,
  type AlarmLimits,
  type AlarmSuffix,
  alarmSuffixes,
  type MetricStatistic,
  severities
} from "./alarmDefinitions.ts"
import type { Context } from "./context.ts"

/** Whom alarms tell. */
export interface AlarmRoutes {
  readonly alertTopicArn: pulumi.Input<string>
  /** Whom alarms of a severity tell as well. */
  readonly severityTopicArns?: Readonly<Partial<Record<Severity, pulumi.Input<string>>>> | undefined
}

/** Makes the alarms, but for those that the caller does not want, with the caller's limits. */
export const createAlarms = (
  context: Context,
  definitions: Readonly<Partial<Record<AlarmSuffix, AlarmDefinition>>>,
  args: AlarmArgs,
  routes: AlarmRoutes
): readonly MetricAlarm[] => {
  const { alarm: transform } = context.transform
  return alarmSuffixes.flatMap((suffix) => {
    const definition = definitions[suffix]
    const tuning = args[suffix]
    if (definition === undefined || tuning === false) return []
    return new MetricAlarm(
      `${context.name}-${suffix}`,
      applyTransform(
        typeof transform === "function" ? (own: MetricAlarmArgs) => transform(own, suffix) : transform,
        alarmArguments(definition, {
          limits: limitsOf(definition, tuning),
          severity: tuning?.severity ?? severities[suffix],
          tellWhenOver: args.tellWhenOver ?? true,
          routes
        })
      ),
      { parent: context.parent }
    )
  })
}

/** The limits of a definition, as the caller changes them. */
export const limitsOf = (definition: AlarmDefinition, tuning: ThresholdTuning = {}): AlarmLimits => {
  const all = definition.datapointsToAlarm ?? definition.evaluationPeriods
  const evaluationPeriods = tuning.evaluationPeriods ?? definition.evaluationPeriods
  return {
    threshold: tuning.threshold ?? definition.threshold,
    periodSeconds: tuning.periodSeconds ?? definition.periodSeconds,
    evaluationPeriods,
    datapointsToAlarm:
      tuning.datapointsToAlarm ??
      (all === definition.evaluationPeriods ? evaluationPeriods : Math.min(all, evaluationPeriods))
  }
}

/** A definition in CloudWatch's own words. */
const alarmArguments = (
  { source, description }: AlarmDefinition,
  {
    limits,
    severity,
    tellWhenOver,
    routes
  }: {
    readonly limits: AlarmLimits
    readonly severity: Severity
    readonly tellWhenOver: boolean
    readonly routes: AlarmRoutes
  }
): MetricAlarmArgs => {
  const besides = routes.severityTopicArns?.[severity]
  const told = [routes.alertTopicArn, ...(besides === undefined ? [] : [besides])]
  return {
    alarmDescription: description(limits, severity),
    comparisonOperator: "GreaterThanThreshold",
    threshold: limits.threshold,
    evaluationPeriods: limits.evaluationPeriods,
    datapointsToAlarm: limits.datapointsToAlarm,
    // What is not measured did not happen: SQS and Lambda stop reporting when nothing goes on, and so do we.
    treatMissingData: "notBreaching",
    alarmActions: told,
    // Without it, an incident stays open where a webhook has opened it.
    ...(tellWhenOver ? { okActions: told } : {}),
    ...("expression" in source
      ? {
          metricQueries: [
            { id: "value", expression: source.expression, label: source.label, returnData: true },
            ...Object.entries(source.metrics).map(([id, { metric, statistic }]: [string, MetricStatistic]) => ({
              id,
              metric: { ...metric, period: limits.periodSeconds, stat: statistic }
            }))
          ]
        }
      : { ...source.metric, statistic: source.statistic, period: limits.periodSeconds })
  }
}
