/** How many hostile inputs each part of the suite tries, and the count of those that it has tried. */
import { performance } from "node:perf_hooks"

/** Inputs by what they are given to. A message is one input, also in a batch. */
export const planned = {
  /** Text and documents, given to one parser at a time. */
  parsers: 80_600,
  /** Requests to the HTTP API's functions. */
  requests: 10_000,
  /** Records given to a consumer. */
  consumer: 8_000,
  /** Dead letters given to a healer. */
  healer: 4_000
} as const

/** Counts what was tried, and says so at the end. */
export const countInputs = (part: keyof typeof planned) => {
  let tried = 0
  const startedAt = performance.now()
  return {
    /** One more input, or so many. */
    add: (count = 1) => {
      tried += count
    },
    /** How many were tried so far. */
    tried: () => tried,
    /** Prints the count. */
    print: () => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      process.stdout.write(`hostile inputs: ${tried} to ${part} in ${seconds} s\n`)
    }
  }
}
