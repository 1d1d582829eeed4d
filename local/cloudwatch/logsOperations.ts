/**
 * What people read logs with: `FilterLogEvents`, and the queries of Logs Insights that a dashboard makes.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
import { randomUUID } from "node:crypto"
import { arnOf } from "../Account.ts"
import { type LogTable, runLogQuery } from "./logQuery.ts"
import { answer, failure, type ReadInput, type ReadOperation, texts } from "./readOperation.ts"

const groupsOf = ({ logGroupName, logGroupNames }: ReadInput): ReadonlyArray<string> =>
  logGroupName === undefined ? texts(logGroupNames) : [String(logGroupName)]

/** An action on every log group that a request names. */
const onGroups =
  (action: string): ReadOperation["permissions"] =>
  (account, input) =>
    groupsOf(input).map((name) => ({ action, resource: arnOf(account, "logs", `log-group:${name}:log-stream:`) }))

const within = (input: ReadInput, at: number): boolean =>
  at >= Number(input["startTime"] ?? 0) * 1000 && at <= Number(input["endTime"] ?? Number.POSITIVE_INFINITY) * 1000

/** The operations, with the queries that they remember. */
export const logsOperations = (): Readonly<Record<string, ReadOperation>> => {
  const queries = new Map<string, LogTable>()
  return {
    FilterLogEvents: {
      permissions: onGroups("logs:FilterLogEvents"),
      run: (source, { logGroupName, filterPattern }) => {
        const pattern = String(filterPattern ?? "").replace(/^"(.*)"$/, "$1")
        const events = source
          .logs(String(logGroupName))
          .filter(({ message }) => message.includes(pattern))
          .map(({ logStream, at, message }) => ({ logStreamName: logStream, timestamp: at, message }))
        return answer(200, { events, searchedLogStreams: [] })
      }
    },
    StartQuery: {
      permissions: onGroups("logs:StartQuery"),
      run: (source, input) => {
        const sources = groupsOf(input).map((name) => `SOURCE '${name}'`)
        const logs = (group: string) => source.logs(group).filter(({ at }) => within(input, at))
        const table = runLogQuery([...sources, String(input["queryString"])].join(" | "), logs)
        const [problem] = table.problems
        if (problem !== undefined) return failure(400, "MalformedQueryException", problem)
        const queryId = randomUUID()
        queries.set(queryId, table)
        return answer(200, { queryId })
      }
    },
    GetQueryResults: {
      // It knows no resource: whoever has the id of a query may read what it found.
      permissions: () => [{ action: "logs:GetQueryResults", resource: "*" }],
      run: (_source, { queryId }) => {
        const table = queries.get(String(queryId))
        if (table === undefined) return failure(400, "ResourceNotFoundException", `There is no query ${queryId}.`)
        const { columns, rows } = table
        const results = rows.map((row) => row.map((value, index) => ({ field: columns[index], value })))
        return answer(200, { status: "Complete", results })
      }
    }
  }
}
