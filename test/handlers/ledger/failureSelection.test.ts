import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { expect, it } from "vitest"
import { failureClasses, failureCode } from "../../../handlers/failure/FailureClass.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import type { ListedFailure } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import { previewDiscard } from "../../../handlers/operations/discardFailures.ts"
import { findFailures } from "../../../handlers/operations/findFailures.ts"
import { previewReplay } from "../../../handlers/replay/replay.ts"

const start = Date.UTC(2026, 0, 1)
const now = start + 5 * 3_600_000

const className = fc.constantFrom(...failureClasses, "OutOfStock", "Out_of_stock", "HTTPFailure")
const hash = fc.constantFrom("0a1b2c3d4e5f67", "0a1b2c3d4e5f68")
const milliseconds = fc.integer({ min: start, max: now })

const failures: fc.Arbitrary<ReadonlyArray<ListedFailure>> = fc
  .array(fc.record({ class: className, hash, at: milliseconds }), { maxLength: 12 })
  .map((given) =>
    given.map(({ class: name, hash, at }, index) => ({
      lineageId: `l-${index}`,
      status: "archived",
      class: name,
      fingerprint: `${hash} ${name}: <number> is not positive`,
      reason: "0 is not positive",
      why: "Retrying cannot help.",
      firstFailureAt: isoTime(at),
      lastFailureAt: isoTime(at),
      attempts: 0
    }))
  )

/** One time in spellings that differ, and that do not all sort as text. */
const time = fc
  .tuple(
    milliseconds.map((at) => at - (at % 1000)),
    fc.constantFrom("Z", "+02:00", "-05:30")
  )
  .map(([at, zone]) => {
    const hours = { Z: 0, "+02:00": 2, "-05:30": -5.5 }[zone]
    return { at, text: isoTime(at + hours * 3_600_000).replace(".000Z", zone) }
  })

const spelled = className.chain((name) =>
  fc.constantFrom(name, failureCode(name), name.toLowerCase(), failureCode(name).toLowerCase(), ` ${name}`)
)

const fingerprint = fc.tuple(hash, className).chain(([of, name]) => {
  const whole = `${of} ${name}: <number> is not positive`
  return fc.constantFrom(whole, of, of.slice(0, 13), whole.slice(0, -1))
})

/** A ledger of these, which sorts times as text and refuses a range that ends before it begins, as DynamoDB does. */
const ledgerOf = (items: ReadonlyArray<ListedFailure>) =>
  Layer.mock(HealerLedger, {
    list: ({ by, value, from = "", until }) =>
      from > until
        ? Effect.die(new Error(`BETWEEN ${from} AND ${until}`))
        : Effect.succeed({
            unreadable: 0,
            items: items.filter(
              (each) => each[by] === value && each.lastFailureAt >= from && each.lastFailureAt <= until
            )
          })
  })

const idsOf = (found: ReadonlyArray<{ readonly lineageId: string }>) => found.map(({ lineageId }) => lineageId).sort()

it("what is listed is what is replayed and what is discarded, however class, group and times are spelled", () =>
  fc.assert(
    fc.asyncProperty(
      failures,
      fc.option(spelled, { nil: undefined }),
      fc.option(fingerprint, { nil: undefined }),
      fc.option(time, { nil: undefined }),
      fc.option(time, { nil: undefined }),
      async (items, asked, group, from, to) => {
        const criteria = {
          status: "archived",
          ...(asked === undefined ? {} : { class: asked }),
          ...(group === undefined ? {} : { fingerprint: group }),
          ...(from === undefined ? {} : { from: from.text }),
          ...(to === undefined ? {} : { to: to.text })
        } as const
        const [listed, replayed, discarded] = await TestClock.setTime(now).pipe(
          Effect.andThen(
            Effect.all([findFailures(criteria), previewReplay({ criteria }), previewDiscard({ criteria })])
          ),
          Effect.provide([ledgerOf(items), TestClock.layer()]),
          Effect.runPromise
        )
        const expected = items.filter(
          (item) =>
            (asked === undefined || [item.class, failureCode(item.class)].includes(asked)) &&
            (group === undefined || [item.fingerprint, item.fingerprint.slice(0, 14)].includes(group)) &&
            Date.parse(item.lastFailureAt) >= (from?.at ?? 0) &&
            Date.parse(item.lastFailureAt) <= (to?.at ?? now)
        )
        expect(idsOf(listed.failures)).toEqual(idsOf(expected))
        expect(idsOf(replayed)).toEqual(idsOf(expected))
        expect([...discarded].sort()).toEqual(idsOf(expected))
      }
    )
  ))
