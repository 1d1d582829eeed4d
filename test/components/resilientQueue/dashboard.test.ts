import { describe, expect, it } from "vitest"
import { dashboardUrl } from "../../../components/resilientQueue/dashboard.ts"
import { type DashboardSubjects, dashboardBody } from "../../../components/resilientQueue/dashboardBody.ts"

const subjects: DashboardSubjects = {
  name: "invoices",
  region: "eu-west-1",
  queueName: "main",
  consumed: true,
  queues: ["main", "dead", "parked"].map((name) => ({ name, label: name })),
  functions: ["consumer", "healer"].map((name) => ({ name, label: name })),
  logGroupNames: ["consumer-log", "healer-log"],
  alarmArns: ["arn:alarm"]
}
const body = dashboardBody(subjects)
const withoutConsumer = dashboardBody({ ...subjects, consumed: false })
const widget = (title: string, widgets = body.widgets) => {
  const found = widgets.find(({ properties }) => properties["title"] === title)
  if (found === undefined) throw new Error(`no widget is called ${title}`)
  return found
}
const metricsOf = (title: string, widgets = body.widgets): string =>
  JSON.stringify(widget(title, widgets).properties["metrics"])

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

  it("shows the state of each dependency's circuit breaker, and what waits behind it", () => {
    expect(metricsOf("Circuit breakers: 0 closed, 1 half-open, 2 open")).toContain(
      `SEARCH('{ResilientQueue,Queue,Dependency} Queue=\\"main\\" MetricName=\\"BreakerState\\"', 'Maximum', 60)`
    )
    for (const name of ["SetAside", "Held", "BreakersOpen"]) {
      expect(metricsOf("Behind a circuit breaker")).toContain(`["ResilientQueue","${name}","Queue","main"`)
    }
  })

  it("shows dead letters by class, and no times of processing, where somebody else consumes the queue", () => {
    expect(metricsOf("Dead letters by class", withoutConsumer.widgets)).toContain(
      `SEARCH('{ResilientQueue,Queue,Class} Queue=\\"main\\" MetricName=\\"DeadLettersReceived\\"', 'Sum', 60)`
    )
    const titles = withoutConsumer.widgets.map(({ properties }) => properties["title"])
    expect(titles).not.toContain("Message status by class")
    expect(titles).not.toContain("Time to store, time to recover")
  })

  it("shows depth and age of all three queues", () => {
    for (const queue of ["main", "dead", "parked"]) {
      for (const state of ["Visible", "NotVisible", "Delayed"]) {
        expect(metricsOf("Messages in the queues")).toContain(
          `["AWS/SQS","ApproximateNumberOfMessages${state}","QueueName","${queue}"`
        )
      }
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
