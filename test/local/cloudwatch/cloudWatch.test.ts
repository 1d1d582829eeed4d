import { afterEach, describe, expect, it } from "vitest"
import { createCloudWatch } from "../../../local/cloudwatch/createCloudWatch.ts"
import type { QueueDepth, SqsEvent } from "../../../local/sqs/SqsService.ts"
import { createResource } from "../createResource.ts"
import { manualClock } from "../ManualClock.ts"

const account = { accountId: "123456789012", region: "eu-central-1", endpoint: "http://127.0.0.1:9" }
const topic = "arn:aws:sns:eu-central-1:123456789012:alerts"

const closing: Array<() => void> = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const start = (publish?: () => void) => {
  const clock = manualClock()
  const published: Array<{ topicArn: string; subject: string; message: Record<string, unknown>; sourceArn: string }> =
    []
  const cloudwatch = createCloudWatch({
    account,
    clock,
    sns: {
      publish: (topicArn, { subject, message }, { sourceArn }) => {
        publish?.()
        published.push({ topicArn, subject, message: JSON.parse(message), sourceArn })
      }
    }
  })
  closing.push(cloudwatch.close)
  return {
    clock,
    cloudwatch,
    published,
    create: (kind: string, inputs: Record<string, unknown>, name = "resource") =>
      createResource(
        cloudwatch.resources,
        `aws:cloudwatch/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`,
        inputs,
        name
      ),
    put: (value: number, name = "Errors") =>
      cloudwatch.putMetric({ namespace: "N", name, dimensions: { Queue: "q" }, value, at: clock.now() }),
    state: () => cloudwatch.alarms()[0]?.state
  }
}

const errors = {
  name: "errors",
  alarmDescription: "too many",
  namespace: "N",
  metricName: "Errors",
  dimensions: { Queue: "q" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 2,
  treatMissingData: "notBreaching",
  alarmActions: [topic],
  okActions: [topic]
}

describe("an alarm", () => {
  it("tells its topic when the threshold is crossed, and again when it is over", async () => {
    const { create, clock, put, state, published } = start()
    const { state: outputs } = await create("MetricAlarm", errors)
    expect(state()).toBe("INSUFFICIENT_DATA")
    clock.advance(1000)
    expect(state()).toBe("OK")
    put(2)
    clock.advance(1000)
    expect(state()).toBe("OK")
    put(1)
    clock.advance(1000)
    expect(state()).toBe("ALARM")
    clock.advance(61_000)
    expect(state()).toBe("OK")
    expect(published.map(({ message }) => [message["OldStateValue"], message["NewStateValue"]])).toEqual([
      ["INSUFFICIENT_DATA", "OK"],
      ["OK", "ALARM"],
      ["ALARM", "OK"]
    ])
    expect(published[1]).toEqual({
      topicArn: topic,
      sourceArn: outputs["arn"],
      subject: 'ALARM: "errors" in eu-central-1',
      message: expect.objectContaining({
        AlarmName: "errors",
        AlarmDescription: "too many",
        AWSAccountId: account.accountId,
        AlarmArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors",
        NewStateReason:
          "Threshold Crossed: 1 out of the last 1 datapoints [3.0] was greater than the threshold (2.0) (minimum 1 datapoint for OK -> ALARM transition).",
        StateChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+0000$/),
        Trigger: expect.objectContaining({
          MetricName: "Errors",
          Namespace: "N",
          Statistic: "SUM",
          Dimensions: [{ name: "Queue", value: "q" }],
          Period: 60,
          Threshold: 2
        })
      })
    })
  })

  it("needs as many breaching data points as it says", async () => {
    const { create, clock, put, state } = start()
    await create("MetricAlarm", { ...errors, evaluationPeriods: 3, datapointsToAlarm: 2 })
    put(5)
    clock.advance(60_000)
    expect(state()).toBe("OK")
    put(5)
    clock.advance(1000)
    expect(state()).toBe("ALARM")
  })

  it.each([
    ["missing", "INSUFFICIENT_DATA"],
    ["notBreaching", "OK"],
    ["breaching", "ALARM"],
    ["ignore", "INSUFFICIENT_DATA"]
  ])("without data, which it treats as %s, is in state %s", async (treatMissingData, expected) => {
    const { create, clock, state } = start()
    await create("MetricAlarm", { ...errors, treatMissingData })
    clock.advance(5000)
    expect(state()).toBe(expected)
  })

  it("that ignores missing data keeps its state", async () => {
    const { create, clock, put, state } = start()
    await create("MetricAlarm", { ...errors, treatMissingData: "ignore" })
    put(5)
    clock.advance(1000)
    expect(state()).toBe("ALARM")
    clock.advance(600_000)
    expect(state()).toBe("ALARM")
    put(0)
    clock.advance(1000)
    expect(state()).toBe("OK")
  })

  it.each([
    ["Maximum", undefined, 9],
    ["Minimum", undefined, 1],
    ["Average", undefined, 4],
    ["SampleCount", undefined, 3],
    [undefined, "p50", 2]
  ])("compares %s %s", async (statistic, extendedStatistic, value) => {
    const { create, clock, put, cloudwatch } = start()
    const without = Object.fromEntries(Object.entries(errors).filter(([key]) => key !== "statistic"))
    const alarm = (name: string, threshold: number) =>
      create(
        "MetricAlarm",
        {
          ...without,
          name,
          threshold,
          ...(statistic ? { statistic } : {}),
          ...(extendedStatistic ? { extendedStatistic } : {})
        },
        name
      )
    await alarm("below", value - 0.1)
    await alarm("at", value)
    for (const each of [1, 2, 9]) put(each)
    clock.advance(1000)
    expect(cloudwatch.alarms().map(({ state }) => state)).toEqual(["ALARM", "OK"])
  })

  it("evaluates metric math over several metrics", async () => {
    const { create, clock, put, state } = start()
    const metric = (metricName: string) => ({
      namespace: "N",
      metricName,
      dimensions: { Queue: "q" },
      period: 60,
      stat: "Sum"
    })
    await create("MetricAlarm", {
      name: "share",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 5,
      evaluationPeriods: 1,
      metricQueries: [
        { id: "share", expression: "100 * FILL(failed, 0) / all", returnData: true },
        { id: "all", expression: "FILL(failed, 0) + FILL(done, 0)" },
        { id: "failed", metric: metric("Failed") },
        { id: "done", metric: metric("Done") }
      ]
    })
    put(95, "Done")
    put(5, "Failed")
    clock.advance(1000)
    expect(state()).toBe("OK")
    put(1, "Failed")
    clock.advance(1000)
    expect(state()).toBe("ALARM")
  })

  it("goes on although a topic refuses its notice, and stays silent with its actions disabled", async () => {
    const refusing = start(() => {
      throw new Error("AuthorizationError")
    })
    await refusing.create("MetricAlarm", errors)
    refusing.put(5)
    refusing.clock.advance(1000)
    expect(refusing.state()).toBe("ALARM")
    const silent = start()
    await silent.create("MetricAlarm", { ...errors, actionsEnabled: false })
    silent.put(5)
    silent.clock.advance(1000)
    expect([silent.state(), silent.published]).toEqual(["ALARM", []])
  })

  it.each([
    [{ statistic: "TM(10%:90%)" }, /does not know the statistic/],
    [{ period: 45 }, /period must be .* not 45/],
    [{ datapointsToAlarm: 2 }, /"datapointsToAlarm" \(2\) is more than "evaluationPeriods" \(1\)/],
    [{ thresholdMetricId: "x" }, /"thresholdMetricId"/],
    [{ metricQueries: [{ id: "a", expression: "b", returnData: true }] }, /"a" reads an id that does not exist/],
    [
      {
        metricQueries: [
          { id: "a", expression: "b", returnData: true },
          { id: "b", expression: "a" }
        ]
      },
      /reads an id that does not exist, or itself/
    ]
  ])("with %o is refused", async (inputs, message) => {
    await expect(start().create("MetricAlarm", { ...errors, ...inputs })).rejects.toThrow(message)
  })
})

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

  it.each([
    [{ dashboardName: "d", dashboardBody: "{" }, /InvalidParameterInput/],
    [body([{ ...widget, type: "chart" }]), /widgets/],
    [body([widget, { ...widget, width: 25 }]), /widget 1 \(metric\)/],
    [body([{ ...widget, properties: { metrics: [] } }]), /widget 0 \(metric\)/]
  ])("are refused otherwise (%#)", async (inputs, message) => {
    await expect(start().create("Dashboard", inputs)).rejects.toThrow(message)
  })
})
