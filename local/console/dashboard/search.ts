/**
 * Search expressions: which metrics they find.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
import type { MetricKey } from "../../cloudwatch/MetricStore.ts"

/** A search, parsed. */
export interface Search {
  readonly namespace: string
  /** A metric has these dimensions and no others. */
  readonly dimensions: ReadonlyArray<string>
  /** Dimensions, and `MetricName`, that have to be just so. */
  readonly terms: ReadonlyArray<{ readonly name: string; readonly value: string }>
  readonly stat: string
  /** In seconds; `undefined`: the widget's. */
  readonly period: number | undefined
}

const shape = /^\s*SEARCH\(\s*'\{\s*([^,}]+?)\s*((?:,[^}]*)?)\}([^']*)'\s*,\s*'([^']+)'\s*(?:,\s*(\d+)\s*)?\)\s*$/

const term = /(\w+)\s*=\s*(?:"([^"]*)"|([^\s"]+))/g

/** Parses a search; `undefined` for an expression that is none, or asks for more than exact terms. */
export const parseSearch = (expression: string): Search | undefined => {
  const [, namespace, schema, query, stat, period] = shape.exec(expression) ?? []
  if (namespace === undefined || stat === undefined || query === undefined || schema === undefined) return undefined
  if (query.replace(term, "").trim() !== "") return undefined
  return {
    namespace: namespace.replaceAll('"', ""),
    dimensions: schema
      .split(",")
      .map((name) => name.trim().replaceAll('"', ""))
      .filter((name) => name !== ""),
    terms: [...query.matchAll(term)].map(([, name = "", quoted, bare]) => ({ name, value: quoted ?? bare ?? "" })),
    stat,
    period: period === undefined ? undefined : Number(period)
  }
}

/** The metrics that a search finds, sorted by what tells them apart; with each, that. */
export const foundBy = (
  search: Search,
  keys: ReadonlyArray<MetricKey>
): ReadonlyArray<{ readonly key: MetricKey; readonly distinction: string }> => {
  const fixed = new Set(search.terms.map(({ name }) => name))
  const wanted = search.dimensions.toSorted().join()
  const found = keys.filter(
    ({ namespace, name, dimensions }) =>
      namespace === search.namespace &&
      Object.keys(dimensions).toSorted().join() === wanted &&
      search.terms.every((each) => (each.name === "MetricName" ? name : dimensions[each.name]) === each.value)
  )
  return found
    .map((key) => {
      const values = Object.entries(key.dimensions).flatMap(([name, value]) => (fixed.has(name) ? [] : [value]))
      return { key, distinction: [...(fixed.has("MetricName") ? [] : [key.name]), ...values].join(" ") }
    })
    .toSorted((one, other) => (one.distinction < other.distinction ? -1 : 1))
}
