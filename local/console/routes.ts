/** What the page can ask of the console's server. Each request is checked against a schema before anything is done. */
import { Result, Schema } from "effect"
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import type { System } from "../withSystem.ts"
import { callWidget } from "./customWidget.ts"
import type { Dashboards } from "./dashboard/dashboards.ts"
import { follow } from "./follow.ts"
import { type GatewaySwitch, gatewayModes } from "./gatewayModes.ts"
import type { Operations } from "./operations.ts"
import type { OrderDesk } from "./orders.ts"
import type { StackDescription } from "./protocol.ts"
import type { Replays } from "./replays.ts"
import type { Layouts } from "./topology/layOut.ts"
import type { Topology } from "./topology/Topology.ts"
import type { Watch } from "./watch.ts"

/** An answer as JSON. */
export interface Answer {
  /** @default 200 */
  readonly status?: number
  readonly body: unknown
}

/** Answers a request's JSON, or its query. */
export type Route = (given: unknown) => Promise<Answer>

/** What the routes work with. */
export interface RoutesOptions {
  readonly system: System
  readonly topology: Topology
  readonly layouts: Layouts
  readonly operations: Operations
  readonly gateway: GatewaySwitch
  readonly desk: OrderDesk
  readonly watch: Watch
  readonly replays: Replays
  readonly dashboards: Dashboards
}

/** The newest messages of a group that are listed. */
const listedMessages = 100

const Text = Schema.String.check(Schema.isMaxLength(1024))
const Numeric = Schema.FiniteFromString

const checked =
  <S extends Schema.ConstraintDecoder<unknown>>(schema: S, answer: (given: S["Type"]) => Promise<Answer>): Route =>
  async (given) => {
    const decoded = Schema.decodeUnknownResult(schema)(given)
    return Result.isSuccess(decoded)
      ? answer(decoded.success)
      : { status: 400, body: { error: `The request is not as expected: ${decoded.failure.message}` } }
  }

const nowhere = { column: 0, row: 0 }

const missing = (what: string): Answer => ({ status: 404, body: { error: `There is no ${what}.` } })

const describe = ({ system, topology, layouts, desk, dashboards }: RoutesOptions): StackDescription => {
  const { aws, outputs, resources } = system
  // Another program than the order system has nothing to order from, and no payment gateway.
  const sellsOrders = typeof outputs["apiUrl"] === "string"
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(resources[0]?.urn ?? "") ?? []
  return {
    project,
    stack,
    region: aws.account.region,
    apiUrl: typeof outputs["apiUrl"] === "string" ? outputs["apiUrl"] : undefined,
    nodes: topology.nodes.map((node) => ({
      ...node,
      wide: layouts.wide.get(node.id) ?? nowhere,
      narrow: layouts.narrow.get(node.id) ?? nowhere
    })),
    edges: topology.edges,
    orders: sellsOrders ? desk.groups : [],
    gateway: sellsOrders ? Object.entries(gatewayModes).map(([mode, { title, does }]) => ({ mode, title, does })) : [],
    dashboards: dashboards.names()
  }
}

/** The routes, by method and path. */
export const routes = (options: RoutesOptions): ReadonlyMap<string, Route> => {
  const { system, operations, gateway, desk, watch, replays, dashboards } = options
  const { aws } = system

  const message = async (lineageId: string) => {
    const found = await operations.message(lineageId)
    if (found === undefined) return undefined
    const { item, archived, nextStep } = found
    const { failure } = item
    const log =
      failure?.logGroup === undefined || failure.requestId === undefined
        ? []
        : aws.cloudwatch.logs(failure.logGroup).filter((event) => event.message.includes(failure.requestId ?? "-"))
    return { item: { ...item, code: failureCode(item.class) }, nextStep, archived, log }
  }

  return new Map<string, Route>([
    ["GET /api/stack", async () => ({ body: describe(options) })],
    [
      "GET /api/dashboard",
      checked(Schema.Struct({ name: Text }), async ({ name }) => {
        const widgets = dashboards.widgets(name)
        return widgets === undefined ? missing(`dashboard "${name}"`) : { body: { widgets } }
      })
    ],
    [
      "GET /api/dashboard/data",
      checked(
        Schema.Struct({ name: Text, minutes: Numeric, period: Schema.optionalKey(Numeric) }),
        async ({ name, minutes, period }) => {
          const to = Date.now()
          const range = { from: to - Math.min(1440, Math.max(1, minutes)) * 60_000, to }
          const data = dashboards.data(name, {
            ...range,
            period: period === undefined || period <= 0 ? undefined : period
          })
          return data === undefined ? missing(`dashboard "${name}"`) : { body: { ...range, data } }
        }
      )
    ],
    [
      "POST /api/dashboard/widget",
      checked(
        Schema.Struct({
          dashboard: Text,
          index: Schema.Int,
          from: Schema.Finite,
          to: Schema.Finite,
          theme: Schema.Literals(["light", "dark"]),
          width: Schema.Finite,
          height: Schema.Finite,
          forms: Schema.Record(Schema.String, Schema.String),
          action: Schema.optionalKey(
            Schema.Struct({ endpoint: Text, parameters: Schema.Record(Schema.String, Schema.Unknown) })
          )
        }),
        async (call) => {
          const widget = dashboards.widgets(call.dashboard)?.[call.index]
          if (widget?.type !== "custom") return missing("such widget")
          const answer = await callWidget(aws.lambda, aws.account.accountId, widget, call)
          if (call.action !== undefined) watch.touch()
          return { body: answer }
        }
      )
    ],
    [
      "GET /api/messages",
      checked(Schema.Struct({ fingerprint: Text }), async ({ fingerprint }) => ({
        body: { failures: await operations.find({ status: "all", fingerprint }, listedMessages) }
      }))
    ],
    [
      "GET /api/message",
      checked(Schema.Struct({ lineageId: Text }), async ({ lineageId }) => {
        const found = await message(lineageId)
        if (found === undefined) return missing(`message "${lineageId}"`)
        const { archived, ...rest } = found
        // The body is personal data: it is fetched apart, when somebody wants to see it.
        const { body, attributes, ...kept } = archived ?? { body: undefined, attributes: {} }
        const withheld = { hasBody: body !== undefined, attributeNames: Object.keys(attributes) }
        return { body: { ...rest, archived: archived === undefined ? undefined : { ...kept, ...withheld } } }
      })
    ],
    [
      "GET /api/message/body",
      checked(Schema.Struct({ lineageId: Text }), async ({ lineageId }) => {
        const found = await operations.message(lineageId)
        return found?.archived === undefined
          ? missing(`archived body of the message "${lineageId}"`)
          : { body: { body: found.archived.body, redacted: found.archived.redacted ?? [] } }
      })
    ],
    [
      "GET /api/follow",
      checked(
        Schema.Struct({ orderId: Schema.optionalKey(Text), messageId: Schema.optionalKey(Text) }),
        async (order) => ({ body: await follow(operations, watch.failures(), order) })
      )
    ],
    [
      "POST /api/orders",
      checked(Schema.Struct({ kind: Text }), async ({ kind }) => {
        if (!desk.has(kind)) return missing(`order of the kind "${kind}"`)
        watch.touch()
        return { body: { sent: await desk.send(kind) } }
      })
    ],
    [
      "POST /api/gateway",
      checked(Schema.Struct({ mode: Text }), async ({ mode }) => {
        if (!gateway.turn(mode)) return missing(`mode "${mode}" of the payment gateway`)
        return { body: { mode } }
      })
    ],
    [
      "POST /api/replays",
      checked(
        Schema.Struct({
          what: Text,
          fingerprint: Schema.optionalKey(Text),
          lineageId: Schema.optionalKey(Text)
        }),
        async ({ what, fingerprint, lineageId }) => {
          if (fingerprint === undefined && lineageId === undefined)
            return { status: 400, body: { error: "A replay needs a fingerprint or a lineageId." } }
          const criteria =
            lineageId === undefined ? { fingerprint: fingerprint ?? "", status: "all" as const } : { lineageId }
          return { status: 202, body: { id: replays.begin(what, criteria) } }
        }
      )
    ]
  ])
}
