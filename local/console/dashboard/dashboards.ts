/** The dashboards that the stack has registered: their layout as it is, and their data. */

import { type LogTable, runLogQuery } from "../../cloudwatch/logQuery.ts"
import type { EmbeddedAws } from "../../EmbeddedAws.ts"
import type { AlarmView } from "../protocol.ts"
import { evaluateMetrics, type MetricData, type TimeRange } from "./evaluateMetrics.ts"

/** A widget as it was registered. */
export interface Widget {
  readonly type: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}

/** A widget's data, by its type. */
export type WidgetData =
  | ({ readonly type: "metric" } & MetricData)
  | ({ readonly type: "log" } & LogTable)
  | { readonly type: "alarm"; readonly alarms: ReadonlyArray<AlarmView> }
  | { readonly type: "none" }

/** Dashboards. */
export interface Dashboards {
  readonly names: () => ReadonlyArray<string>
  /** `undefined` when there is no such dashboard. */
  readonly widgets: (name: string) => ReadonlyArray<Widget> | undefined
  readonly data: (name: string, range: TimeRange) => ReadonlyArray<WidgetData> | undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const numberOr = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)

const widgetsOf = (body: string): ReadonlyArray<Widget> => {
  const parsed: unknown = JSON.parse(body)
  const widgets: unknown = isRecord(parsed) ? parsed["widgets"] : undefined
  return (Array.isArray(widgets) ? widgets : []).filter(isRecord).map((widget) => ({
    type: String(widget["type"]),
    // CloudWatch's own defaults.
    x: numberOr(widget["x"], 0),
    y: numberOr(widget["y"], 0),
    width: numberOr(widget["width"], 6),
    height: numberOr(widget["height"], 6),
    properties: isRecord(widget["properties"]) ? widget["properties"] : {}
  }))
}

const alarmsOf = (given: unknown, alarms: ReadonlyArray<AlarmView>): ReadonlyArray<AlarmView> =>
  Array.isArray(given) ? alarms.filter(({ arn }) => given.includes(arn)) : []

/** The dashboards of an embedded AWS. */
export const dashboardsOf = (
  { cloudwatch }: Pick<EmbeddedAws, "cloudwatch">,
  alarms: () => ReadonlyArray<AlarmView>
): Dashboards => {
  const widgets = (name: string): ReadonlyArray<Widget> | undefined => {
    const body = cloudwatch.dashboards().get(name)
    return body === undefined ? undefined : widgetsOf(body)
  }
  const dataOf = ({ type, properties }: Widget, range: TimeRange): WidgetData => {
    switch (type) {
      case "metric":
        return { type, ...evaluateMetrics(properties, cloudwatch, range) }
      case "log":
        return { type, ...runLogQuery(String(properties["query"] ?? ""), cloudwatch.logs) }
      case "alarm":
        return { type, alarms: alarmsOf(properties["alarms"], alarms()) }
      default:
        return { type: "none" }
    }
  }
  return {
    names: () => [...cloudwatch.dashboards().keys()],
    widgets,
    data: (name, range) => widgets(name)?.map((widget) => dataOf(widget, range))
  }
}
