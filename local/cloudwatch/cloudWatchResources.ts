/** The Pulumi resource types of CloudWatch: log groups, metric alarms, dashboards. */
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import { decodeInputs, inputsSchema, tags } from "../pulumi/decodeInputs.ts"
import { autoName, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { alarmDefinition } from "./AlarmDefinition.ts"
import type { Alarms } from "./Alarms.ts"
import { alarmArn } from "./alarmNotification.ts"
import { checkDashboardBody } from "./dashboardBody.ts"
import type { LogStore } from "./LogStore.ts"

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const Retention = Schema.Literals([
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
])

const LogGroupInputs = inputsSchema({
  name: Schema.optional(Schema.String.check(Schema.isPattern(/^[.\-_/#A-Za-z0-9]{1,512}$/))),
  retentionInDays: Schema.optional(Retention),
  kmsKeyId: Schema.optional(Schema.String),
  logGroupClass: Schema.optional(Schema.Literal("STANDARD")),
  skipDestroy: Schema.optional(Schema.Boolean),
  tags,
  tagsAll: tags
})

const DashboardInputs = inputsSchema({
  dashboardName: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,255}$/)),
  dashboardBody: Schema.String
})

/** What the resource types fill. */
export interface CloudWatchResourcesOptions {
  readonly account: Account
  readonly logs: LogStore
  readonly alarms: Alarms
  readonly dashboards: Map<string, string>
}

/** Log groups, metric alarms, dashboards. */
export const cloudWatchResources = ({
  account,
  logs,
  alarms,
  dashboards
}: CloudWatchResourcesOptions): ResourceProviders => ({
  "aws:cloudwatch/logGroup:LogGroup": async (request) => {
    const inputs = decodeInputs(request, LogGroupInputs)
    const name = inputs.name ?? autoName(request)
    logs.create(name)
    return {
      id: name,
      state: {
        logGroupClass: "STANDARD",
        retentionInDays: 0,
        ...request.inputs,
        name,
        arn: arnOf(account, "logs", `log-group:${name}`)
      }
    }
  },

  "aws:cloudwatch/metricAlarm:MetricAlarm": async (request) => {
    const definition = alarmDefinition(request)
    const { name } = definition
    if (alarms.has(name))
      throw new Error(`${request.type} "${request.name}": an alarm of the name "${name}" exists already.`)
    alarms.add(definition)
    return {
      id: name,
      state: {
        ...request.inputs,
        name,
        arn: alarmArn(account, name),
        actionsEnabled: definition.actionsEnabled,
        treatMissingData: definition.treatMissingData
      }
    }
  },

  "aws:cloudwatch/dashboard:Dashboard": async (request) => {
    const { dashboardName, dashboardBody } = decodeInputs(request, DashboardInputs)
    checkDashboardBody(dashboardBody)
    dashboards.set(dashboardName, dashboardBody)
    // A dashboard belongs to no region.
    const dashboardArn = `arn:aws:cloudwatch::${account.accountId}:dashboard/${dashboardName}`
    return { id: dashboardName, state: { ...request.inputs, dashboardArn } }
  }
})
