/** The plot of an outage: backlog and load over time, one line a policy. Small, and readable on light and dark pages. */
import type { Scenario } from "./scenario.ts"
import type { PolicyResult } from "./simulate.ts"

const width = 840
const left = 70
const right = 20
const panelHeight = 210
const panelGap = 50
const top = 64
/** How many points a line has, at most. */
const points = 280

const colours = ["#1f8a4c", "#d9730d", "#8250df", "#cf222e", "#2f81f7"]

interface Panel {
  readonly title: string
  readonly top: number
  readonly most: number
  readonly ticks: ReadonlyArray<number>
  readonly label: (value: number) => string
  readonly value: (result: PolicyResult, fromSecond: number, toSecond: number) => number
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const largest = (values: Uint32Array): number => values.reduce((most, value) => Math.max(most, value), 0)

const round = (value: number): number => Math.round(value * 10) / 10

/** About four round numbers up to `most`. */
const roundTicks = (most: number): ReadonlyArray<number> => {
  const raw = most / 4
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-9)))
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((each) => each >= raw) ?? magnitude
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}

/** The plot as an SVG document. */
export const plot = (scenario: Scenario, results: ReadonlyArray<PolicyResult>): string => {
  const end = scenario.arrivalsEndAt
  const step = Math.max(1, Math.ceil(end / points))
  const x = (second: number): number => round(left + (second / end) * (width - left - right))
  const most = Math.max(1, ...results.map(({ timeline }) => largest(timeline.backlog)))
  const ceiling = scenario.breaker.ceilingRatio
  const mostLoad = ceiling * 2
  const panels: ReadonlyArray<Panel> = [
    {
      title: "Backlog: messages that wait, wherever they are",
      top,
      most,
      ticks: roundTicks(most),
      label: (value) =>
        value >= 1_000_000 ? `${value / 1_000_000} M` : value >= 1000 ? `${value / 1000} k` : `${value}`,
      value: ({ timeline }, _, to) => timeline.backlog[to - 1] ?? 0
    },
    {
      title: `Load on the dependency in times of its normal rate, the busiest second of each ${step} s (cut at ${mostLoad} ×)`,
      top: top + panelHeight + panelGap,
      most: mostLoad,
      ticks: roundTicks(mostLoad),
      label: (value) => `${value} ×`,
      value: ({ timeline }, from, to) =>
        Math.min(mostLoad, largest(timeline.load.subarray(from, to)) / scenario.ratePerSecond)
    }
  ]
  const draw = (panel: Panel): string => {
    const y = (value: number): number => round(panel.top + panelHeight - (value / panel.most) * panelHeight)
    const grid = panel.ticks.map(
      (tick) =>
        `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${panel.label(tick)}</text>`
    )
    const lines = results.map((result, index) => {
      const path = Array.from({ length: Math.floor(end / step) }, (_, point) => {
        const from = point * step
        return `${x(from)},${y(panel.value(result, from, from + step))}`
      })
      return `<polyline points="${path.join(" ")}" stroke="${colours[index % colours.length]}"${index === 0 ? ' stroke-width="2.5"' : ""}/>`
    })
    return [
      `<text x="${left}" y="${panel.top - 8}" class="title">${escaped(panel.title)}</text>`,
      `<rect class="outage" x="${x(scenario.outageStartsAt)}" y="${panel.top}" width="${round(x(scenario.outageEndsAt) - x(scenario.outageStartsAt))}" height="${panelHeight}"/>`,
      ...grid,
      ...(panel.top === top
        ? []
        : [`<line class="ceiling" x1="${left}" x2="${width - right}" y1="${y(ceiling)}" y2="${y(ceiling)}"/>`]),
      ...lines.toReversed()
    ].join("\n")
  }
  const bottom = top + 2 * panelHeight + panelGap
  const minutes = roundTicks(end / 60).map(
    (minute) => `<text x="${x(minute * 60)}" y="${bottom + 20}" text-anchor="middle">${minute} min</text>`
  )
  const legend = results.map(
    ({ name }, index) =>
      `<circle cx="${left + index * 150}" cy="20" r="5" fill="${colours[index % colours.length]}"/><text x="${left + 10 + index * 150}" y="24">${escaped(name)}</text>`
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 36}" role="img" aria-label="Backlog and load through an outage, by policy">
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-weight: 600 }
.grid { stroke: #8c959f; stroke-opacity: .3 }
.ceiling { stroke: #8c959f; stroke-dasharray: 5 4 }
.outage { fill: #8c959f; fill-opacity: .15 }
polyline { fill: none; stroke-width: 1.3; stroke-linejoin: round }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } }
</style>
${[...legend, ...panels.map(draw), ...minutes].join("\n")}
</svg>
`
}
