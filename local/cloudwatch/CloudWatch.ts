/** What the other parts of the embedded AWS ask of CloudWatch: metrics, alarms, logs. */
import type { EmbeddedService } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { SqsService } from "../sqs/SqsService.ts"
import type { MetricStore } from "./MetricStore.ts"

/** One value of a metric. */
export interface Datum {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly value: number
  /** Epoch milliseconds. */
  readonly at: number
}

/** A line that a function wrote. */
export interface LogEvent {
  readonly logGroup: string
  readonly logStream: string
  readonly at: number
  readonly message: string
}

/** An alarm's state. */
export interface AlarmState {
  readonly name: string
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA"
  readonly reason: string
  readonly changedAt: number
}

/** CloudWatch inside the process. */
export interface CloudWatch extends EmbeddedService {
  /** Metric alarms, dashboards, log groups. */
  readonly resources: ResourceProviders
  readonly putMetric: (datum: Datum) => void
  /** Keeps a log line; lines in embedded metric format become metrics as well. */
  readonly putLog: (event: LogEvent) => void
  readonly logs: (logGroup: string) => ReadonlyArray<LogEvent>
  readonly metrics: (filter: { readonly namespace?: string; readonly name?: string }) => ReadonlyArray<Datum>
  /** The values of a metric with `from < at <= to`, in epoch milliseconds. */
  readonly values: MetricStore["values"]
  /** Which metrics of a namespace there are. */
  readonly metricKeys: MetricStore["keys"]
  readonly alarms: () => ReadonlyArray<AlarmState>
  readonly dashboards: () => ReadonlyMap<string, string>
  /** From now on samples the depth and traffic of every queue, as the `AWS/SQS` metrics. */
  readonly watchQueues: (sqs: Pick<SqsService, "queueArns" | "depth" | "subscribe">) => void
  /** Tells of each line as it is kept; the answer ends that. */
  readonly onLog: (listener: (event: LogEvent) => void) => () => void
  readonly close: () => void
}
