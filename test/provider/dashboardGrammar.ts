/**
 * The body of a dashboard.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { arnProblems } from "./arnGrammar.ts"
import { members, unknownNames, valuesAt } from "./checks.ts"
import { expressionProblems, isStatistic } from "./metricMath.ts"

const regionPattern = /^[a-z]{2}(?:-[a-z]+)+-\d$/

const isPeriod = (value: unknown): boolean =>
  typeof value === "number" && ([1, 5, 10, 20, 30].includes(value) || (value >= 60 && value % 60 === 0))

const metricOptions: Readonly<Record<string, (value: unknown) => boolean>> = {
  color: (value) => typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value),
  expression: (value) => typeof value === "string",
  id: (value) => typeof value === "string" && /^[a-z]\w{0,254}$/.test(value),
  label: (value) => typeof value === "string",
  period: isPeriod,
  region: (value) => typeof value === "string" && regionPattern.test(value),
  stat: isStatistic,
  visible: (value) => typeof value === "boolean",
  yAxis: (value) => value === "left" || value === "right"
}

/** A row of `metrics`: namespace, name, dimensions in pairs, and options at the end. */
const rowProblems = (row: unknown, ids: ReadonlySet<string>): ReadonlyArray<string> => {
  if (!Array.isArray(row) || row.length === 0) return ["a row of metrics is a list"]
  const last: unknown = row.at(-1)
  const options = members(last)
  const names: ReadonlyArray<unknown> = options.length > 0 ? row.slice(0, -1) : row
  const expression = options.find(([name]) => name === "expression")?.[1]
  return [
    ...options.flatMap(([name, value]) =>
      metricOptions[name]?.(value) === true ? [] : [`${name} ${JSON.stringify(value)} is no option of a metric`]
    ),
    ...(typeof expression === "string"
      ? [
          ...expressionProblems(expression, ids),
          ...(names.length === 0 ? [] : ["an expression has no metric beside it"])
        ]
      : names.length < 2 || names.length % 2 !== 0 || names.length > 62
        ? [`${JSON.stringify(names)}: namespace, name and dimensions in pairs are needed`]
        : []),
    ...names.flatMap((name) =>
      typeof name === "string" && name !== "" ? [] : [`${JSON.stringify(name)} names nothing`]
    )
  ]
}

const metricProperties = [
  "accountId",
  "annotations",
  "end",
  "legend",
  "liveData",
  "metrics",
  "period",
  "region",
  "setPeriodToTimeRange",
  "sparkline",
  "stacked",
  "start",
  "stat",
  "table",
  "timezone",
  "title",
  "trend",
  "view",
  "yAxis"
]

const metricWidget = (properties: unknown): ReadonlyArray<string> => {
  const of = Object.fromEntries(members(properties))
  const rows: ReadonlyArray<unknown> = Array.isArray(of["metrics"]) ? of["metrics"] : []
  const idList = valuesAt(rows, "*.*.id").map(([, id]) => String(id))
  return [
    ...unknownNames(properties, metricProperties),
    ...(rows.length === 0 || rows.length > 500 ? [`${rows.length} metrics`] : []),
    ...(new Set(idList).size === idList.length ? [] : ["two metrics have one id"]),
    ...rows.flatMap((row) => rowProblems(row, new Set(idList))),
    ...(typeof of["region"] === "string" && regionPattern.test(of["region"]) ? [] : ["region is needed"]),
    ...(of["period"] === undefined || isPeriod(of["period"]) ? [] : [`${of["period"]} is no period`]),
    ...(of["stat"] === undefined || isStatistic(of["stat"]) ? [] : [`${of["stat"]} is no statistic`]),
    ...(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"].includes(String(of["view"] ?? "timeSeries"))
      ? []
      : [`${of["view"]} is no view`]),
    ...members(of["yAxis"]).flatMap(([side, axis]) => [
      ...(side === "left" || side === "right" ? [] : [`${side} is no side of an axis`]),
      ...unknownNames(axis, ["label", "max", "min", "showUnits"])
    ])
  ]
}

const queryCommands = /^(?:SOURCE|fields|filter|stats|sort|limit|parse|display|dedup|pattern|diff|unmask)\b/

const logWidget = (properties: unknown): ReadonlyArray<string> => {
  const of = Object.fromEntries(members(properties))
  const query = String(of["query"] ?? "")
  const commands = query.split(" | ")
  return [
    ...unknownNames(properties, ["query", "region", "title", "view", "stacked", "accountId", "timezone"]),
    ...(typeof of["region"] === "string" && regionPattern.test(of["region"]) ? [] : ["region is needed"]),
    ...(["table", "timeSeries", "bar", "pie"].includes(String(of["view"] ?? "table"))
      ? []
      : [`${of["view"]} is no view`]),
    ...commands.flatMap((command) => (queryCommands.test(command) ? [] : [`${command} is no command of a query`])),
    ...(/^SOURCE '[\w./#-]{1,512}'/.test(query) ? [] : ["the query has no SOURCE"]),
    ...(commands.filter((command) => command.startsWith("SOURCE")).length <= 50 ? [] : ["more than 50 log groups"])
  ]
}

const alarmWidget = (properties: unknown): ReadonlyArray<string> => {
  const of = Object.fromEntries(members(properties))
  const alarms: ReadonlyArray<unknown> = Array.isArray(of["alarms"]) ? of["alarms"] : []
  return [
    ...unknownNames(properties, ["alarms", "sortBy", "states", "title"]),
    ...(alarms.length >= 1 && alarms.length <= 100 ? [] : [`${alarms.length} alarms`]),
    ...alarms.flatMap((alarm) => arnProblems(String(alarm)))
  ]
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html */
const customWidget = (properties: unknown): ReadonlyArray<string> => {
  const of = Object.fromEntries(members(properties))
  const endpoint = String(of["endpoint"])
  return [
    ...unknownNames(properties, ["endpoint", "params", "title", "updateOn"]),
    ...arnProblems(endpoint),
    ...(endpoint.split(":")[2] === "lambda" ? [] : [`${endpoint} is no function`]),
    ...(of["params"] === undefined ? [] : unknownNames(of["params"], Object.keys(Object(of["params"])))),
    ...unknownNames(of["updateOn"] ?? {}, ["refresh", "resize", "timeRange"]),
    ...members(of["updateOn"]).flatMap(([name, value]) =>
      typeof value === "boolean" ? [] : [`updateOn.${name} is ${String(value)}`]
    )
  ]
}

const textWidget = (properties: unknown): ReadonlyArray<string> => unknownNames(properties, ["background", "markdown"])

const widgets: Readonly<Record<string, (properties: unknown) => ReadonlyArray<string>>> = {
  alarm: alarmWidget,
  custom: customWidget,
  log: logWidget,
  metric: metricWidget,
  text: textWidget
}

const whole = (value: unknown, minimum: number, maximum: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const overlaps = (one: Place, other: Place): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

/** What is wrong with the body of a dashboard. */
export const dashboardProblems = (body: unknown): ReadonlyArray<string> => {
  const of = Object.fromEntries(members(body))
  const list: ReadonlyArray<unknown> = Array.isArray(of["widgets"]) ? of["widgets"] : []
  const places: Array<Place> = []
  const problems = list.flatMap((widget, index) => {
    const { type, x, y, width, height, properties } = Object.fromEntries(members(widget))
    const placed = whole(x, 0, 23) && whole(y, 0, 10_000) && whole(width, 1, 24) && whole(height, 1, 1000)
    const found: Array<string> = [...unknownNames(widget, ["type", "x", "y", "width", "height", "properties"])]
    if (!placed || x + width > 24) found.push("it is not on the grid of 24 columns")
    else {
      const place = { x, y, width, height }
      if (places.some((each) => overlaps(each, place))) found.push("it covers another one")
      places.push(place)
    }
    const check = widgets[String(type)]
    if (check === undefined) found.push(`${type} is no widget`)
    else found.push(...check(properties))
    return found.map((problem) => `widgets.${index}: ${problem}`)
  })
  return [
    ...unknownNames(body, ["end", "periodOverride", "start", "variables", "widgets"]),
    ...(list.length >= 1 && list.length <= 500 ? [] : [`${list.length} widgets`]),
    ...problems
  ]
}
