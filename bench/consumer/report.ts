/** The consumers' figures as a table. */
import { type Column, markdownTable } from "../page/table.ts"
import { type Base, type ConsumerRow, ratio } from "./measure.ts"
import { handWritten, ours, powertools, powertoolsByEsbuild } from "./variants.ts"

const kibibytes = (bytes: number): string => `${Math.round(bytes / 1024)}`

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)}`

const columns: ReadonlyArray<Column<ConsumerRow>> = [
  { title: "consumer", of: ({ name }) => name },
  { title: "KiB", of: ({ bytes }) => kibibytes(bytes) },
  { title: "gzip", of: ({ gzipBytes }) => kibibytes(gzipBytes) },
  { title: "without SDK", of: ({ bytesWithoutSdk }) => kibibytes(bytesWithoutSdk) },
  { title: "gzip", of: ({ gzipBytesWithoutSdk }) => kibibytes(gzipBytesWithoutSdk) },
  { title: "cold start", of: ({ coldStartMilliseconds }) => `${Math.round(coldStartMilliseconds)} ms` },
  { title: "its CPU", of: ({ coldStartCpuMilliseconds }) => `${Math.round(coldStartCpuMilliseconds)} ms` },
  { title: "CPU a record", of: ({ warmMicroseconds }) => `${warmMicroseconds.toFixed(1)} µs` },
  { title: "… that fails", of: ({ failedMicroseconds }) => `${failedMicroseconds.toFixed(1)} µs` },
  { title: "… with SDK", of: ({ warmWithSdkMicroseconds }) => `${Math.round(warmWithSdkMicroseconds)} µs` },
  { title: "MiB cold", of: ({ coldMemoryBytes }) => mebibytes(coldMemoryBytes) },
  { title: "MiB warm", of: ({ warmMemoryBytes }) => mebibytes(warmMemoryBytes) }
]

/** The table, and how ours compares. */
export const consumerReport = (rows: ReadonlyArray<ConsumerRow>): string => {
  const times = (title: string, figure: Exclude<keyof ConsumerRow, "name">): Column<Base> => ({
    title,
    of: (base) => `${ratio(rows, ours, base, figure).toFixed(2)} ×`
  })
  const comparison: ReadonlyArray<Column<Base>> = [
    { title: "ours over …", of: (base) => base },
    times("bundle", "bytes"),
    times("gzip", "gzipBytes"),
    times("cold start", "coldStartMilliseconds"),
    times("its CPU", "coldStartCpuMilliseconds"),
    times("CPU a record", "warmMicroseconds"),
    times("… with SDK", "warmWithSdkMicroseconds")
  ]
  return [markdownTable(columns, rows), markdownTable(comparison, [powertoolsByEsbuild, powertools, handWritten])].join(
    "\n"
  )
}
