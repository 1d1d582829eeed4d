import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { alarmSuffixes } from "../../../components/resilientQueue/alarmDefinitions.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const { named, resources } = await deploy(
  () =>
    new ResilientQueue("invoices", {
      consumer: { entry: consumerEntry },
      alerts: {
        webhooks: [
          { kind: "slack", url: "https://hooks.slack.com/services/x" },
          { kind: "pagerduty", routingKey: "x" }
        ]
      },
      alarms: { runbookBase: "https://example.com/runbooks" }
    })
)
const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
const own = (metricName: string) => ({
  namespace: "ResilientQueue",
  metricName,
  dimensions: { Queue: "invoices-queue" },
  statistic: "Sum"
})
const sqs = (metricName: string, queue: string) => ({
  namespace: "AWS/SQS",
  metricName,
  dimensions: { QueueName: queue },
  statistic: "Maximum"
})

const lambda = (metricName: string, functionName: string) => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: functionName },
  statistic: "Sum"
})

/** A query of metric math, from what an alarm on the metric alone would have. */
const query = (id: string, { statistic, ...metric }: { readonly statistic: string }, period = 60) => ({
  id,
  metric: { ...metric, period, stat: statistic }
})

describe("the alarms of a ResilientQueue", () => {
  it.each([
    ["dead-letters-received", own("DeadLettersReceived"), { threshold: 0, period: 300, of: [1, 12] }],
    ["healing-errors", own("HealingErrors"), { threshold: 0, period: 60, of: [1, 15] }],
    ["healer-crashing", lambda("Errors", "invoices-healer"), { threshold: 1, period: 300, of: [1, 3] }],
    ["healer-throttled", lambda("Throttles", "invoices-healer"), { threshold: 0, period: 60, of: [3, 15] }],
    ["consumer-throttled", lambda("Throttles", "invoices-consumer"), { threshold: 0, period: 60, of: [3, 15] }],
    [
      "messages-parked",
      sqs("ApproximateNumberOfMessagesVisible", "invoices-parking-queue"),
      { threshold: 0, period: 60, of: [1, 1] }
    ],
    [
      "alerts-undelivered",
      sqs("ApproximateNumberOfMessagesVisible", "invoices-undelivered-alerts"),
      { threshold: 0, period: 60, of: [1, 1] }
    ],
    ["breaker-open", { ...own("BreakersOpen"), statistic: "Maximum" }, { threshold: 0, period: 60, of: [1, 20] }]
  ])("watch %s", (suffix, metric, { threshold, period, of: [datapointsToAlarm, evaluationPeriods] }) => {
    expect(named(`invoices-${suffix}`).inputs).toMatchObject({
      ...metric,
      ...{ threshold, period, datapointsToAlarm, evaluationPeriods }
    })
  })

  it.each([
    [
      "dead-letters-waiting",
      "IF((FILL(invocations, 0) > FILL(errors, 0)) AND (FILL(age, 0) < 43200), 0, waiting)",
      [
        query("waiting", sqs("ApproximateNumberOfMessagesVisible", "invoices-dead-letter-queue")),
        query("age", sqs("ApproximateAgeOfOldestMessage", "invoices-dead-letter-queue")),
        query("invocations", lambda("Invocations", "invoices-healer")),
        query("errors", lambda("Errors", "invoices-healer"))
      ],
      { threshold: 10, of: [5, 6] }
    ],
    [
      "consumer-crashing",
      "IF(errors >= 6, 100 * errors / invocations, 0)",
      [
        query("invocations", lambda("Invocations", "invoices-consumer"), 300),
        query("errors", lambda("Errors", "invoices-consumer"), 300)
      ],
      { threshold: 50, of: [1, 3] }
    ],
    [
      "messages-failing",
      "IF(FILL(failed, 0) >= 5, 100 * FILL(failed, 0) / (FILL(processed, 0) + FILL(failed, 0)), 0)",
      [query("processed", own("MessagesProcessed"), 300), query("failed", own("MessagesFailed"), 300)],
      { threshold: 5, of: [2, 3] }
    ],
    [
      "messages-late",
      "IF(FILL(delayed, 0) > 0, age - 900, age)",
      [
        query("age", sqs("ApproximateAgeOfOldestMessage", "invoices-queue")),
        query("delayed", sqs("ApproximateNumberOfMessagesDelayed", "invoices-queue"))
      ],
      { threshold: 270, of: [3, 3] }
    ]
  ])(
    "watch %s by metric math",
    (suffix, expression, queries, { threshold, of: [datapointsToAlarm, evaluationPeriods] }) => {
      const { inputs } = named(`invoices-${suffix}`)
      expect(inputs).toMatchObject({ threshold, datapointsToAlarm, evaluationPeriods })
      expect(inputs["metricQueries"]).toEqual([
        { id: "value", expression, label: expect.any(String), returnData: true },
        ...queries
      ])
    }
  )

  it("watch what neither a webhook nor the queue behind it took, whether Lambda or SNS had it, and wait for late counts", () => {
    const { inputs } = named("invoices-alerts-lost")
    const query = (id: string, metric: object) => ({ id, metric: { ...metric, period: 60, stat: "Sum" } })
    expect(inputs).toMatchObject({ threshold: 0, evaluationPeriods: 1 })
    expect(inputs["metricQueries"]).toEqual([
      {
        id: "value",
        expression: "SUM([topic, notifier0, notifier1])",
        label: "Alerts that could not be put aside",
        returnData: true
      },
      query("topic", {
        namespace: "AWS/SNS",
        metricName: "NumberOfNotificationsFailedToRedriveToDlq",
        dimensions: { TopicName: "invoices-alerts" }
      }),
      ...["slack", "pagerduty"].map((name, index) =>
        query(`notifier${index}`, {
          namespace: "AWS/Lambda",
          metricName: "DestinationDeliveryFailures",
          dimensions: { FunctionName: `invoices-notify-${name}` }
        })
      )
    ])
  })

  it("all say what they mean, what is lost, what to check first, how bad it is and where to read on, and that silence is good news", () => {
    expect(alarms.map(({ name }) => name).toSorted()).toEqual(alarmSuffixes.map((s) => `invoices-${s}`).toSorted())
    for (const suffix of alarmSuffixes) {
      const { inputs } = named(`invoices-${suffix}`)
      expect(inputs).toMatchObject({
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        alarmActions: ["arn:aws:sns:eu-west-1:123456789012:invoices-alerts"],
        okActions: ["arn:aws:sns:eu-west-1:123456789012:invoices-alerts"]
      })
      const description = String(inputs["alarmDescription"])
      expect(description).toMatch(
        /^invoices: .+ Nothing is lost.*\. Check first: .+ Severity: (?:critical|error|warning|info)\. Runbook: /
      )
      expect(description.endsWith(`https://example.com/runbooks/${suffix}.md`)).toBe(true)
      expect(description.length).toBeLessThanOrEqual(1024)
    }
  })

  it("are as bad as the runbooks say", () => {
    const page = readFileSync(new URL("../../../docs/runbooks/README.md", import.meta.url), "utf8")
    for (const suffix of alarmSuffixes) {
      const severity = /Severity: (\w+)\./.exec(String(named(`invoices-${suffix}`).inputs["alarmDescription"]))?.[1]
      expect(page).toContain(`| [${suffix}](${suffix}.md) | ${severity} |`)
    }
  })

  it("have a runbook each in this repository", () => {
    const missing = alarmSuffixes.filter(
      (suffix) => !existsSync(new URL(`../../../docs/runbooks/${suffix}.md`, import.meta.url))
    )
    expect(missing).toEqual([])
  })
})
