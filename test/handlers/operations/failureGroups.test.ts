import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { failureCode } from "../../../handlers/failure/FailureClass.ts"
import { ledgerStatuses } from "../../../handlers/ledger/FailureLedger.ts"
import type { FailureLine } from "../../../handlers/operations/FailureLine.ts"
import { failureGroups } from "../../../handlers/operations/failureGroups.ts"
import { nextStep } from "../../../handlers/operations/nextStep.ts"

const time = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((at) => new Date(at).toISOString())

const failure: fc.Arbitrary<FailureLine> = fc
  .record({
    lineageId: fc.constantFrom(..."abcdefghijklmnop"),
    status: fc.constantFrom(...ledgerStatuses),
    cause: fc.constantFrom(["AuthFailure", "1 401"], ["Timeout", "2 late"], ["OutOfStock", "3 none"]),
    times: fc.tuple(time, time)
  })
  .map(({ lineageId, status, cause: [name = "", fingerprint = ""], times: [one, other] }) => ({
    lineageId,
    status,
    class: name,
    code: failureCode(name),
    fingerprint,
    reason: "a reason",
    why: "because",
    firstFailureAt: one < other ? one : other,
    lastFailureAt: one < other ? other : one,
    attempts: 1
  }))

describe("failure groups", () => {
  it("count each message once, under one fingerprint, in its status", () => {
    fc.assert(
      fc.property(fc.array(failure), (failures) => {
        const groups = failureGroups(failures)
        const messages = new Set(failures.map(({ lineageId }) => lineageId))
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(messages.size)
        for (const { count, statuses } of groups)
          expect(Object.values(statuses).reduce((sum, each) => sum + each, 0)).toBe(count)
        expect(new Set(groups.map(({ fingerprint }) => fingerprint)).size).toBe(groups.length)
      })
    )
  })

  it("span from their first to their last failure, and show one of their own messages", () => {
    fc.assert(
      fc.property(fc.uniqueArray(failure, { selector: ({ lineageId }) => lineageId }), (failures) => {
        for (const group of failureGroups(failures)) {
          const members = failures.filter(({ fingerprint }) => fingerprint === group.fingerprint)
          expect(members).toContainEqual(group.example)
          for (const { firstFailureAt, lastFailureAt } of members) {
            expect(group.firstFailureAt <= firstFailureAt).toBe(true)
            expect(group.lastFailureAt >= lastFailureAt).toBe(true)
          }
        }
      })
    )
  })

  it("are the same in whatever order the failures come, those that await an operator first", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(failure, { selector: ({ lineageId }) => lineageId }),
        fc.infiniteStream(fc.double()),
        (failures, numbers) => {
          const order = new Map(failures.map((each) => [each, numbers.next().value]))
          const shuffled = [...failures].sort((one, other) => Number(order.get(one)) - Number(order.get(other)))
          const groups = failureGroups(failures)
          expect(failureGroups(shuffled)).toEqual(groups)
          const awaiting = groups.map(({ statuses }) => statuses["awaiting-operator"] !== undefined)
          expect(awaiting.lastIndexOf(true)).toBeLessThan(
            awaiting.includes(false) ? awaiting.indexOf(false) : awaiting.length
          )
        }
      )
    )
  })

  it("are none where nothing has failed", () => {
    expect(failureGroups([])).toEqual([])
  })
})

describe("the next step", () => {
  it.each([
    ["AuthFailure", "awaiting-operator", "Mend the credential or the permission (payment-gateway); then replay."],
    ["DependencyFailure", "held", "Look at payment-gateway: its messages wait until it answers again."],
    [
      "OutOfStock",
      "archived",
      "Mend what causes OutOfStock (payment-gateway); then replay, or discard what is not needed any more."
    ],
    ["Timeout", "healing", "Nothing yet: it is being healed."]
  ] as const)("of %s that is %s names the cause or says that there is nothing to do", (name, status, sentence) => {
    expect(nextStep({ class: name, status, dependency: "payment-gateway" })).toBe(sentence)
  })
})
