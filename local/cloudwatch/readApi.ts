/**
 * The part of CloudWatch's and CloudWatch Logs' APIs that people read with: `FilterLogEvents`, `DescribeAlarms`,
 * `GetDashboard`, over the JSON protocol. Every other operation is answered with `UnknownOperationException`.
 */
import { type Account, arnOf } from "../Account.ts"
import type { EmbeddedService, RequiredPermission, ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import { alarmArn } from "./alarmNotification.ts"
import type { CloudWatch } from "./CloudWatch.ts"

type Source = Pick<CloudWatch, "logs" | "alarms" | "dashboards">

const answer = (status: number, body: object, code?: string): ServiceResponse => ({
  status,
  headers: {
    "Content-Type": "application/x-amz-json-1.0",
    ...(code === undefined ? {} : { "x-amzn-ErrorType": code })
  },
  body: JSON.stringify(code === undefined ? body : { __type: code, ...body })
})

const failure = (status: number, code: string, message: string): ServiceResponse => answer(status, { message }, code)

const operationOf = ({ headers }: ServiceRequest): string => String(headers["x-amz-target"] ?? "").split(".")[1] ?? ""

const inputOf = ({ body }: ServiceRequest): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(body.toString("utf8")))
  } catch {
    return {}
  }
}

const texts = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : [])

interface Operation {
  readonly permissions: (
    account: Account,
    input: Readonly<Record<string, unknown>>
  ) => ReadonlyArray<RequiredPermission>
  readonly run: (source: Source, input: Readonly<Record<string, unknown>>) => ServiceResponse
}

const logsOperations: Readonly<Record<string, Operation>> = {
  FilterLogEvents: {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    permissions: (account, { logGroupName }) => [
      {
        action: "logs:FilterLogEvents",
        resource: arnOf(account, "logs", `log-group:${String(logGroupName)}:log-stream:`)
      }
    ],
    run: (source, { logGroupName, filterPattern }) => {
      const pattern = String(filterPattern ?? "").replace(/^"(.*)"$/, "$1")
      const events = source
        .logs(String(logGroupName))
        .filter(({ message }) => message.includes(pattern))
        .map(({ logStream, at, message }) => ({ logStreamName: logStream, timestamp: at, message }))
      return answer(200, { events, searchedLogStreams: [] })
    }
  }
}

const monitoringOperations: Readonly<Record<string, Operation>> = {
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
  }
}

const service = (
  signingName: string,
  operations: Readonly<Record<string, Operation>>,
  account: Account,
  source: Source
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
export const monitoringApi = (account: Account, source: Source): EmbeddedService =>
  service("monitoring", monitoringOperations, account, source)

/** The API of CloudWatch Logs. */
export const logsApi = (account: Account, source: Source): EmbeddedService =>
  service("logs", logsOperations, account, source)
