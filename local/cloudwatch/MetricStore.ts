/** The values of all metrics, bounded: the newest of each are kept. */
import type { Datum } from "./CloudWatch.ts"

/** Which metric: every dimension has to match, and there may be no others. */
export type MetricKey = Pick<Datum, "namespace" | "name" | "dimensions">

/** The values of all metrics. */
export interface MetricStore {
  readonly put: (datum: Datum) => void
  /** The values of a metric with `from < at <= to`, in epoch milliseconds. */
  readonly values: (key: MetricKey, from: number, to: number) => ReadonlyArray<number>
  readonly list: (filter: { readonly namespace?: string; readonly name?: string }) => ReadonlyArray<Datum>
  /** Which metrics of a namespace there are, in the order of their first values. */
  readonly keys: (namespace: string) => ReadonlyArray<MetricKey>
}

const keyOf = ({ namespace, name, dimensions }: MetricKey): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))])

/** The first index whose datum is later than `at`. */
const indexAfter = (series: ReadonlyArray<Datum>, at: number): number => {
  let low = 0
  let high = series.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const datum = series[middle]
    if (datum !== undefined && datum.at <= at) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * An empty store.
 *
 * @param limit how many values of one metric are kept. @default 20,000
 */
export const metricStore = (limit = 20_000): MetricStore => {
  const allSeries = new Map<string, Array<Datum>>()

  return {
    put: (datum) => {
      const key = keyOf(datum)
      const series = allSeries.get(key) ?? []
      allSeries.set(key, series)
      // Nearly always the newest comes last; a line that was written late finds its place.
      const last = series.at(-1)
      if (last === undefined || last.at <= datum.at) series.push(datum)
      else series.splice(indexAfter(series, datum.at), 0, datum)
      if (series.length > limit) series.splice(0, Math.ceil(limit / 4))
    },
    values: (key, from, to) => {
      const series = allSeries.get(keyOf(key)) ?? []
      return series.slice(indexAfter(series, from), indexAfter(series, to)).map(({ value }) => value)
    },
    list: ({ namespace, name }) =>
      [...allSeries.values()].flatMap((series) => {
        const first = series[0]
        const fits =
          first !== undefined &&
          (namespace === undefined || first.namespace === namespace) &&
          (name === undefined || first.name === name)
        return fits ? series : []
      }),
    keys: (namespace) =>
      [...allSeries.values()].flatMap(([first]) =>
        first === undefined || first.namespace !== namespace ? [] : [first]
      )
  }
}
