/** Random numbers from a seed: the same seed gives the same numbers, on every machine. */

/** A seeded source of random numbers. */
export interface RandomSource {
  /** 0 ≤ number < 1. */
  readonly next: () => number
  /** A whole number, both ends included. */
  readonly between: (minimum: number, maximum: number) => number
  /** True with this probability. */
  readonly chance: (probability: number) => boolean
  /** One of the values, which must not be empty. */
  readonly pick: <A>(values: readonly [A, ...ReadonlyArray<A>]) => A
  /** The values in a random order. */
  readonly shuffled: <A>(values: ReadonlyArray<A>) => Array<A>
}

/** A source for a seed (mulberry32: 32 bits of state are plenty for one history). */
export const makeRandomSource = (seed: number): RandomSource => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  // Neighbouring seeds start alike.
  for (let round = 0; round < 3; round++) next()
  const between = (minimum: number, maximum: number) => minimum + Math.floor(next() * (maximum - minimum + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (values) => values[between(0, values.length - 1)] ?? values[0],
    shuffled: (values) =>
      values
        .map((value) => ({ value, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ value }) => value)
  }
}
