/**
 * What reaches a function's log stream: its own lines, and Lambda's START, END and REPORT in the configured format.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
import type { Clock } from "../EmbeddedService.ts"
import type { FunctionConfiguration } from "./FunctionConfiguration.ts"

/** The figures of one invocation. */
export interface InvocationReport {
  readonly requestId: string
  readonly status: "success" | "error" | "failure" | "timeout"
  readonly durationMilliseconds: number
  /** The most memory that the process has held; `undefined` where the machine does not tell. */
  readonly maxMemoryMegabytes: number | undefined
  /** How long the environment took to start, at its first invocation. */
  readonly initMilliseconds: number | undefined
  /** What ended it, when it was not the function's own answer, e.g. `Task timed out after 3.00 seconds`. */
  readonly reason: string | undefined
}

/** The log stream of one execution environment. */
export interface FunctionLog {
  readonly start: (requestId: string) => void
  /** Everything that the process writes, in pieces as they come. */
  readonly output: (chunk: string) => void
  /** Writes the rest of a line that was not ended. */
  readonly flush: () => void
  readonly report: (report: InvocationReport) => void
}

/** CloudWatch's limit of one log event. */
const longestLine = 1_048_576

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100

const metricsOf = (report: InvocationReport, memorySizeMB: number) => ({
  durationMs: round(report.durationMilliseconds),
  billedDurationMs: Math.ceil(report.durationMilliseconds),
  memorySizeMB,
  ...(report.maxMemoryMegabytes === undefined ? {} : { maxMemoryUsedMB: report.maxMemoryMegabytes }),
  ...(report.initMilliseconds === undefined ? {} : { initDurationMs: round(report.initMilliseconds) })
})

const reportLine = (report: InvocationReport, memorySizeMB: number): string => {
  const metrics = metricsOf(report, memorySizeMB)
  return [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${metrics.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${metrics.billedDurationMs} ms`,
    `Memory Size: ${memorySizeMB} MB`,
    ...(report.maxMemoryMegabytes === undefined ? [] : [`Max Memory Used: ${report.maxMemoryMegabytes} MB`]),
    ...(report.initMilliseconds === undefined ? [] : [`Init Duration: ${report.initMilliseconds.toFixed(2)} ms`]),
    ...(report.status === "success" || report.status === "failure" ? [] : [`Status: ${report.status}`])
  ].join("\t")
}

const plainLog = (
  configuration: FunctionConfiguration,
  write: (line: string) => void,
  time: () => string
): Pick<FunctionLog, "start" | "report"> => ({
  start: (requestId) => write(`START RequestId: ${requestId} Version: $LATEST`),
  report: (report) => {
    if (report.reason !== undefined) write(`${time()} ${report.requestId} ${report.reason}`)
    write(`END RequestId: ${report.requestId}`)
    write(reportLine(report, configuration.memoryMegabytes))
  }
})

const jsonLog = (
  configuration: FunctionConfiguration,
  write: (line: string) => void,
  time: () => string
): Pick<FunctionLog, "start" | "report"> => {
  const event = (type: string, record: unknown) => write(JSON.stringify({ time: time(), type, record }))
  const all = configuration.systemLogLevel !== "WARN"
  return {
    start: (requestId) => {
      if (all) event("platform.start", { requestId, version: "$LATEST" })
    },
    report: ({ requestId, status, reason, ...rest }) => {
      if (!all && status === "success") return
      const metrics = metricsOf({ requestId, status, reason, ...rest }, configuration.memoryMegabytes)
      event("platform.report", { requestId, metrics, status, ...(reason === undefined ? {} : { errorType: reason }) })
    }
  }
}

/** A log stream that hands each finished line to `write`. */
export const functionLog = (
  configuration: FunctionConfiguration,
  clock: Clock,
  write: (line: string) => void
): FunctionLog => {
  let unfinished = ""
  const flush = () => {
    if (unfinished !== "") write(unfinished)
    unfinished = ""
  }
  const format = configuration.logFormat === "JSON" ? jsonLog : plainLog
  return {
    ...format(configuration, write, () => new Date(clock.now()).toISOString()),
    flush,
    output: (chunk) => {
      const lines = (unfinished + chunk).split("\n")
      unfinished = lines.pop() ?? ""
      for (const line of lines) if (line !== "") write(line)
      if (unfinished.length >= longestLine) flush()
    }
  }
}
