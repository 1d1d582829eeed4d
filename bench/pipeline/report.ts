/** What a run of the pipeline says, for people. */
import { median } from "../page/statistics.ts"
import { type Column, markdownTable } from "../page/table.ts"
import type { PipelineRow } from "./run.ts"

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`

const columns: ReadonlyArray<Column<PipelineRow>> = [
  { title: "orders offered", of: ({ name }) => name },
  { title: "accepted", of: ({ accepted }) => String(accepted) },
  { title: "stored", of: ({ stored }) => String(stored) },
  { title: "stored a second", of: ({ storedPerSecond }) => storedPerSecond.toFixed(1) },
  ...(["p50", "p95", "p99"] as const).map((name) => ({
    title: `accepted after, ${name}`,
    of: ({ acceptedAfter }: PipelineRow) => milliseconds(acceptedAfter[name])
  })),
  ...(["p50", "p95", "p99"] as const).map((name) => ({
    title: `stored after, ${name}`,
    of: ({ storedAfter }: PipelineRow) => milliseconds(storedAfter[name])
  })),
  { title: "AWS's CPU an order", of: ({ awsCpuMilliseconds }) => milliseconds(awsCpuMilliseconds) },
  { title: "functions' CPU an order", of: ({ functionCpuMilliseconds }) => milliseconds(functionCpuMilliseconds) },
  { title: "AWS's thread busy", of: ({ awsBusy }) => `${(awsBusy * 100).toFixed(0)} %` }
]

/** Where the machine, and where the embedded AWS alone, would be used up: orders a second. */
export const limits = (rows: ReadonlyArray<PipelineRow>, cores: number) => {
  const aws = median(rows.map(({ awsCpuMilliseconds }) => awsCpuMilliseconds))
  const functions = median(rows.map(({ functionCpuMilliseconds }) => functionCpuMilliseconds))
  return { awsThread: 1000 / aws, machine: (1000 * cores) / (aws + functions), awsShare: aws / (aws + functions) }
}

/** The table, and what limits it. */
export const report = (rows: ReadonlyArray<PipelineRow>, starts: ReadonlyArray<number>, cores: number): string => {
  const { awsThread, machine, awsShare } = limits(rows, cores)
  return [
    `\`npm start\` to ready: ${median(starts).toFixed(1)} s (median of ${starts.length}: ${starts.map((each) => each.toFixed(1)).join(", ")}).`,
    markdownTable(columns, rows).trimEnd(),
    `The embedded AWS takes ${(awsShare * 100).toFixed(0)} % of the CPU of an order. Its one thread would be full at ${awsThread.toFixed(0)} orders a second, all ${cores} cores at ${machine.toFixed(0)}.`
  ].join("\n\n")
}
