/** What the runs of the healer say, for people. */
import { type Column, markdownTable } from "../page/table.ts"
import type { HealerRow } from "./run.ts"

const whole = (value: number): string => Math.round(value).toLocaleString("en-US")

const columns: ReadonlyArray<Column<HealerRow>> = [
  { title: "dead letters", of: ({ name }) => name },
  { title: "time", of: ({ seconds }) => `${seconds.toFixed(1)} s` },
  { title: "a second", of: ({ perSecond }) => whole(perSecond) },
  { title: "a second of the healer's CPU", of: ({ perCoreSecond }) => whole(perCoreSecond) },
  {
    title: "CPU of the embedded AWS each",
    of: ({ awsCpuMilliseconds }) => (awsCpuMilliseconds === 0 ? "" : `${awsCpuMilliseconds.toFixed(2)} ms`)
  },
  { title: "calls each", of: ({ callsPerDeadLetter }) => callsPerDeadLetter.toFixed(2) },
  { title: "heap grown by", of: ({ heapGrowthMebibytes }) => `${heapGrowthMebibytes.toFixed(1)} MiB` }
]

interface ActionRow {
  readonly action: string
  readonly calls: ReadonlyArray<number>
}

/** The tables. */
export const report = (rows: ReadonlyArray<HealerRow>): string => {
  const actions = [...new Set(rows.flatMap(({ calls }) => Object.keys(calls)))].sort()
  return [
    markdownTable(columns, rows),
    markdownTable<ActionRow>(
      [
        { title: "calls a dead letter", of: ({ action }) => action },
        ...rows.map(({ name }, index) => ({
          title: name,
          of: ({ calls }: ActionRow) => (calls[index] ?? 0).toFixed(3)
        }))
      ],
      actions.map((action) => ({ action, calls: rows.map(({ calls }) => calls[action] ?? 0) }))
    )
  ].join("\n")
}
