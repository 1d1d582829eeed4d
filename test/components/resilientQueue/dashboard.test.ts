import { describe, expect, expectTypeOf, it } from "vitest"
import type { DashboardArgs } from "../../../components/resilientQueue/args.ts"
import { dashboardUrl } from "../../../components/resilientQueue/dashboard.ts"
import { type DashboardSubjects, dashboardBody } from "../../../components/resilientQueue/dashboardBody.ts"
import { dashboardParts } from "../../../components/resilientQueue/failureGroupsWidget.ts"
import {
  countMetrics,
  durationMetrics,
  gaugeMetrics,
  metricNamespace
} from "../../../handlers/observability/embeddedMetrics.ts"
import { dashboardProblems } from "../../provider/dashboardGrammar.ts"
import { resolved } from "../deployed.ts"

const groupsArn = "arn:aws:lambda:eu-west-1:123456789012:function:invoices-widget"
const subjects: DashboardSubjects = {
  name: "invoices",
  region: "eu-west-1",
  queueName: "main",
  consumed: true,
  queues: ["main", "dead", "parked"].map((name) => ({ name, label: name })),
  functions: ["consumer", "healer"].map((name) => ({ name, label: name })),
  logGroupNames: { all: ["consumer-log", "healer-log"], healer: "healer-log" },
  alarmArns: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:invoices-messages-parked"],
  failureGroupsFunctionArn: groupsArn
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
const titlesOf = ({ widgets }: typeof body) => widgets.map(({ properties }) => String(properties["title"]))

describe("the dashboard of a ResilientQueue", () => {
  it("asks a question with each widget, and each another one", () => {
    for (const each of [body, withoutConsumer]) {
      const titles = titlesOf(each)
      expect(titles.filter((title) => !/\?(?: \(.*\))?$/.test(title))).toEqual([])
      expect(new Set(titles).size).toBe(titles.length)
    }
  })

  it("is as CloudWatch documents a dashboard's body, with and without consumer and widget", () => {
    for (const each of [
      body,
      withoutConsumer,
      dashboardBody({ ...subjects, failureGroupsFunctionArn: undefined }),
      dashboardBody({ ...subjects, consumed: false, failureGroupsFunctionArn: undefined })
    ])
      expect(dashboardProblems(JSON.parse(JSON.stringify(each)))).toEqual([])
  })

  it("names our own metrics as the functions write them, with the dimensions that they write", () => {
    const known: ReadonlySet<string> = new Set([...countMetrics, ...durationMetrics, ...gaugeMetrics])
    const rows = [...body.widgets, ...withoutConsumer.widgets].flatMap(({ properties }) => {
      const metrics: unknown = properties["metrics"]
      return Array.isArray(metrics) ? metrics.map((row: unknown) => (Array.isArray(row) ? row.map(String) : [])) : []
    })
    const ours = rows.filter(([namespace]) => namespace === metricNamespace)
    expect(ours.length).toBeGreaterThan(20)
    for (const [, name = "", first, queue, second, code] of ours) {
      expect(known).toContain(name)
      expect([first, queue]).toEqual(["Queue", "main"])
      if (second === "Class") expect(code).toMatch(/^(AUTH_FAILURE|BAD_PAYLOAD|VALIDATION_ERROR|TIMEOUT)$/)
    }
  })

  it("says how many messages of each kind there were, over the time range", () => {
    const title = "How many messages of each kind were there?"
    expect(widget(title).properties).toMatchObject({ view: "singleValue", setPeriodToTimeRange: true, stat: "Sum" })
    const metrics = metricsOf(title)
    for (const code of ["AUTH_FAILURE", "BAD_PAYLOAD", "VALIDATION_ERROR"])
      expect(metrics).toContain(`["ResilientQueue","MessagesFailed","Queue","main","Class","${code}"`)
    expect(metrics).toContain('["ResilientQueue","AutoHealed","Queue","main","Class","TIMEOUT"')
    for (const name of ["MessagesProcessed", "Archived"])
      expect(metrics).toContain(`["ResilientQueue","${name}","Queue","main"`)
    expect(metricsOf(title, withoutConsumer.widgets)).toContain('"DeadLettersReceived","Queue","main","Class"')
    expect(metricsOf(title, withoutConsumer.widgets)).not.toContain("MessagesProcessed")
  })

  it("shows message status by class, also of classes that the handler adds", () => {
    expect(metricsOf("What becomes of messages, by failure class?")).toContain(
      `SEARCH('{ResilientQueue,Queue,Class} Queue=\\"main\\" MetricName=\\"MessagesFailed\\"', 'Sum', 60)`
    )
  })

  it("shows the funnel from dead letters to confirmed recoveries, and what awaits an operator", () => {
    const { properties } = widget("How far do failed messages get?")
    expect(properties).toMatchObject({ view: "bar", setPeriodToTimeRange: true, stat: "Sum" })
    expect(JSON.parse(JSON.stringify(properties["metrics"]))).toMatchObject(
      ["DeadLettersReceived", "AutoHealed", "Recovered", "Archived", "AwaitingOperator"].map((name) => [
        "ResilientQueue",
        name,
        "Queue",
        "main",
        {}
      ])
    )
  })

  it("shows whether recovery keeps pace, and what goes wrong with it", () => {
    const metrics = metricsOf("Does recovery keep pace with failures?")
    for (const name of [
      "DeadLettersReceived",
      "AutoHealed",
      "Recovered",
      "Archived",
      "Alerted",
      "Parked",
      "HealingErrors"
    ])
      expect(metrics).toContain(`["ResilientQueue","${name}","Queue","main"`)
  })

  it("shows the state of each dependency's circuit breaker, and what waits behind it", () => {
    expect(metricsOf("Which dependency is down? (0 closed, 1 half-open, 2 open)")).toContain(
      `SEARCH('{ResilientQueue,Queue,Dependency} Queue=\\"main\\" MetricName=\\"BreakerState\\"', 'Maximum', 60)`
    )
    for (const name of ["SetAside", "Held", "BreakersOpen"]) {
      expect(metricsOf("How much waits for a dependency?")).toContain(`["ResilientQueue","${name}","Queue","main"`)
    }
  })

  it("shows dead letters by class, and no times of processing, where somebody else consumes the queue", () => {
    expect(metricsOf("Of which class are the dead letters?", withoutConsumer.widgets)).toContain(
      `SEARCH('{ResilientQueue,Queue,Class} Queue=\\"main\\" MetricName=\\"DeadLettersReceived\\"', 'Sum', 60)`
    )
    expect(titlesOf(withoutConsumer)).not.toContain("What becomes of messages, by failure class?")
    expect(titlesOf(withoutConsumer)).not.toContain("How long do storing and recovering take?")
  })

  it("shows depth and age of all three queues", () => {
    for (const queue of ["main", "dead", "parked"]) {
      for (const state of ["Visible", "NotVisible", "Delayed"]) {
        expect(metricsOf("Is anything waiting that should not?")).toContain(
          `["AWS/SQS","ApproximateNumberOfMessages${state}","QueueName","${queue}"`
        )
      }
      expect(metricsOf("How long has the oldest message waited?")).toContain(
        `["AWS/SQS","ApproximateAgeOfOldestMessage","QueueName","${queue}"`
      )
    }
  })

  it("shows the health of both functions", () => {
    for (const name of ["consumer", "healer"]) {
      for (const metric of ["Invocations", "Errors", "Throttles", "Duration"]) {
        expect(metricsOf("Do the functions run, and without errors?")).toContain(
          `["AWS/Lambda","${metric}","FunctionName","${name}"`
        )
      }
    }
  })

  it("shows what the healer dealt with last, by fingerprint, and what both functions complain of", () => {
    expect(widget("What did the healer deal with last, by fingerprint?").properties["query"]).toBe(
      "SOURCE 'healer-log' | filter ispresent(fingerprint) | stats count_distinct(lineageId) as messages, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen, latest(lineageId) as example by fingerprint | sort lastSeen desc | limit 20"
    )
    expect(widget("What do the functions complain of?").properties["query"]).toBe(
      "SOURCE 'consumer-log' | SOURCE 'healer-log' | fields @timestamp, level, class, reason, dependency, message, lineageId | filter level in ['WARN', 'ERROR', 'FATAL'] | sort @timestamp desc | limit 50"
    )
  })

  it("shows the alarms", () => {
    expect(widget("invoices: does any alarm sound?").properties["alarms"]).toEqual(subjects.alarmArns)
  })

  it("cannot have the button without the widget that it is in", () => {
    expectTypeOf<{ failureGroups: false; replay: true }>().not.toExtend<DashboardArgs>()
    expectTypeOf<{ failureGroups: true; replay: false }>().toExtend<DashboardArgs>()
    expect(dashboardParts({ failureGroups: false })).toEqual({ failureGroups: false, replay: false })
    expect(dashboardParts()).toEqual({ failureGroups: true, replay: true })
  })

  it("has the failure groups from the function that lists them, anew whenever somebody looks at another time", () => {
    expect(widget("What failed, and what is to be done about it?")).toMatchObject({
      type: "custom",
      properties: {
        endpoint: groupsArn,
        params: { status: "open" },
        updateOn: { refresh: true, resize: true, timeRange: true }
      }
    })
    const without = dashboardBody({ ...subjects, failureGroupsFunctionArn: undefined })
    expect(without.widgets.map(({ type }) => type)).not.toContain("custom")
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
  ])("is linked in the console of partition %s", async (partition, region, host) => {
    expect(await resolved(dashboardUrl(`arn:${partition}:sqs:${region}:123456789012:main`, "my dashboard"))).toBe(
      `${host}cloudwatch/home?region=${region}#dashboards/dashboard/my%20dashboard`
    )
  })
})
