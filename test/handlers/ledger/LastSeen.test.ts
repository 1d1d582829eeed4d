import { expect, test } from "vitest"
import { LastSeen } from "../../../handlers/ledger/LastSeen.ts"

test("a sight is taken once", () => {
  const seen = new LastSeen()
  seen.keep("l", undefined, 1000)
  expect(seen.take("l", 1000)).toMatchObject({ found: undefined })
  expect(seen.take("l", 1000)).toBeUndefined()
})

test("a sight is good for two seconds, whichever way the clock goes", () => {
  const seen = new LastSeen()
  for (const [now, found] of [
    [2999, true],
    [3000, false],
    [-1000, false]
  ] as const) {
    seen.keep("l", undefined, 1000)
    expect(seen.take("l", now) !== undefined).toBe(found)
  }
})

test("what nobody takes is let go: it never keeps more than 200", () => {
  const seen = new LastSeen()
  for (let index = 0; index < 201; index++) seen.keep(`l-${index}`, undefined, 0)
  const kept = Array.from({ length: 201 }, (_, index) => seen.take(`l-${index}`, 0)).filter(Boolean)
  expect(kept).toHaveLength(1)
})
