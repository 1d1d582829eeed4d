/**
 * The body of a queue's dashboard, as a pure function of names. Each widget answers the question that is its title.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import {
  ages,
  breakers,
  depths,
  durations,
  functionHealth,
  funnel,
  heldBack,
  type MetricRow,
  recovery,
  statusByClass,
  totals
} from "./dashboardMetrics.ts"

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
  /** The log groups of all functions, and that of the healer, whose lines have fingerprints. */
  readonly logGroupNames: { readonly all: readonly string[]; readonly healer: string }
  readonly alarmArns: readonly string[]
  /** The function that lists failure groups; `undefined`: there is no such widget. */
  readonly failureGroupsFunctionArn: string | undefined
}

/** What a widget shows, and how much room it takes. */
interface Content {
  readonly type: "alarm" | "custom" | "log" | "metric"
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}

/** A dashboard widget: where it stands on a grid 24 columns wide, and what it shows. */
interface Widget extends Content {
  readonly x: number
  readonly y: number
}

/** The dashboard's body as CloudWatch takes it (before `JSON.stringify`). */
export const dashboardBody = (subjects: DashboardSubjects): { readonly widgets: readonly Widget[] } => ({
  widgets: placed([
    [alarmStatus(subjects)],
    [numbers(subjects, "How many messages of each kind were there?", totals(subjects))],
    failureGroupsWidget(subjects),
    [
      graph(
        subjects,
        subjects.consumed ? "What becomes of messages, by failure class?" : "Of which class are the dead letters?",
        statusByClass(subjects),
        { stacked: true }
      ),
      graph(subjects, "How far do failed messages get?", funnel(subjects), { view: "bar", setPeriodToTimeRange: true })
    ],
    [
      graph(subjects, "Is anything waiting that should not?", depths(subjects), { stat: "Maximum" }),
      graph(subjects, "How long has the oldest message waited?", ages(subjects), { stat: "Maximum", yAxis: seconds })
    ],
    [
      graph(subjects, "Does recovery keep pace with failures?", recovery(subjects)),
      graph(subjects, "Do the functions run, and without errors?", functionHealth(subjects))
    ],
    [
      graph(subjects, "Which dependency is down? (0 closed, 1 half-open, 2 open)", breakers(subjects), {
        stat: "Maximum",
        yAxis: breakerStates
      }),
      graph(subjects, "How much waits for a dependency?", heldBack(subjects))
    ],
    subjects.consumed
      ? [
          graph(subjects, "How long do storing and recovering take?", durations(subjects), {
            yAxis: milliseconds,
            width: 24
          })
        ]
      : [],
    [latestFailures(subjects)],
    [complaints(subjects)]
  ])
})

/** Rows one below the other, the widgets of each side by side. */
const placed = (rows: ReadonlyArray<readonly Content[]>): readonly Widget[] => {
  let y = 0
  return rows.flatMap((row) => {
    let x = 0
    const widgets = row.map((content): Widget => {
      const widget = { x, y, ...content }
      x += content.width
      return widget
    })
    y += Math.max(0, ...row.map(({ height }) => height))
    return widgets
  })
}

const seconds = { left: { label: "seconds", showUnits: false, min: 0 } }
const breakerStates = { left: { label: "state", showUnits: false, min: 0, max: 2 } }
const milliseconds = { left: { label: "milliseconds", showUnits: false, min: 0 } }

const graph = (
  { region }: DashboardSubjects,
  title: string,
  metrics: readonly MetricRow[],
  { width = 12, ...more }: Readonly<Record<string, unknown>> & { readonly width?: number } = {}
): Content => ({
  type: "metric",
  width,
  height: 6,
  properties: { title, region, view: "timeSeries", stacked: false, stat: "Sum", period: 60, metrics, ...more }
})

/** Sums over the dashboard's time range. */
const numbers = ({ region }: DashboardSubjects, title: string, metrics: readonly MetricRow[]): Content => ({
  type: "metric",
  width: 24,
  height: 3,
  properties: { title, region, view: "singleValue", stat: "Sum", period: 60, setPeriodToTimeRange: true, metrics }
})

const alarmStatus = ({ name, alarmArns }: DashboardSubjects): Content => ({
  type: "alarm",
  width: 24,
  height: 3,
  properties: { title: `${name}: does any alarm sound?`, alarms: alarmArns }
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html */
const failureGroupsWidget = ({ failureGroupsFunctionArn: endpoint }: DashboardSubjects): readonly Content[] =>
  endpoint === undefined
    ? []
    : [
        {
          type: "custom",
          width: 24,
          height: 9,
          properties: {
            title: "What failed, and what is to be done about it?",
            endpoint,
            params: { status: "open" },
            updateOn: { refresh: true, resize: true, timeRange: true }
          }
        }
      ]

const log = (
  { region }: DashboardSubjects,
  title: string,
  logGroupNames: readonly string[],
  commands: readonly string[]
): Content => ({
  type: "log",
  width: 24,
  height: 6,
  properties: {
    title,
    region,
    view: "table",
    query: [...logGroupNames.map((name) => `SOURCE '${name}'`), ...commands].join(" | ")
  }
})

const latestFailures = (subjects: DashboardSubjects): Content =>
  log(
    subjects,
    "What did the healer deal with last, by fingerprint?",
    [subjects.logGroupNames.healer],
    [
      "filter ispresent(fingerprint)",
      "stats count_distinct(lineageId) as messages, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen, latest(lineageId) as example by fingerprint",
      "sort lastSeen desc",
      "limit 20"
    ]
  )

const complaints = (subjects: DashboardSubjects): Content =>
  log(subjects, "What do the functions complain of?", subjects.logGroupNames.all, [
    "fields @timestamp, level, class, reason, dependency, message, lineageId",
    "filter level in ['WARN', 'ERROR', 'FATAL']",
    "sort @timestamp desc",
    "limit 50"
  ])
