import { describe, expect, it } from "vitest"
import { dashboardUrl } from "../../../components/resilientQueue/dashboard.ts"
import { dashboardBody } from "../../../components/resilientQueue/dashboardBody.ts"

const body = dashboardBody({
  name: "invoices",
  region: "eu-west-1",
  queueName: "main",
  deadLetterQueueName: "dead",
  parkingQueueName: "parked",
  consumerFunctionName: "consumer",
  healerFunctionName: "healer",
  logGroupNames: ["consumer-log", "healer-log"],
  alarmArns: ["arn:alarm"]
})
const widget = (title: string) => {
  const found = body.widgets.find(({ properties }) => properties["title"] === title)
  if (found === undefined) throw new Error(`no widget is called ${title}`)
  return found
}
const metricsOf = (title: string): string => JSON.stringify(widget(title).properties["metrics"])

describe("the dashboard of a ResilientQueue", () => {
  it("shows message status by class, also of classes that the handler adds", () => {
    expect(metricsOf("Message status by class")).toContain(
      `SEARCH('{ResilientQueue,Queue,Class} Queue=\\"main\\" MetricName=\\"MessagesFailed\\"', 'Sum', 60)`
    )
  })

  it("shows what was healed, confirmed, archived, held, alerted and parked", () => {
    const metrics = metricsOf("Recovery: healed, confirmed, archived")
    for (const name of [
      "DeadLettersReceived",
      "AutoHealed",
      "Recovered",
      "Archived",
      "Held",
      "Alerted",
      "Parked",
      "HealingErrors"
    ]) {
      expect(metrics).toContain(`["ResilientQueue","${name}","Queue","main"`)
    }
  })

  it("shows depth and age of all three queues", () => {
    for (const queue of ["main", "dead", "parked"]) {
      expect(metricsOf("Messages in the queues")).toContain(
        `["AWS/SQS","ApproximateNumberOfMessagesVisible","QueueName","${queue}"`
      )
      expect(metricsOf("Age of the oldest message")).toContain(
        `["AWS/SQS","ApproximateAgeOfOldestMessage","QueueName","${queue}"`
      )
    }
  })

  it("shows the health of both functions", () => {
    for (const name of ["consumer", "healer"]) {
      for (const metric of ["Invocations", "Errors", "Throttles", "Duration"]) {
        expect(metricsOf("Function health")).toContain(`["AWS/Lambda","${metric}","FunctionName","${name}"`)
      }
    }
  })

  it("shows recent failures from both functions' logs", () => {
    expect(widget("Recent failures").properties["query"]).toBe(
      "SOURCE 'consumer-log' | SOURCE 'healer-log' | fields @timestamp, level, class, reason, dependency, message, lineageId | filter level in ['WARN', 'ERROR', 'FATAL'] | sort @timestamp desc | limit 50"
    )
  })

  it("shows the alarms", () => {
    expect(widget("invoices: alarms").properties["alarms"]).toEqual(["arn:alarm"])
  })

  it("has a place of its own for every widget, within 24 columns", () => {
    const cells = body.widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`)
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...body.widgets.map(({ x, width }) => x + width))).toBe(24)
  })

  it.each([
    ["aws", "eu-west-1", "https://eu-west-1.console.aws.amazon.com/"],
    ["aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/"],
    ["aws-us-gov", "us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"]
  ])("is linked in the console of partition %s", (partition, region, host) => {
    expect(dashboardUrl(`arn:${partition}:sqs:${region}:123456789012:main`, "my dashboard")).toBe(
      `${host}cloudwatch/home?region=${region}#dashboards/dashboard/my%20dashboard`
    )
  })
})
