import { expect, test } from "vitest"
import { billOf, traceDollars } from "../../bench/cost/bill.ts"
import { metricsOf } from "../../bench/cost/customMetrics.ts"
import { type Part, PartMeter } from "../../bench/cost/PartMeter.ts"
import { rowsOf, tables } from "../../bench/cost/report.ts"
import type { Counted } from "../../bench/cost/run.ts"
import { happyPath, ordersOf, scenarios, troubled } from "../../bench/cost/scenarios.ts"
import { priceList } from "../../bench/prices.ts"
import { CallCounter } from "../../bench/system/CallCounter.ts"
import { embeddedMetricLines } from "../../handlers/observability/embeddedMetrics.ts"
import type { EmbeddedService, ServiceRequest } from "../../local/EmbeddedService.ts"

const service = (signingName: string): EmbeddedService => ({
  signingName,
  authorizations: () => [],
  handle: () => Promise.reject(new Error("It is only counted.")),
  error: () => ({ status: 500, body: "" })
})

const request = (body: unknown, headers: ServiceRequest["headers"] = {}, method = "POST"): ServiceRequest => ({
  principal: { kind: "service", service: "test" },
  method,
  url: new URL("http://127.0.0.1/"),
  headers,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  signal: new AbortController().signal
})

const dynamoDb = (counter: CallCounter, operation: string, body: unknown) =>
  counter.request(service("dynamodb"), request(body, { "x-amz-target": `DynamoDB_20120810.${operation}` }))

const item = (status: string, why = "", more: Readonly<Record<string, unknown>> = {}) => ({
  TableName: "failures",
  Item: {
    lineageId: { S: "l" },
    class: { S: "Timeout" },
    status: { S: status },
    correlationId: { S: "O-1" },
    lastFailureAt: { S: "2026-01-01T00:00:00.000Z" },
    why: { S: why },
    ...more
  }
})

const writeUnits = (counter: CallCounter): number =>
  Math.round(counter.dollars.dynamodb / priceList.dynamoDbWriteUnit.dollars)

test("calls are counted by service and action, and since a moment", () => {
  const counter = new CallCounter()
  counter.request(service("sqs"), request({}, { "x-amz-target": "AmazonSQS.SendMessageBatch" }))
  counter.request(service("sns"), request("Action=Publish&TopicArn=t"))
  const before = counter.calls
  counter.request(service("s3"), request("", {}, "PUT"))
  dynamoDb(counter, "GetItem", { TableName: "failures", Key: { lineageId: { S: "l" } } })
  expect([...counter.calls.keys()]).toEqual(["dynamodb:GetItem", "s3:PutObject", "sns:Publish", "sqs:SendMessageBatch"])
  expect([...counter.since(before).keys()]).toEqual(["dynamodb:GetItem", "s3:PutObject"])
  expect(counter.total).toBe(4)
  expect(counter.dollars.s3).toBe(priceList.s3Put.dollars)
})

test("an item of the ledger is written in its table, and in the indexes whose attributes change, once more where a key moves", () => {
  const counter = new CallCounter()
  dynamoDb(counter, "PutItem", item("healing"))
  expect(writeUnits(counter)).toBe(4)
  // What no index holds.
  dynamoDb(counter, "PutItem", item("healing", "", { revision: { N: "2" }, history: { L: [{ S: "sent" }] } }))
  expect(writeUnits(counter)).toBe(5)
  // What two of them hold.
  dynamoDb(counter, "PutItem", item("healing", "sent"))
  expect(writeUnits(counter)).toBe(8)
  // What all of them hold, and one is sorted by.
  dynamoDb(counter, "UpdateItem", {
    TableName: "failures",
    Key: { lineageId: { S: "l" } },
    ExpressionAttributeValues: { ":recovered": { S: "recovered" } }
  })
  expect(writeUnits(counter)).toBe(13)
  dynamoDb(counter, "PutItem", { TableName: "orders", Item: { orderId: { S: "O" }, note: { S: "x".repeat(1100) } } })
  expect(writeUnits(counter)).toBe(15)
})

test("items that are read together are billed one by one", () => {
  const counter = new CallCounter()
  dynamoDb(counter, "PutItem", {
    TableName: "failures",
    Item: { lineageId: { S: "long" }, note: { S: "x".repeat(5000) } }
  })
  const written = counter.dollars.dynamodb
  const Keys = ["long", "never"].map((id) => ({ lineageId: { S: id } }))
  dynamoDb(counter, "BatchGetItem", { RequestItems: { failures: { Keys, ConsistentRead: true } } })
  expect(Math.round((counter.dollars.dynamodb - written) / priceList.dynamoDbReadUnit.dollars)).toBe(3)
})

test("one order in a hundred is in trouble, and none on the happy path", () => {
  for (const scenario of scenarios) {
    const inTrouble = ordersOf(scenario, 300).filter(({ itemName }) => itemName === troubled)
    expect(inTrouble).toHaveLength(scenario === happyPath ? 0 : 3)
  }
})

const part = (invocations: number, messages: number): Part => ({
  invocations,
  messages,
  logBytes: 0,
  calls: {},
  dollarsByCall: {}
})

const counted = (scenario: string, totalCalls: number, inTrouble: number): Counted => ({
  build: "ours",
  scenario,
  orders: 100,
  stored: 100,
  troubled: inTrouble,
  deadLetters: 0,
  calls: { "sns:Publish": totalCalls },
  totalCalls,
  parts: { place: part(100, 100), consume: part(10, 100), heal: part(0, 0) },
  logBytes: 0,
  customMetrics: 3,
  dollars: billOf({
    counter: new CallCounter(),
    apiRequests: 100,
    functions: [part(100, 100), part(10, 100)]
  })
})

test("what a function calls while it is at work is its own", async () => {
  const counter = new CallCounter()
  const meter = new PartMeter(counter)
  await meter.during("place", async () => {
    meter.invoked(1)
    counter.count("sns:Publish")
  })
  await meter.during("consume", async () => {
    meter.invoked(10)
    meter.logged(7)
    counter.count("sqs:ReceiveMessage", 2)
  })
  expect(meter.parts).toMatchObject({
    place: { invocations: 1, messages: 1, logBytes: 0, calls: { "sns:Publish": 1 } },
    consume: {
      invocations: 1,
      messages: 10,
      logBytes: 7,
      calls: { "sqs:ReceiveMessage": 2 },
      dollarsByCall: { "sqs:ReceiveMessage": 2 * priceList.sqsRequest.dollars }
    },
    heal: { invocations: 0, calls: {} }
  })
})

test("a custom metric is a name and its dimensions, in each set of them", () => {
  const lines = embeddedMetricLines("orders", 0, [
    { name: "MessagesFailed", value: 1, class: "Timeout" },
    { name: "MessagesProcessed", value: 9 }
  ])
  expect(lines.flatMap(metricsOf).map((metric) => JSON.parse(metric))).toEqual([
    ["ResilientQueue", "MessagesFailed", ["Queue", "orders"]],
    ["ResilientQueue", "MessagesFailed", ["Queue", "orders"], ["Class", "TIMEOUT"]],
    ["ResilientQueue", "MessagesProcessed", ["Queue", "orders"]]
  ])
  expect(metricsOf('{"message":"order accepted"}')).toEqual([])
})

test("of a function's invocations the first of each second is traced, and a twentieth of the others", () => {
  const traces = (invocations: number, seconds: number) =>
    Math.round((traceDollars(invocations, seconds) / priceList.trace.dollars) * 100) / 100
  expect(traces(10, 100)).toBe(10)
  expect(traces(1000, 100)).toBe(145)
  expect(traces(0, 100)).toBe(0)
})

test("what an order in trouble needs is what its scenario needs beyond the happy path", () => {
  const rows = rowsOf([counted(happyPath.name, 300, 0), counted("trouble", 310, 2)])
  expect(rows).toMatchObject([
    { name: `ours: ${happyPath.name}`, callsPerOrder: 3, callsPerTroubled: 0 },
    { name: "ours: trouble", callsPerOrder: 3.1, callsPerTroubled: 5 }
  ])
  for (const { dollarsPerMillionOrders, tracesPerMillionOrders } of rows) {
    const { total, ...services } = dollarsPerMillionOrders
    expect(Object.values(services).reduce((sum, each) => sum + each, 0)).toBeCloseTo(total ?? Number.NaN, 9)
    expect(dollarsPerMillionOrders["api"]).toBeCloseTo(1, 9)
    // At ten a second: of a hundred in ten seconds, ten and a twentieth of the others; of ten, all of them.
    expect(tracesPerMillionOrders["10"]).toBeCloseTo(((14.5 + 10) / 100) * 5, 9)
    expect(tracesPerMillionOrders["1"]).toBeCloseTo(((100 + 10) / 100) * 5, 9)
  }
  expect(tables(rows, 100)).toContain("| trouble")
})
