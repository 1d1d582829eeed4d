/**
 * The body of a queue's dashboard, as a pure function of names.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { namespace, type OwnMetric } from "./metrics.ts"

/** Something shown by its name, under a label. */
export interface Named {
  readonly name: string
  readonly label: string
}

/** What the dashboard of one queue shows. */
export interface DashboardSubjects {
  /** The component's name, for the titles. */
  readonly name: string
  readonly region: string
  /** What our own metrics go by. */
  readonly queueName: string
  /** Whether the queue has a consumer of ours, which counts what it processes. */
  readonly consumed: boolean
  readonly queues: readonly Named[]
  readonly functions: readonly Named[]
  /** The functions' log groups, which the recent failures come from. */
  readonly logGroupNames: readonly string[]
  readonly alarmArns: readonly string[]
}

/** A dashboard widget: where it stands on a grid 24 columns wide, and what it shows. */
interface Widget {
  readonly type: "metric" | "log" | "alarm"
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}

type MetricRow = readonly unknown[]

/** The dashboard's body as CloudWatch takes it (before `JSON.stringify`). */
export const dashboardBody = (subjects: DashboardSubjects): { readonly widgets: readonly Widget[] } => {
  const { region } = subjects
  const graph = (x: number, y: number, title: string, metrics: readonly MetricRow[], more: object = {}): Widget => ({
    type: "metric",
    x,
    y,
    width: 12,
    height: 6,
    properties: { title, region, view: "timeSeries", stacked: false, stat: "Sum", period: 60, metrics, ...more }
  })
  return {
    widgets: [
      alarmStatus(subjects),
      subjects.consumed
        ? graph(0, 3, "Message status by class", statusByClass(subjects), { stacked: true })
        : graph(0, 3, "Dead letters by class", deadLettersByClass(subjects), { stacked: true }),
      graph(12, 3, "Recovery: healed, confirmed, archived", recovery(subjects)),
      graph(0, 9, "Messages in the queues", depths(subjects), { stat: "Maximum" }),
      graph(12, 9, "Age of the oldest message", ages(subjects), { stat: "Maximum", yAxis: seconds }),
      graph(0, 15, "Function health", functionHealth(subjects)),
      ...(subjects.consumed
        ? [graph(12, 15, "Time to store, time to recover", durations(subjects), { yAxis: milliseconds })]
        : []),
      graph(0, 21, "Circuit breakers: 0 closed, 1 half-open, 2 open", breakers(subjects), {
        stat: "Maximum",
        yAxis: breakerStates
      }),
      graph(12, 21, "Behind a circuit breaker", heldBack(subjects)),
      recentFailures(subjects)
    ]
  }
}

const seconds = { left: { label: "seconds", showUnits: false, min: 0 } }
const breakerStates = { left: { label: "state", showUnits: false, min: 0, max: 2 } }
const milliseconds = { left: { label: "milliseconds", showUnits: false, min: 0 } }

const own = (subjects: DashboardSubjects, metric: OwnMetric, label: string, more: object = {}): MetricRow => [
  namespace,
  metric,
  "Queue",
  subjects.queueName,
  { label, ...more }
]

/** A search, because the values of the dimension are not known here: a handler has classes and dependencies of its own. */
const search = (
  { queueName }: DashboardSubjects,
  metric: { readonly name: string; readonly by: "Class" | "Dependency"; readonly stat: "Maximum" | "Sum" },
  shown: { readonly id: string; readonly label: string }
): MetricRow => [
  {
    ...shown,
    expression: `SEARCH('{${namespace},Queue,${metric.by}} Queue="${queueName}" MetricName="${metric.name}"', '${metric.stat}', 60)`
  }
]

const statusByClass = (subjects: DashboardSubjects): readonly MetricRow[] => [
  own(subjects, "MessagesProcessed", "Succeeded", { color: "#2ca02c" }),
  search(subjects, { name: "MessagesFailed", by: "Class", stat: "Sum" }, { id: "failed", label: "Failed:" })
]

const deadLettersByClass = (subjects: DashboardSubjects): readonly MetricRow[] => [
  search(subjects, { name: "DeadLettersReceived", by: "Class", stat: "Sum" }, { id: "received", label: "Received:" })
]

const breakers = (subjects: DashboardSubjects): readonly MetricRow[] => [
  search(subjects, { name: "BreakerState", by: "Dependency", stat: "Maximum" }, { id: "state", label: "State:" })
]

const heldBack = (subjects: DashboardSubjects): readonly MetricRow[] => [
  own(subjects, "SetAside", "Set aside by the consumer"),
  own(subjects, "Held", "Held by the healer"),
  own(subjects, "Released", "Let go for their first try"),
  own(subjects, "BreakersOpen", "Breakers not closed", { stat: "Maximum", yAxis: "right" })
]

const recovery = (subjects: DashboardSubjects): readonly MetricRow[] => [
  own(subjects, "DeadLettersReceived", "Dead letters received"),
  own(subjects, "AutoHealed", "Sent back (healed)"),
  own(subjects, "Recovered", "Confirmed recovered"),
  own(subjects, "Archived", "Archived"),
  own(subjects, "Held", "Held"),
  own(subjects, "Alerted", "Alerted"),
  own(subjects, "Parked", "Parked"),
  own(subjects, "HealingErrors", "Healing errors", { color: "#d62728" })
]

const depths = (subjects: DashboardSubjects): readonly MetricRow[] =>
  subjects.queues.flatMap(({ name, label }) => [
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, { label: `${label}: waiting` }],
    ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", name, { label: `${label}: in hand or held` }],
    ["AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", name, { label: `${label}: delayed` }]
  ])

const ages = (subjects: DashboardSubjects): readonly MetricRow[] =>
  subjects.queues.map(({ name, label }) => ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name, { label }])

const functionHealth = (subjects: DashboardSubjects): readonly MetricRow[] =>
  subjects.functions.flatMap(({ name, label }) => [
    ["AWS/Lambda", "Invocations", "FunctionName", name, { label: `${label}: invocations` }],
    ["AWS/Lambda", "Errors", "FunctionName", name, { label: `${label}: errors` }],
    ["AWS/Lambda", "Throttles", "FunctionName", name, { label: `${label}: throttles` }],
    [
      "AWS/Lambda",
      "Duration",
      "FunctionName",
      name,
      { label: `${label}: duration p99, ms`, stat: "p99", yAxis: "right" }
    ]
  ])

const durations = (subjects: DashboardSubjects): readonly MetricRow[] =>
  (["p50", "p99"] as const).flatMap((stat) => [
    own(subjects, "TimeToStore", `Time to store, ${stat}`, { stat }),
    own(subjects, "TimeToRecover", `Time to recover, ${stat}`, { stat })
  ])

const alarmStatus = (subjects: DashboardSubjects): Widget => ({
  type: "alarm",
  x: 0,
  y: 0,
  width: 24,
  height: 3,
  properties: { title: `${subjects.name}: alarms`, alarms: subjects.alarmArns }
})

const recentFailures = (subjects: DashboardSubjects): Widget => ({
  type: "log",
  x: 0,
  y: 27,
  width: 24,
  height: 8,
  properties: {
    title: "Recent failures",
    region: subjects.region,
    view: "table",
    query: [
      ...subjects.logGroupNames.map((logGroupName) => `SOURCE '${logGroupName}'`),
      "fields @timestamp, level, class, reason, dependency, message, lineageId",
      "filter level in ['WARN', 'ERROR', 'FATAL']",
      "sort @timestamp desc",
      "limit 50"
    ].join(" | ")
  }
})
