/** CloudWatch inside the process: metrics, alarms that evaluate and publish, logs, dashboards. */
import type { Account } from "../Account.ts"
import type { Clock } from "../EmbeddedService.ts"
import { type AlarmTopics, alarmsOf } from "./Alarms.ts"
import type { CloudWatch, LogEvent } from "./CloudWatch.ts"
import { cloudWatchResources } from "./cloudWatchResources.ts"
import { embeddedMetrics } from "./embeddedMetricFormat.ts"
import { logStore } from "./LogStore.ts"
import { metricStore } from "./MetricStore.ts"
import { type QueueMetrics, queueMetrics } from "./queueMetrics.ts"
import { monitoringApi } from "./readApi.ts"

/** What CloudWatch is made of. */
export interface CloudWatchOptions {
  readonly account: Account
  readonly clock: Clock
  /** Takes the alarms' notifications. */
  readonly sns: AlarmTopics
  /** How often queues are sampled and alarms evaluated, in milliseconds. @default 1000 */
  readonly evaluationIntervalMilliseconds?: number
}

/** Starts CloudWatch without alarms. */
export const createCloudWatch = (options: CloudWatchOptions): CloudWatch => {
  const { account, clock, sns, evaluationIntervalMilliseconds = 1000 } = options
  const store = metricStore()
  const logs = logStore()
  const alarms = alarmsOf(account, clock, store, sns)
  const dashboards = new Map<string, string>()
  const listeners = new Set<(event: LogEvent) => void>()
  const queues: Array<QueueMetrics> = []

  let cancel: () => void
  const tick = () => {
    for (const each of queues) each.sample()
    alarms.evaluate()
    cancel = clock.schedule(evaluationIntervalMilliseconds, tick)
  }
  cancel = clock.schedule(evaluationIntervalMilliseconds, tick)

  return {
    ...monitoringApi(account, {
      logs: logs.list,
      values: store.values,
      alarms: alarms.states,
      dashboards: () => dashboards
    }),
    resources: cloudWatchResources({ account, logs, alarms, dashboards }),
    putMetric: store.put,
    putLog: (event) => {
      logs.put(event)
      for (const datum of embeddedMetrics(event.message, event.at)) store.put(datum)
      for (const listener of listeners) listener(event)
    },
    logs: logs.list,
    metrics: store.list,
    values: store.values,
    metricKeys: store.keys,
    alarms: alarms.states,
    dashboards: () => dashboards,
    watchQueues: (sqs) => void queues.push(queueMetrics(sqs, clock.now, store.put)),
    onLog: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      cancel()
      for (const each of queues) each.stop()
    }
  }
}
