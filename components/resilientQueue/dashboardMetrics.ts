/** The rows of metrics that each graph of a queue's dashboard shows, as pure functions of names. */
import { failureCodes } from "../../handlers/failure/FailureClass.ts"
import type { DashboardSubjects } from "./dashboardBody.ts"
import { namespace, type OwnMetric } from "./metrics.ts"

/** Namespace, name and dimensions of a metric, and how it is shown; or an expression. */
export type MetricRow = readonly unknown[]

type Subjects = Pick<DashboardSubjects, "queueName" | "consumed">

const own = ({ queueName }: Subjects, metric: OwnMetric, label: string, more: object = {}): MetricRow => [
  namespace,
  metric,
  "Queue",
  queueName,
  { label, ...more }
]

const ofClass = (
  { queueName }: Subjects,
  metric: OwnMetric,
  code: (typeof failureCodes)[keyof typeof failureCodes],
  label: string
): MetricRow => [namespace, metric, "Queue", queueName, "Class", code, { label }]

/** A search, because the values of the dimension are not known here: a handler has classes and dependencies of its own. */
const search = (
  { queueName }: Subjects,
  metric: {
    readonly name: OwnMetric | "BreakerState"
    readonly by: "Class" | "Dependency"
    readonly stat: "Maximum" | "Sum"
  },
  shown: { readonly id: string; readonly label: string }
): MetricRow => [
  {
    ...shown,
    expression: `SEARCH('{${namespace},Queue,${metric.by}} Queue="${queueName}" MetricName="${metric.name}"', '${metric.stat}', 60)`
  }
]

/** What counts failures: the consumer counts each that it meets; without one, what arrives dead is what is known. */
const failures = ({ consumed }: Subjects): OwnMetric => (consumed ? "MessagesFailed" : "DeadLettersReceived")

/** Totals: what was processed, what failed in the ways that need a person, what healed itself, what was given up. */
export const totals = (subjects: Subjects): readonly MetricRow[] => [
  ...(subjects.consumed ? [own(subjects, "MessagesProcessed", "Processed")] : []),
  ofClass(subjects, failures(subjects), failureCodes.AuthFailure, "Auth failures"),
  ofClass(subjects, failures(subjects), failureCodes.BadPayload, "Bad payloads"),
  ofClass(subjects, failures(subjects), failureCodes.ValidationError, "Validation failures"),
  ofClass(subjects, "AutoHealed", failureCodes.Timeout, "Timeouts healed"),
  own(subjects, "Archived", "Archived")
]

/** Successes, and failures of every class, also of classes that a handler adds. */
export const statusByClass = (subjects: Subjects): readonly MetricRow[] => [
  ...(subjects.consumed ? [own(subjects, "MessagesProcessed", "Succeeded", { color: "#2ca02c" })] : []),
  search(
    subjects,
    { name: failures(subjects), by: "Class", stat: "Sum" },
    { id: "failed", label: subjects.consumed ? "Failed:" : "Received:" }
  )
]

/** From the dead-letter queue to a recovery that the consumer has confirmed; and what did not get there. */
export const funnel = (subjects: Subjects): readonly MetricRow[] => [
  own(subjects, "DeadLettersReceived", "1 Dead-lettered"),
  own(subjects, "AutoHealed", "2 Healed: sent back"),
  own(subjects, "Recovered", subjects.consumed ? "3 Confirmed recovered" : "3 Presumed recovered"),
  own(subjects, "Archived", "Archived instead"),
  own(subjects, "AwaitingOperator", "of these: awaiting an operator", { color: "#d62728" })
]

/** The same over time, and what went wrong with it. */
export const recovery = (subjects: Subjects): readonly MetricRow[] => [
  own(subjects, "DeadLettersReceived", "Dead letters received"),
  own(subjects, "AutoHealed", "Sent back (healed)"),
  own(subjects, "Recovered", subjects.consumed ? "Confirmed recovered" : "Presumed recovered"),
  own(subjects, "Archived", "Archived"),
  own(subjects, "Alerted", "Alerted"),
  own(subjects, "Parked", "Parked"),
  own(subjects, "HealingErrors", "Healing errors", { color: "#d62728" })
]

/** The state of each dependency's breaker. */
export const breakers = (subjects: Subjects): readonly MetricRow[] => [
  search(subjects, { name: "BreakerState", by: "Dependency", stat: "Maximum" }, { id: "state", label: "State:" })
]

/** What is kept from a dependency, and how many breakers are not closed: what the alarm `breaker-open` looks at. */
export const heldBack = (subjects: Subjects): readonly MetricRow[] => [
  ...(subjects.consumed ? [own(subjects, "SetAside", "Set aside by the consumer")] : []),
  own(subjects, "Held", "Held by the healer"),
  own(subjects, "Released", "Let go for their first try"),
  own(subjects, "BreakersOpen", "Breakers not closed", { stat: "Maximum", yAxis: "right" })
]

/** How many messages each queue has, and how they wait. */
export const depths = ({ queues }: Pick<DashboardSubjects, "queues">): readonly MetricRow[] =>
  queues.flatMap(({ name, label }) => [
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, { label: `${label}: waiting` }],
    ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", name, { label: `${label}: in hand or held` }],
    ["AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", name, { label: `${label}: delayed` }]
  ])

/** How long the oldest message of each queue has been there. */
export const ages = ({ queues }: Pick<DashboardSubjects, "queues">): readonly MetricRow[] =>
  queues.map(({ name, label }) => ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name, { label }])

/** Whether the functions run, fail, are held back, and how long they take. */
export const functionHealth = ({ functions }: Pick<DashboardSubjects, "functions">): readonly MetricRow[] =>
  functions.flatMap(({ name, label }) => [
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

/** How long it took until messages were stored, and until failed ones had recovered. */
export const durations = (subjects: Subjects): readonly MetricRow[] =>
  (["p50", "p99"] as const).flatMap((stat) => [
    own(subjects, "TimeToStore", `Time to store, ${stat}`, { stat }),
    own(subjects, "TimeToRecover", `Time to recover, ${stat}`, { stat })
  ])
