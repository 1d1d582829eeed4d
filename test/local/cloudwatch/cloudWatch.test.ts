import { describe, expect, it } from "vitest"
import type { QueueDepth, SqsEvent } from "../../../local/sqs/SqsService.ts"
import { startCloudWatch as start } from "./startCloudWatch.ts"

describe("queues", () => {
  it("are sampled: depth, age and traffic", async () => {
    const { cloudwatch, clock } = start()
    const listeners: Array<(event: SqsEvent) => void> = []
    const queueArn = "arn:aws:sqs:eu-central-1:123456789012:orders"
    const depth: QueueDepth = { visible: 3, inFlight: 2, delayed: 1, oldestAgeSeconds: 40 }
    cloudwatch.watchQueues({
      queueArns: () => [queueArn],
      depth: () => depth,
      subscribe: (listener) => {
        listeners.push(listener)
        return () => undefined
      }
    })
    for (const kind of ["sent", "sent", "received", "deleted", "dead-lettered"] as const) {
      listeners[0]?.({ kind, queueArn, messageId: "1" })
    }
    clock.advance(1000)
    const values = Object.fromEntries(
      cloudwatch.metrics({ namespace: "AWS/SQS" }).map(({ name, value }) => [name, value])
    )
    expect(values).toEqual({
      ApproximateNumberOfMessagesVisible: 3,
      ApproximateNumberOfMessagesNotVisible: 2,
      ApproximateNumberOfMessagesDelayed: 1,
      ApproximateAgeOfOldestMessage: 40,
      NumberOfMessagesSent: 2,
      NumberOfMessagesReceived: 1,
      NumberOfMessagesDeleted: 1
    })
    expect(cloudwatch.metrics({ name: "NumberOfMessagesSent" })[0]?.dimensions).toEqual({ QueueName: "orders" })
  })
})

describe("logs", () => {
  it("are kept by group, told to listeners, and read for metrics", async () => {
    const { cloudwatch, create } = start()
    const { state } = await create("LogGroup", { name: "/aws/lambda/f", retentionInDays: 14 })
    expect(state["arn"]).toBe("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/f")
    const heard: Array<string> = []
    const stop = cloudwatch.onLog(({ message }) => heard.push(message))
    const metrics = {
      _aws: { CloudWatchMetrics: [{ Namespace: "N", Dimensions: [[]], Metrics: [{ Name: "A" }] }] },
      A: 4
    }
    const put = (message: string) => cloudwatch.putLog({ logGroup: "/aws/lambda/f", logStream: "s", at: 1, message })
    put("one")
    put(JSON.stringify(metrics))
    stop()
    put("three")
    expect(cloudwatch.logs("/aws/lambda/f").map(({ message }) => message)).toEqual([
      "one",
      JSON.stringify(metrics),
      "three"
    ])
    expect(heard).toHaveLength(2)
    expect(cloudwatch.metrics({ name: "A" })).toEqual([{ namespace: "N", name: "A", dimensions: {}, value: 4, at: 1 }])
  })

  it("groups are refused twice, and with a retention that CloudWatch does not know", async () => {
    const { create } = start()
    await create("LogGroup", { name: "g" })
    await expect(create("LogGroup", { name: "g" })).rejects.toThrow("ResourceAlreadyExistsException")
    await expect(create("LogGroup", { name: "h", retentionInDays: 15 })).rejects.toThrow(/"retentionInDays"/)
  })
})

describe("dashboards", () => {
  const widget = {
    type: "metric",
    x: 0,
    y: 0,
    width: 12,
    height: 6,
    properties: { region: "eu-central-1", metrics: [["N", "A"]] }
  }
  const body = (widgets: ReadonlyArray<unknown>) => ({ dashboardName: "d", dashboardBody: JSON.stringify({ widgets }) })

  it("are kept when their body is one", async () => {
    const { create, cloudwatch } = start()
    const { state } = await create("Dashboard", body([widget, { type: "text", properties: { markdown: "# hi" } }]))
    expect(state["dashboardArn"]).toBe("arn:aws:cloudwatch::123456789012:dashboard/d")
    expect(cloudwatch.dashboards().get("d")).toContain("markdown")
  })

  it("may have widgets that a function draws", async () => {
    const { create, cloudwatch } = start()
    const endpoint = "arn:aws:lambda:eu-central-1:123456789012:function:draws"
    await create(
      "Dashboard",
      body([{ ...widget, type: "custom", properties: { endpoint, params: { status: "open" } } }])
    )
    expect(cloudwatch.dashboards().get("d")).toContain(endpoint)
  })

  it.each([
    [{ dashboardName: "d", dashboardBody: "{" }, /InvalidParameterInput/],
    [body([{ ...widget, type: "chart" }]), /widgets/],
    [body([{ ...widget, type: "custom", properties: { title: "x" } }]), /widget 0 \(custom\)/],
    [body([widget, { ...widget, width: 25 }]), /widget 1 \(metric\)/],
    [body([{ ...widget, properties: { metrics: [] } }]), /widget 0 \(metric\)/]
  ])("are refused otherwise (%#)", async (inputs, message) => {
    await expect(start().create("Dashboard", inputs)).rejects.toThrow(message)
  })
})
