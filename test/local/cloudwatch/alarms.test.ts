import { describe, expect, it } from "vitest"
import { account, startCloudWatch as start, topic } from "./startCloudWatch.ts"

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
