/** The alarms of a queue, made from their definitions. */
import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import type * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import { type AlarmDefinition, type AlarmSuffix, alarmSuffixes } from "./alarmDefinitions.ts"
import type { Context } from "./context.ts"

/** Makes the alarms. Each tells the alert topic when it starts, and again when it is over. */
export const createAlarms = (
  context: Context,
  definitions: Readonly<Partial<Record<AlarmSuffix, AlarmDefinition>>>,
  alertTopicArn: pulumi.Input<string>
): readonly MetricAlarm[] =>
  alarmSuffixes.flatMap((suffix) => {
    const definition = definitions[suffix]
    if (definition === undefined) return []
    return new MetricAlarm(
      `${context.name}-${suffix}`,
      applyTransform(context.transform.alarm, alarmArguments(definition, alertTopicArn)),
      { parent: context.parent }
    )
  })

/** A definition in CloudWatch's own words. */
export const alarmArguments = (definition: AlarmDefinition, alertTopicArn: pulumi.Input<string>): MetricAlarmArgs => ({
  alarmDescription: definition.description,
  comparisonOperator: "GreaterThanThreshold",
  threshold: definition.threshold,
  evaluationPeriods: definition.evaluationPeriods,
  // What is not measured did not happen: SQS and Lambda stop reporting when nothing goes on, and so do we.
  treatMissingData: "notBreaching",
  alarmActions: [alertTopicArn],
  okActions: [alertTopicArn],
  ...sourceArguments(definition)
})

const sourceArguments = ({ source, periodSeconds }: AlarmDefinition): MetricAlarmArgs =>
  "expression" in source
    ? {
        metricQueries: [
          { id: "value", expression: source.expression, label: source.label, returnData: true },
          ...Object.entries(source.metrics).map(([id, metric]) => ({
            id,
            metric: { ...metric, period: periodSeconds, stat: "Sum" }
          }))
        ]
      }
    : { ...source.metric, statistic: source.statistic, period: periodSeconds }
