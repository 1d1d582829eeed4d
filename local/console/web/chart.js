// A metric widget as a chart, with uPlot.
import "./language.js"
import { element, replace, setText } from "./dom.js"
import { colourOf, number } from "./format.js"
import uPlot from "./uplot.js"

/** @typedef {{ label: string, axis: "left" | "right", color?: string, distinction?: string, values: ReadonlyArray<number | null> }} Series */
/** @typedef {{ times: ReadonlyArray<number>, series: ReadonlyArray<Series>, problems: ReadonlyArray<string> }} MetricData */

/** Told apart by people who do not see red and green alike; the classes have colours of their own. */
const light = [
  "#5151cd",
  "#0f8578",
  "#c2570c",
  "#b02a8f",
  "#1f77b4",
  "#7a6300",
  "#c62a2f",
  "#4f5b6b",
  "#8250df",
  "#2b8a3e",
  "#a15c00",
  "#0969da"
]
const dark = [
  "#a5a5fa",
  "#4fcfc4",
  "#f5a065",
  "#e58fd6",
  "#6fb6f5",
  "#dcc34b",
  "#ff8589",
  "#a9b6c8",
  "#c4a1ff",
  "#7fd492",
  "#f0b849",
  "#7cc0ff"
]

const isDark = () => document.documentElement.dataset["theme"] === "dark"

/** @param {string} name */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** @type {Readonly<Record<string, string>>} */
const classTokens = {
  AUTH_FAILURE: "--auth",
  VALIDATION_ERROR: "--validation",
  BAD_PAYLOAD: "--payload",
  TIMEOUT: "--timeout",
  DEPENDENCY_FAILURE: "--dependency",
  UNKNOWN: "--unknown"
}

/** A failure class has its own colour, wherever it stands. @param {string | undefined} name */
const classColour = (name) => {
  if (name === undefined) return undefined
  const code = name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  const property = classTokens[colourOf(code)]
  return property === undefined ? undefined : token(property)
}

/** @param {Series} series @param {number} index */
const strokeOf = ({ color, distinction }, index) => {
  const palette = isDark() ? dark : light
  const named = color === "#2ca02c" ? token("--good") : color === "#d62728" ? token("--bad") : color
  return classColour(distinction) ?? named ?? palette[index % palette.length] ?? "#888"
}

/** @param {ReadonlyArray<Series>} series @param {boolean} isStacked */
const stackedValues = (series, isStacked) => {
  /** @type {Array<number>} */
  let below = []
  return series.map(({ values }) => {
    if (!isStacked) return values
    const sums = values.map((value, index) => (value ?? 0) + (below[index] ?? 0))
    below = sums
    return sums
  })
}

/** @param {number | null | undefined} value */
const shown = (value) =>
  value === null || value === undefined
    ? "–"
    : number(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100)

/** @param {Series} series */
const lastOf = ({ values }) => values.findLast((value) => value !== null)

/** @param {string} colour @param {number} alpha */
const faded = (colour, alpha) =>
  /^#[0-9a-f]{6}$/i.test(colour)
    ? `${colour}${Math.round(alpha * 255)
        .toString(16)
        .padStart(2, "0")}`
    : colour

/**
 * A chart in a host element. It is told its data again and again.
 *
 * @param {HTMLElement} host
 * @param {Readonly<Record<string, any>>} properties
 */
export const chartIn = (host, properties) => {
  const isStacked = properties["stacked"] === true
  const yAxis = properties["yAxis"]?.left ?? {}
  const plot = element("div", { class: "plot" })
  const legend = element("ul", { class: "legend" })
  const problems = element("p", { class: "widget-problem", hidden: true })
  host.replaceChildren(plot, legend, problems)
  /** @type {uPlot | undefined} */
  let chart
  /** What has to be drawn from the beginning when it changes. */
  let shape = ""
  /** @type {MetricData} */
  let latest = { times: [], series: [], problems: [] }

  /** @param {number | undefined | null} index */
  const showLegend = (index) => {
    latest.series.forEach((series, position) => {
      const item = legend.children[position]?.querySelector(".legend-value")
      if (item !== null && item !== undefined)
        setText(item, shown(index === undefined || index === null ? lastOf(series) : series.values[index]))
    })
  }

  /** @returns {{ width: number, height: number }} */
  const size = () => ({ width: Math.max(120, plot.clientWidth), height: Math.max(90, plot.clientHeight) })

  const make = () => {
    chart?.destroy()
    const grid = { stroke: token("--line"), width: 1 }
    const axis = { stroke: token("--muted"), font: `11px ${token("--sans")}`, grid, ticks: { show: false } }
    const hasRight = latest.series.some(({ axis: side }) => side === "right")
    /** @param {unknown} _ @param {number | null} _least @param {number | null} most @returns {[number, number]} */
    const range = (_, _least, most) => [yAxis.min ?? 0, Math.max(yAxis.max ?? 0, (most ?? 0) * 1.08, 1)]
    chart = new uPlot(
      {
        ...size(),
        pxAlign: false,
        legend: { show: false },
        padding: [8, hasRight ? 0 : 10, 0, 0],
        cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
        scales: { y: { range }, right: { range } },
        axes: [
          { ...axis, grid: { show: false }, size: 26, space: 70, values: "{HH}:{mm}:{ss}" },
          { ...axis, size: 44, space: 30 },
          ...(hasRight ? [{ ...axis, scale: "right", side: 1, grid: { show: false }, size: 44, space: 30 }] : [])
        ],
        series: [
          {},
          ...latest.series.map((series, index) => {
            const stroke = strokeOf(series, index)
            return {
              label: series.label,
              scale: series.axis === "right" ? "right" : "y",
              stroke,
              width: 1.75,
              ...(isStacked ? { fill: faded(stroke, 0.22) } : {}),
              spanGaps: true,
              points: { size: 4, space: 6 }
            }
          })
        ],
        ...(isStacked
          ? {
              bands: latest.series
                .slice(1)
                .map((_, index) => /** @type {uPlot.Band} */ ({ series: [index + 2, index + 1] }))
            }
          : {}),
        hooks: { setCursor: [(self) => showLegend(self.cursor.idx)] }
      },
      dataOf(),
      plot
    )
    const canvas = plot.querySelector("canvas")
    canvas?.setAttribute("role", "img")
    replace(
      legend,
      ...latest.series.map((series, index) => {
        const swatch = element("span", { class: "swatch", "aria-hidden": "true" })
        swatch.style.backgroundColor = strokeOf(series, index)
        return element(
          "li",
          {},
          swatch,
          element("span", { class: "legend-label", title: series.label }, series.label),
          element("span", { class: "legend-value" })
        )
      })
    )
  }

  /** @returns {uPlot.AlignedData} */
  const dataOf = () =>
    /** @type {uPlot.AlignedData} */ ([
      [...latest.times],
      ...stackedValues(latest.series, isStacked).map((values) => [...values])
    ])

  const observer = new ResizeObserver(() => chart?.setSize(size()))
  observer.observe(plot)
  return {
    /** @param {MetricData} data */
    show: (data) => {
      latest = data
      const nextShape = JSON.stringify([isDark(), data.series.map(({ label, axis }) => [label, axis])])
      if (nextShape !== shape) {
        shape = nextShape
        make()
      } else chart?.setData(dataOf())
      // What scrolls has to be reached by keyboard.
      if (legend.scrollHeight > legend.clientHeight) legend.tabIndex = 0
      else legend.removeAttribute("tabindex")
      showLegend(chart?.cursor.idx)
      const said = data.series.map((series) => `${series.label} ${shown(lastOf(series))}`).join("; ")
      plot
        .querySelector("canvas")
        ?.setAttribute(
          "aria-label",
          `${String(properties["title"] ?? "Chart")}. Latest: ${said === "" ? "no data" : said}`
        )
      problems.hidden = data.problems.length === 0
      setText(problems, data.problems.join(" "))
    },
    remove: () => {
      observer.disconnect()
      chart?.destroy()
    }
  }
}

/**
 * A metric widget of the view `singleValue`: the newest figure of each.
 *
 * @param {HTMLElement} host
 */
export const valuesIn = (host) => ({
  /** @param {MetricData} data */
  show: (data) =>
    replace(
      host,
      element(
        "dl",
        { class: "single-values" },
        ...data.series.map((series) =>
          element("div", {}, element("dt", {}, series.label), element("dd", {}, shown(lastOf(series))))
        )
      ),
      data.problems.length > 0 && element("p", { class: "widget-problem" }, data.problems.join(" "))
    ),
  remove: () => undefined
})
