/**
 * The part of CloudWatch's and CloudWatch Logs' APIs that people read with, over the JSON protocol. Every other operation
 * is answered with `UnknownOperationException`.
 */
import type { Account } from "../Account.ts"
import type { EmbeddedService, ServiceRequest } from "../EmbeddedService.ts"
import { alarmArn } from "./alarmNotification.ts"
import { logsOperations } from "./logsOperations.ts"
import { getMetricData } from "./metricDataOperation.ts"
import { answer, failure, type ReadInput, type ReadOperation, type ReadSource, texts } from "./readOperation.ts"

const operationOf = ({ headers }: ServiceRequest): string => String(headers["x-amz-target"] ?? "").split(".")[1] ?? ""

const inputOf = ({ body }: ServiceRequest): ReadInput => {
  try {
    return Object(JSON.parse(body.toString("utf8")))
  } catch {
    return {}
  }
}

const monitoringOperations: Readonly<Record<string, ReadOperation>> = {
  DescribeAlarms: {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    permissions: (account, { AlarmNames }) => {
      const names = texts(AlarmNames)
      return (names.length === 0 ? ["*"] : names).map((name) => ({
        action: "cloudwatch:DescribeAlarms",
        resource: alarmArn(account, name)
      }))
    },
    run: (source, { AlarmNames }) => {
      const names = texts(AlarmNames)
      const found = source.alarms().filter(({ name }) => names.length === 0 || names.includes(name))
      return answer(200, {
        MetricAlarms: found.map(({ name, state, reason }) => ({
          AlarmName: name,
          StateValue: state,
          StateReason: reason
        }))
      })
    }
  },
  GetDashboard: {
    permissions: ({ accountId }, { DashboardName }) => [
      {
        action: "cloudwatch:GetDashboard",
        resource: `arn:aws:cloudwatch::${accountId}:dashboard/${String(DashboardName)}`
      }
    ],
    run: (source, { DashboardName }) => {
      const body = source.dashboards().get(String(DashboardName))
      if (body === undefined)
        return failure(404, "ResourceNotFound", `Dashboard ${String(DashboardName)} does not exist`)
      return answer(200, { DashboardName, DashboardBody: body })
    }
  },
  GetMetricData: getMetricData
}

const service = (
  signingName: string,
  operations: Readonly<Record<string, ReadOperation>>,
  account: Account,
  source: ReadSource
): EmbeddedService => ({
  signingName,
  authorizations: (request) => operations[operationOf(request)]?.permissions(account, inputOf(request)) ?? [],
  handle: async (request) => {
    const operation = operations[operationOf(request)]
    const known = Object.keys(operations).join(", ")
    return operation === undefined
      ? failure(
          400,
          "UnknownOperationException",
          `The embedded AWS answers ${known} here; metrics and the rest are shown by \`npm start\`.`
        )
      : operation.run(source, inputOf(request))
  },
  error: (_request, status, code, message) => failure(status, code, message)
})

/** CloudWatch's own API. */
export const monitoringApi = (account: Account, source: ReadSource): EmbeddedService =>
  service("monitoring", monitoringOperations, account, source)

/** The API of CloudWatch Logs. */
export const logsApi = (account: Account, source: ReadSource): EmbeddedService =>
  service("logs", logsOperations(), account, source)
