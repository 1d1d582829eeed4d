import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { layOut } from "../../../local/console/topology/layOut.ts"
import { readTopology } from "../../../local/console/topology/readTopology.ts"
import type { Topology, TopologyEdge, TopologyNode } from "../../../local/console/topology/Topology.ts"
import type { RegisteredResource } from "../../../local/pulumi/ResourceMonitor.ts"

const resource = (type: string, name: string, state: Readonly<Record<string, unknown>>): RegisteredResource => ({
  urn: `urn:pulumi:local::shop::${type}::${name}`,
  type,
  name,
  id: `${name}-id`,
  parent: undefined,
  inputs: {},
  state
})

const arn = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:123456789012:${name}`

const queue = (name: string, redrivePolicy?: unknown) =>
  resource("aws:sqs/queue:Queue", name, {
    name,
    arn: arn("sqs", name),
    url: `http://127.0.0.1:1/123456789012/${name}`,
    ...(redrivePolicy === undefined ? {} : { redrivePolicy: JSON.stringify(redrivePolicy) })
  })

const lambda = (name: string, variables: Readonly<Record<string, string>>) =>
  resource("aws:lambda/function:Function", name, {
    name,
    arn: arn("lambda", `function:${name}`),
    environment: { variables }
  })

const poll = (source: string, name: string) =>
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", `${name}-source`, {
    eventSourceArn: arn("sqs", source),
    functionArn: arn("lambda", `function:${name}`),
    batchSize: 10
  })

const stack: ReadonlyArray<RegisteredResource> = [
  resource("aws:apigatewayv2/api:Api", "shop-api", { name: "shop-api", apiEndpoint: "https://api.example.com" }),
  resource("aws:apigatewayv2/integration:Integration", "shop-place", {
    integrationUri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn("lambda", "function:shop-place")}/invocations`
  }),
  resource("aws:apigatewayv2/route:Route", "shop-route", {
    apiId: "shop-api-id",
    routeKey: "POST /orders",
    target: "integrations/shop-place-id"
  }),
  lambda("shop-place", { TOPIC: arn("sns", "shop-topic"), LOG_LEVEL: "INFO" }),
  resource("aws:sns/topic:Topic", "shop-topic", { name: "shop-topic", arn: arn("sns", "shop-topic") }),
  resource("aws:sns/topicSubscription:TopicSubscription", "shop-subscription", {
    topic: arn("sns", "shop-topic"),
    endpoint: arn("sqs", "shop-queue"),
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "shop-dlq") })
  }),
  queue("shop-queue", { deadLetterTargetArn: arn("sqs", "shop-dlq"), maxReceiveCount: 3 }),
  queue("shop-dlq"),
  poll("shop-queue", "shop-consumer"),
  lambda("shop-consumer", {
    MAIN_QUEUE_URL: "http://127.0.0.1:1/123456789012/shop-queue",
    DLQ_URL: "http://127.0.0.1:1/123456789012/shop-dlq",
    TABLE: "shop-table",
    PAYMENT_URL: "https://pay.example.com/v1"
  }),
  resource("aws:dynamodb/table:Table", "shop-table", { name: "shop-table", arn: arn("dynamodb", "table/shop-table") }),
  poll("shop-dlq", "shop-healer"),
  lambda("shop-healer", { MAIN_QUEUE_URL: "http://127.0.0.1:1/123456789012/shop-queue", BUCKET: "shop-archive" }),
  resource("aws:s3/bucket:Bucket", "shop-archive", { bucket: "shop-archive", arn: "arn:aws:s3:::shop-archive" }),
  resource("aws:iam/role:Role", "shop-role", { name: "shop-role" }),
  resource("aws:cloudfront/distribution:Distribution", "shop-page", {
    arn: "arn:aws:cloudfront::123456789012:distribution/E1",
    origins: [
      { originId: "files", domainName: "shop-files.s3.eu-west-1.amazonaws.com" },
      { originId: "api", domainName: "api.example.com" },
      { originId: "another", domainName: "elsewhere.example.com" }
    ]
  }),
  resource("aws:s3/bucket:Bucket", "shop-files", {
    bucket: "shop-files",
    arn: "arn:aws:s3:::shop-files",
    bucketRegionalDomainName: "shop-files.s3.eu-west-1.amazonaws.com"
  }),
  resource("aws:sns/topic:Topic", "shop-alerts", { name: "shop-alerts", arn: arn("sns", "shop-alerts") }),
  resource("aws:sns/topicSubscription:TopicSubscription", "shop-notified", {
    topic: arn("sns", "shop-alerts"),
    endpoint: arn("lambda", "function:shop-notifier"),
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "shop-undelivered") })
  }),
  lambda("shop-notifier", {}),
  queue("shop-undelivered"),
  lambda("shop-widget", { TABLE: "shop-table", REPLAY_FUNCTION_ARN: arn("lambda", "function:shop-replay") }),
  lambda("shop-replay", { MAIN_QUEUE_URL: "http://127.0.0.1:1/123456789012/shop-queue", BUCKET: "shop-archive" }),
  lambda("shop-nightly", { TABLE: "shop-table" }),
  resource("aws:cloudwatch/dashboard:Dashboard", "shop-dashboard", {
    dashboardBody: JSON.stringify({
      widgets: [
        { type: "text", properties: { markdown: "hello" } },
        { type: "custom", properties: { endpoint: arn("lambda", "function:shop-widget") } },
        // What messages pass stays, whoever else invokes it.
        { type: "custom", properties: { endpoint: arn("lambda", "function:shop-notifier") } }
      ]
    })
  })
]

describe("the topology of a stack", () => {
  const topology = readTopology(stack)
  const edges = topology.edges.map(({ from, to, kind }) => `${from.split(":")[1]} ${kind} ${to.split(":")[1]}`)

  it("has what messages pass, by the names that tell them apart, and nothing else", () => {
    expect(topology.nodes.map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
      "api api",
      "bucket archive",
      "bucket files",
      "distribution page",
      "external payment",
      "function consumer",
      "function healer",
      "function nightly",
      "function notifier",
      "function place",
      "queue dlq",
      "queue queue",
      "queue undelivered",
      "table table",
      "topic alerts",
      "topic topic"
    ])
  })

  it("is connected as the resources' own properties say", () => {
    expect(edges.sort()).toEqual([
      "shop-alerts redrive shop-undelivered",
      "shop-alerts subscription shop-notifier",
      "shop-api route shop-place",
      "shop-consumer uses payment",
      "shop-consumer uses shop-dlq",
      "shop-consumer uses shop-table",
      "shop-dlq poll shop-healer",
      "shop-healer uses shop-archive",
      "shop-healer uses shop-queue",
      "shop-nightly uses shop-table",
      "shop-page origin shop-api",
      "shop-page origin shop-files",
      "shop-place uses shop-topic",
      "shop-queue poll shop-consumer",
      "shop-queue redrive shop-dlq",
      "shop-topic redrive shop-dlq",
      "shop-topic subscription shop-queue"
    ])
  })

  it("names on an edge what distinguishes it", () => {
    const labels = Object.fromEntries(topology.edges.map(({ id, label }) => [id, label]))
    expect(labels["api:shop-api>function:shop-place:route"]).toBe("POST /orders")
    expect(labels["queue:shop-queue>queue:shop-dlq:redrive"]).toBe("after 3 receives")
  })

  it("leaves out the functions that only a viewer of a dashboard invokes, and what they call", () => {
    const ids = topology.nodes.map(({ id }) => id)
    expect(ids).not.toContain("function:shop-widget")
    expect(ids).not.toContain("function:shop-replay")
    expect(topology.edges.filter(({ from }) => !ids.includes(from))).toEqual([])
  })

  it("is laid out as a loop: on top to the right, and below, from the dead-letter queue on, back to the left", () => {
    const { wide } = layOut(topology)
    const column = (id: string) => wide.get(id)?.column ?? Number.NaN
    const row = (id: string) => wide.get(id)?.row ?? Number.NaN
    const way = [
      "distribution:shop-page",
      "api:shop-api",
      "function:shop-place",
      "topic:shop-topic",
      "queue:shop-queue",
      "function:shop-consumer"
    ]
    expect(way.map(column)).toEqual([0, 1, 2, 3, 4, 5])
    expect(way.map(row)).toEqual([0, 0, 0, 0, 0, 0])
    expect(column("queue:shop-dlq")).toBe(5)
    expect(column("function:shop-healer")).toBe(4)
    expect(row("queue:shop-dlq")).toBeGreaterThan(0)
  })
})

const kinds = ["function", "queue", "topic", "table"] as const
const edgeKinds = ["poll", "redrive", "uses", "subscription"] as const

const anyTopology: fc.Arbitrary<Topology> = fc
  .array(fc.constantFrom(...kinds), { minLength: 0, maxLength: 14 })
  .chain((of) => {
    const nodes = of.map(
      (kind, index): TopologyNode => ({
        id: `${kind}:n${index}`,
        kind,
        label: `n${index}`,
        name: `n${index}`,
        physicalName: `n${index}`,
        type: kind,
        arn: undefined
      })
    )
    const index = fc.nat(Math.max(0, nodes.length - 1))
    const edge = fc.tuple(index, index, fc.constantFrom(...edgeKinds)).map(([one, other, kind]): TopologyEdge => {
      const from = nodes[one]?.id ?? ""
      const to = nodes[other]?.id ?? ""
      return { id: `${from}>${to}:${kind}`, from, to, kind, label: undefined }
    })
    const edges = nodes.length === 0 ? fc.constant([]) : fc.array(edge, { maxLength: 30 })
    return edges.map((found) => ({ nodes, edges: found.filter(({ from, to }) => from !== to) }))
  })

describe("any topology, cycles included,", () => {
  it("is laid out with every node in a cell of its own, wide and narrow", () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        for (const layout of Object.values(layOut(topology))) {
          const cells = [...layout.values()]
          expect(layout.size).toBe(topology.nodes.length)
          expect(new Set(cells.map(({ column, row }) => `${column} ${row}`)).size).toBe(cells.length)
          expect(cells.every(({ column, row }) => column >= 0 && row >= 0)).toBe(true)
        }
      })
    )
  })

  it("is two nodes wide at most on a narrow screen", () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        for (const { column } of layOut(topology).narrow.values()) expect(column).toBeLessThan(2)
      })
    )
  })
})
