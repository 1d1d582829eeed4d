/** What the counting says: tables for people, rows for programs. */
import { type Column, markdownTable } from "../page/table.ts"
import { customMetricMonth, type Price, priceList, pricesAsOf } from "../prices.ts"
import { assumedSeconds, functionDollars, traceDollars } from "./bill.ts"
import { functionNames } from "./PartMeter.ts"
import { type Counted, ordersPerSecond } from "./run.ts"
import { happyPath } from "./scenarios.ts"

/** A row: what a build needs in a scenario. */
export interface CostRow {
  readonly name: string
  readonly build: string
  readonly scenario: string
  /** Share of the orders that were stored in the end. */
  readonly storedShare: number
  /** Calls of AWS an order, those of the event sources included. */
  readonly callsPerOrder: number
  /** What each order with trouble needs beyond a happy one; 0 on the happy path. */
  readonly callsPerTroubled: number
  /** Calls an order by service and action. */
  readonly calls: Readonly<Record<string, number>>
  /** By service, and together. */
  readonly dollarsPerMillionOrders: Readonly<Record<string, number>>
  /** What X-Ray would ask for besides, were the functions traced, by orders a second. */
  readonly tracesPerMillionOrders: Readonly<Record<string, number>>
  /** By function and call, e.g. `place dynamodb:PutItem`: calls an order, and dollars a million orders. */
  readonly byCall: Readonly<Record<string, { readonly calls: number; readonly dollars: number }>>
  /** Distinct custom metrics, which cost by the month. */
  readonly customMetrics: number
}

const million = 1_000_000

/** What each function does of a run, call by call, what Lambda and CloudWatch ask for it included. */
const byCallOf = ({ parts, orders }: Counted): CostRow["byCall"] =>
  Object.fromEntries(
    functionNames.flatMap((name) => {
      const part = parts[name]
      const { lambda, logs } = functionDollars(part)
      const each = (what: string, calls: number, price: number) => [
        `${name} ${what}`,
        { calls: calls / orders, dollars: (price / orders) * million }
      ]
      if (part.invocations === 0) return []
      return [
        ...(name === "place" ? [each("API request", part.messages, part.messages * priceList.apiRequest.dollars)] : []),
        each("Lambda", part.invocations, lambda),
        ...Object.entries(part.calls).map(([call, calls]) => each(call, calls, part.dollarsByCall[call] ?? 0)),
        each("logs", part.logBytes, logs)
      ]
    })
  )

/** At how many orders a second traces are priced: X-Ray takes the first of each second, so they get cheaper with traffic. */
const tracedRates = [1, 10, 100, 1000] as const

/** What the traces of all functions cost at a rate. */
const tracesOf = ({ parts, orders }: Counted, rate: number): number =>
  functionNames.reduce((sum, name) => sum + traceDollars(parts[name].invocations, orders / rate), 0)

/** The rows of several runs; each build has to have run the happy path. */
export const rowsOf = (runs: ReadonlyArray<Counted>): ReadonlyArray<CostRow> =>
  runs.map((run) => {
    const happy = runs.find(({ build, scenario }) => build === run.build && scenario === happyPath.name)
    const happyCalls = ((happy?.totalCalls ?? 0) / (happy?.orders ?? 1)) * run.orders
    return {
      name: `${run.build}: ${run.scenario}`,
      build: run.build,
      scenario: run.scenario,
      storedShare: run.stored / run.orders,
      callsPerOrder: run.totalCalls / run.orders,
      callsPerTroubled: run.troubled === 0 ? 0 : (run.totalCalls - happyCalls) / run.troubled,
      calls: Object.fromEntries(Object.entries(run.calls).map(([name, calls]) => [name, calls / run.orders])),
      dollarsPerMillionOrders: Object.fromEntries(
        Object.entries(run.dollars).map(([service, dollars]) => [service, (dollars / run.orders) * million])
      ),
      tracesPerMillionOrders: Object.fromEntries(
        tracedRates.map((rate) => [rate, (tracesOf(run, rate) / run.orders) * million])
      ),
      byCall: byCallOf(run),
      customMetrics: run.customMetrics
    }
  })

/** Sums of many small numbers end a little below or above what they are. */
const dollars = (value: number | undefined): string => `$${Number((value ?? 0).toPrecision(9)).toFixed(2)}`

const columns: ReadonlyArray<Column<CostRow>> = [
  { title: "scenario", of: ({ scenario }) => scenario },
  { title: "build", of: ({ build }) => build },
  { title: "stored", of: ({ storedShare }) => `${(storedShare * 100).toFixed(1)} %` },
  { title: "calls an order", of: ({ callsPerOrder }) => callsPerOrder.toFixed(2) },
  {
    title: "calls more, an order in trouble",
    of: ({ callsPerTroubled }) => (callsPerTroubled === 0 ? "" : callsPerTroubled.toFixed(1))
  },
  ...(["api", "sns", "sqs", "dynamodb", "s3", "lambda", "logs"] as const).map((service) => ({
    title: service,
    of: ({ dollarsPerMillionOrders }: CostRow) => dollars(dollarsPerMillionOrders[service])
  })),
  { title: "a million orders", of: ({ dollarsPerMillionOrders }) => dollars(dollarsPerMillionOrders["total"]) }
]

/** What a call of the happy path is for. */
const purposes: Readonly<Record<string, string>> = {
  "place API request": "the request",
  "place Lambda": "checks the order",
  "place sns:Publish": "hands it over, before the 202",
  "place dynamodb:PutItem":
    "what its id or key stands for: other content is refused, `GET /orders/{orderId}` knows of it at once",
  "place logs": "Lambda's own lines, and one an order",
  "consume sqs:ReceiveMessage": "a batch",
  "consume sqs:DeleteMessageBatch": "a batch",
  "consume Lambda": "stores the orders",
  "consume dynamodb:GetItem": "the circuit breakers, once in two seconds",
  "consume dynamodb:PutItem": "the order, once",
  "consume logs": "Lambda's own lines, ids of what was processed, metrics"
}

/** Calls and dollars of the happy path by function and call: ours beside the other one's. */
const callTable = (rows: ReadonlyArray<CostRow>): string => {
  const [ours, theirs] = rows.filter(({ scenario }) => scenario === happyPath.name)
  const names = [...new Set([...Object.keys(ours?.byCall ?? {}), ...Object.keys(theirs?.byCall ?? {})])]
  const figures = (row: CostRow | undefined): ReadonlyArray<Column<string>> => [
    {
      title: `${row?.build.split(",")[0]}, a thousand orders`,
      of: (name) => {
        const { calls } = row?.byCall[name] ?? { calls: 0 }
        if (calls === 0) return ""
        return name.endsWith(" logs") ? `${calls.toFixed(0)} KB` : (calls * 1000).toFixed(0)
      }
    },
    { title: "a million", of: (name) => (row?.byCall[name] === undefined ? "" : dollars(row.byCall[name].dollars)) }
  ]
  return markdownTable<string>(
    [
      { title: "happy path, batches of 10", of: (name) => name },
      ...figures(ours),
      ...figures(theirs),
      { title: "what for", of: (name) => purposes[name] ?? "" }
    ],
    names.sort((one, other) => order(one) - order(other))
  )
}

/** A function after the other, as an order passes them. */
const order = (name: string): number => functionNames.findIndex((each) => name.startsWith(each))

interface ActionRow {
  readonly action: string
  readonly calls: ReadonlyArray<number>
}

/** Calls a thousand orders by service and action, a column a scenario, of one build. */
const actionTable = (rows: ReadonlyArray<CostRow>): string => {
  const actions = [...new Set(rows.flatMap(({ calls }) => Object.keys(calls)))].sort()
  return markdownTable<ActionRow>(
    [
      { title: "calls a thousand orders", of: ({ action }) => action },
      ...rows.map(({ scenario }, index) => ({
        title: scenario,
        of: ({ calls }: ActionRow) => ((calls[index] ?? 0) * 1000).toFixed(0)
      }))
    ],
    actions.map((action) => ({ action, calls: rows.map(({ calls }) => calls[action] ?? 0) }))
  )
}

/** The happy path of a build, traced and not, by the rate of orders. */
const traceTable = (rows: ReadonlyArray<CostRow>): string =>
  markdownTable<CostRow>(
    [
      { title: "happy path, a million orders", of: ({ build }) => build },
      { title: "`PassThrough`", of: ({ dollarsPerMillionOrders }) => dollars(dollarsPerMillionOrders["total"]) },
      ...tracedRates.map((rate) => ({
        title: `\`Active\`, ${rate} a second`,
        of: ({ dollarsPerMillionOrders, tracesPerMillionOrders }: CostRow) =>
          dollars((dollarsPerMillionOrders["total"] ?? 0) + (tracesPerMillionOrders[rate] ?? 0))
      }))
    ],
    rows.filter(({ scenario }) => scenario === happyPath.name)
  )

const priceTable = (): string =>
  markdownTable<readonly [string, Price]>(
    [
      { title: "price", of: ([name, { page }]) => `[${name}](${page})` },
      { title: "a million", of: ([, { dollars: price }]) => `$${Number((price * million).toPrecision(6))}` },
      { title: "of what", of: ([, { unit }]) => unit }
    ],
    Object.entries(priceList)
  )

/** The tables, under what was run. */
export const tables = (rows: ReadonlyArray<CostRow>, orders: number): string => {
  const [first] = rows
  const ofOurs = rows.filter(({ build }) => build === first?.build)
  return [
    `${orders} orders a run, ${ordersPerSecond} a second; one in a hundred is in trouble. Lambda at 512 MiB, ${assumedSeconds.invocation * 1000} ms an invocation and ${assumedSeconds.message * 1000} ms a message, whoever is compared.`,
    markdownTable(columns, [...Map.groupBy(rows, ({ scenario }) => scenario).values()].flat()),
    "An order on the happy path, call by call:",
    callTable(rows),
    "With X-Ray, where `tracing` is `Active`, by how many orders there are a second; batches as full as above:",
    traceTable(rows),
    `Calls by service and action, ${first?.build ?? ""}:`,
    actionTable(ofOurs),
    `[Custom metrics](${customMetricMonth.page}) of ours, which cost ${dollars(customMetricMonth.dollars)} a month each if they have values in all of its hours: ${ofOurs.map(({ scenario, customMetrics }) => `${customMetrics} (${scenario})`).join(", ")}.`,
    `List prices of ${pricesAsOf}, US East (N. Virginia), no free tier:`,
    priceTable()
  ]
    .map((part) => part.trimEnd())
    .join("\n\n")
}
