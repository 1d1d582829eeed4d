/**
 * The body of a queue's dashboard, as a pure function of names.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { namespace, type OwnMetric } from "./metrics.ts"

/** What the dashboard of one queue shows. */
export interface DashboardSubjects {
  /** The component's name, for the titles. */
  readonly name: string
  readonly region: string
  readonly queueName: string
  readonly deadLetterQueueName: string
  readonly parkingQueueName: string
  readonly consumerFunctionName: string
  readonly healerFunctionName: string
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
      graph(0, 3, "Message status by class", statusByClass(subjects), { stacked: true }),
      graph(12, 3, "Recovery: healed, confirmed, archived", recovery(subjects)),
      graph(0, 9, "Messages in the queues", depths(subjects), { stat: "Maximum" }),
      graph(12, 9, "Age of the oldest message", ages(subjects), { stat: "Maximum", yAxis: seconds }),
      graph(0, 15, "Function health", functionHealth(subjects)),
      graph(12, 15, "Time to store, time to recover", durations(subjects), { yAxis: milliseconds }),
      recentFailures(subjects)
    ]
  }
}

const seconds = { left: { label: "seconds", showUnits: false, min: 0 } }
const milliseconds = { left: { label: "milliseconds", showUnits: false, min: 0 } }

const own = (subjects: DashboardSubjects, metric: OwnMetric, label: string, more: object = {}): MetricRow => [
  namespace,
  metric,
  "Queue",
  subjects.queueName,
  { label, ...more }
]

/** A search, because the classes are not known here: a handler may have classes of its own. */
const statusByClass = (subjects: DashboardSubjects): readonly MetricRow[] => [
  own(subjects, "MessagesProcessed", "Succeeded", { color: "#2ca02c" }),
  [
    {
      id: "failed",
      label: "Failed:",
      expression: `SEARCH('{${namespace},Queue,Class} Queue="${subjects.queueName}" MetricName="MessagesFailed"', 'Sum', 60)`
    }
  ]
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
  queues(subjects).flatMap(([queueName, label]) => [
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queueName, { label: `${label}: waiting` }],
    ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", queueName, { label: `${label}: in hand or held` }]
  ])

const ages = (subjects: DashboardSubjects): readonly MetricRow[] =>
  queues(subjects).map(([queueName, label]) => [
    "AWS/SQS",
    "ApproximateAgeOfOldestMessage",
    "QueueName",
    queueName,
    { label }
  ])

const queues = (subjects: DashboardSubjects) =>
  [
    [subjects.queueName, "Main queue"],
    [subjects.deadLetterQueueName, "Dead-letter queue"],
    [subjects.parkingQueueName, "Parking queue"]
  ] as const

const functionHealth = (subjects: DashboardSubjects): readonly MetricRow[] =>
  [[subjects.consumerFunctionName, "Consumer"] as const, [subjects.healerFunctionName, "Healer"] as const].flatMap(
    ([functionName, label]) => [
      ["AWS/Lambda", "Invocations", "FunctionName", functionName, { label: `${label}: invocations` }],
      ["AWS/Lambda", "Errors", "FunctionName", functionName, { label: `${label}: errors` }],
      ["AWS/Lambda", "Throttles", "FunctionName", functionName, { label: `${label}: throttles` }],
      [
        "AWS/Lambda",
        "Duration",
        "FunctionName",
        functionName,
        { label: `${label}: duration p99, ms`, stat: "p99", yAxis: "right" }
      ]
    ]
  )

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
  y: 21,
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
