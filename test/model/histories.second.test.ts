import { expect, it } from "vitest"
import { checkHistories } from "./checkHistories.ts"

// Two files, so that the histories run on two cores.
it("keeps every invariant in 5,000 random histories, the second half", { timeout: 1_800_000 }, () => {
  const total = checkHistories(5001, 5000)
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
})
