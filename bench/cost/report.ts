/** What the counting says: tables for people, rows for programs. */
import { type Column, markdownTable } from "../page/table.ts"
import { type Price, priceList, pricesAsOf } from "../prices.ts"
import { assumedSeconds } from "./bill.ts"
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
}

const million = 1_000_000

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
      )
    }
  })

const dollars = (value: number | undefined): string => `$${(value ?? 0).toFixed(2)}`

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
    `Calls by service and action, ${first?.build ?? ""}:`,
    actionTable(ofOurs),
    `List prices of ${pricesAsOf}, US East (N. Virginia), no free tier:`,
    priceTable()
  ]
    .map((part) => part.trimEnd())
    .join("\n\n")
}
