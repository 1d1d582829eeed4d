/** Medians and their neighbours. */

/** A quantile, by linear interpolation. @param share 0–1 @throws RangeError where there is no value */
export const quantile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) throw new RangeError("There is no quantile of nothing.")
  return below + (above - below) * (position - Math.floor(position))
}

/** The median. @throws RangeError where there is no value */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)
