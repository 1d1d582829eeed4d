/** What 5,000 random histories have to show. They are run in two files, so that they run on two cores. */
import { expect } from "vitest"
import { checkHistories } from "./checkHistories.ts"

/** As long as a busy machine may take over them, in milliseconds. */
export const historiesTimeout = 1_800_000

/** Runs the 5,000 histories from this seed on. */
export const expectHistories = (from: number): void => {
  const total = checkHistories(from, 5000)
  // They are what they are meant to be: messages come to each end, and much goes wrong on the way.
  expect(total.stored).toBeGreaterThan(5000)
  expect(total.archived).toBeGreaterThan(3000)
  expect(total.faults).toBeGreaterThan(10_000)
  // Dependencies go down and come back, and messages wait for that, untried.
  const { breakersOpened, breakersClosed, setAside, waited, released } = total.reached
  expect(breakersOpened).toBeGreaterThan(2000)
  expect(breakersClosed).toBeGreaterThan(500)
  expect(setAside).toBeGreaterThan(1000)
  expect(waited).toBeGreaterThan(400)
  expect(released).toBeGreaterThan(400)
}
