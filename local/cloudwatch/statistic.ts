/**
 * Statistics over the values of one period.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

const simple: Readonly<Record<string, (values: ReadonlyArray<number>) => number>> = {
  SampleCount: (values) => values.length,
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
}

const percentile = (values: ReadonlyArray<number>, percent: number): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(rank)]
  const above = sorted[Math.ceil(rank)]
  return below === undefined || above === undefined ? undefined : below + (above - below) * (rank - Math.floor(rank))
}

const percentOf = (name: string): number | undefined => {
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1]
  return percent === undefined || Number(percent) > 100 ? undefined : Number(percent)
}

/** Whether the embedded AWS can compute a statistic: `Sum`, `Average`, `p99` … */
export const isStatistic = (name: string): boolean => Object.hasOwn(simple, name) || percentOf(name) !== undefined

/** A statistic of some values; `undefined` when there are none: then the period has no data point. */
export const statistic = (name: string, values: ReadonlyArray<number>): number | undefined => {
  if (values.length === 0) return undefined
  const percent = percentOf(name)
  return percent === undefined ? simple[name]?.(values) : percentile(values, percent)
}
