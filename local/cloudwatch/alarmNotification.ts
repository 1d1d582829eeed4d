/**
 * What CloudWatch publishes when an alarm changes its state.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
import { type Account, arnOf } from "../Account.ts"
import type { AlarmDefinition } from "./AlarmDefinition.ts"
import type { AlarmState } from "./CloudWatch.ts"

/** The ARN of an alarm. */
export const alarmArn = (account: Account, name: string): string => arnOf(account, "cloudwatch", `alarm:${name}`)

/** Subject and message, for `alarmActions`, `okActions` and `insufficientDataActions`. */
export const alarmNotification = (
  account: Account,
  alarm: AlarmDefinition,
  before: AlarmState,
  after: AlarmState
): { readonly subject: string; readonly message: string } => {
  const metric = alarm.metrics.get(alarm.watched)
  const dimensions = Object.entries(metric?.dimensions ?? {}).map(([name, value]) => ({ value, name }))
  const single =
    metric === undefined
      ? {}
      : {
          MetricName: metric.name,
          Namespace: metric.namespace,
          StatisticType: /^p\d/.test(metric.statistic) ? "ExtendedStatistic" : "Statistic",
          Statistic: metric.statistic.toUpperCase(),
          Unit: null,
          Dimensions: dimensions
        }
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account.accountId,
    NewStateValue: after.state,
    NewStateReason: after.reason,
    StateChangeTime: new Date(after.changedAt).toISOString().replace("Z", "+0000"),
    Region: account.region,
    AlarmArn: alarmArn(account, alarm.name),
    OldStateValue: before.state,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    Trigger: {
      ...single,
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      ComparisonOperator: alarm.comparisonOperator,
      Threshold: alarm.threshold,
      TreatMissingData: alarm.treatMissingData,
      EvaluateLowSampleCountPercentile: ""
    }
  }
  // SNS takes no more than 100 characters of subject.
  const subject = `${after.state}: "${alarm.name}" in ${account.region}`.slice(0, 100)
  return { subject, message: JSON.stringify(message) }
}
