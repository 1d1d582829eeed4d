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
      alerts: { webhooks: [{ kind: "slack", url: "https://hooks.slack.com/services/x" }] },
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

describe("the alarms of a ResilientQueue", () => {
  it.each([
    [
      "dead-letters-waiting",
      {
        ...sqs("ApproximateNumberOfMessagesVisible", "invoices-dead-letter-queue"),
        threshold: 10,
        evaluationPeriods: 5
      }
    ],
    ["dead-letters-received", { ...own("DeadLettersReceived"), threshold: 0, evaluationPeriods: 1 }],
    ["healing-errors", { ...own("HealingErrors"), threshold: 0, evaluationPeriods: 1 }],
    [
      "healer-crashing",
      {
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: "invoices-healer" },
        statistic: "Sum",
        threshold: 0,
        evaluationPeriods: 1
      }
    ],
    [
      "messages-late",
      // maxReceiveCount × visibilityTimeoutSeconds + SQS's longest delay
      { ...sqs("ApproximateAgeOfOldestMessage", "invoices-queue"), threshold: 5 * 180 + 900, evaluationPeriods: 5 }
    ],
    [
      "messages-parked",
      { ...sqs("ApproximateNumberOfMessagesVisible", "invoices-parking-queue"), threshold: 0, evaluationPeriods: 1 }
    ],
    [
      "alerts-undelivered",
      {
        ...sqs("ApproximateNumberOfMessagesVisible", "invoices-undelivered-alerts"),
        threshold: 0,
        evaluationPeriods: 1
      }
    ],
    ["breaker-open", { ...own("BreakersOpen"), statistic: "Maximum", threshold: 0, evaluationPeriods: 1 }]
  ])("watch %s minute by minute", (suffix, expected) => {
    expect(named(`invoices-${suffix}`).inputs).toMatchObject({ ...expected, period: 60 })
  })

  it("watch the failed share of messages, also in minutes in which every one fails or none is there", () => {
    const { inputs } = named("invoices-messages-failing")
    const count = (id: string, metricName: string) => ({
      id,
      metric: {
        namespace: "ResilientQueue",
        metricName,
        dimensions: { Queue: "invoices-queue" },
        period: 300,
        stat: "Sum"
      }
    })
    expect(inputs).toMatchObject({ threshold: 5, evaluationPeriods: 1 })
    expect(inputs["metricQueries"]).toEqual([
      {
        id: "value",
        expression:
          "IF(FILL(processed, 0) + FILL(failed, 0) > 0, 100 * FILL(failed, 0) / (FILL(processed, 0) + FILL(failed, 0)), 0)",
        label: "Failed share of messages, percent",
        returnData: true
      },
      count("processed", "MessagesProcessed"),
      count("failed", "MessagesFailed")
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
