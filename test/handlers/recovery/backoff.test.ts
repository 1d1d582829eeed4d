import fc from "fast-check"
import { expect, test } from "vitest"
import { backoffCeilingSeconds, backoffSeconds } from "../../../handlers/recovery/backoff.ts"
import { anyNumber, backoffs } from "./arbitraries.ts"

test("the ceiling grows by the factor until the cap", () => {
  const backoff = { baseSeconds: 10, factor: 2, capSeconds: 60 }
  expect([1, 2, 3, 4, 5].map((attempt) => backoffCeilingSeconds(backoff, attempt))).toEqual([10, 20, 40, 60, 60])
})

test("jitter is full: from one second to the ceiling", () => {
  const backoff = { baseSeconds: 100, factor: 2, capSeconds: 900 }
  expect([0, 0.5, 0.999999].map((random) => backoffSeconds(backoff, 2, random))).toEqual([1, 100, 200])
})

test("a backoff is always a whole number of seconds from 1 to 43,200, whatever it is given", () => {
  fc.assert(
    fc.property(
      fc.record({ baseSeconds: anyNumber, factor: anyNumber, capSeconds: anyNumber }),
      anyNumber,
      anyNumber,
      (backoff, attempt, random) => {
        const seconds = backoffSeconds(backoff, attempt, random)
        expect(Number.isInteger(seconds)).toBe(true)
        expect(seconds).toBeGreaterThanOrEqual(1)
        expect(seconds).toBeLessThanOrEqual(43_200)
      }
    )
  )
})

test("the ceiling never shrinks from one attempt to the next and never exceeds the cap", () => {
  fc.assert(
    fc.property(backoffs, fc.integer({ min: 1, max: 2000 }), (backoff, attempt) => {
      const ceiling = backoffCeilingSeconds(backoff, attempt)
      expect(backoffCeilingSeconds(backoff, attempt + 1)).toBeGreaterThanOrEqual(ceiling)
      expect(ceiling).toBeLessThanOrEqual(backoff.capSeconds)
    })
  )
})
