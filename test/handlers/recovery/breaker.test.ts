import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type Breaker,
  type BreakerPolicy,
  healingRatePerSecond,
  initialBreaker,
  isBlocking,
  observe,
  defaultBreakerPolicy as policy
} from "../../../handlers/recovery/breaker.ts"
import { type Admission, admit, admitAll } from "../../../handlers/recovery/breakerAdmission.ts"
import {
  type BreakerStep,
  breakerPolicies,
  breakerSteps,
  hostileBreakers,
  hostileNumbers
} from "./breakerArbitraries.ts"

const start = Date.UTC(2026, 0, 1)
const fresh = { again: false, jitter: 0.5 }
const second = 1000

/** A breaker and its clock. */
const makeWorld = (by: BreakerPolicy = policy) => {
  let breaker: Breaker = initialBreaker(start)
  let now = start
  const world = {
    now: () => now,
    breaker: () => breaker,
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    observe: (successes: number, failures: number) => {
      breaker = observe(by, breaker, { successes, failures }, now)
      return breaker
    },
    admit: (message = fresh): Admission => {
      const answer = admit(by, breaker, message, now)
      breaker = answer.breaker
      return answer.admission
    },
    open: () => {
      world.observe(0, by.consecutiveFailures)
      return world
    },
    /** Waits until the probe is due and sends it. */
    probe: () => {
      if (breaker.state === "open") now = Math.max(now, breaker.retryAt)
      return world.admit()
    }
  }
  return world
}

/** Runs random steps; `check` sees each with the breaker before and after it. */
const run = (
  by: BreakerPolicy,
  steps: ReadonlyArray<BreakerStep>,
  check: (step: {
    readonly step: BreakerStep
    readonly before: Breaker
    readonly after: Breaker
    readonly admission: Admission | undefined
    readonly now: number
  }) => void
) => {
  let breaker: Breaker = initialBreaker(start)
  let now = start
  for (const step of steps) {
    now += step.waitSeconds * second
    const before = breaker
    let admission: Admission | undefined
    if (step.does === "admit") {
      const answer = admit(by, breaker, step, now)
      breaker = answer.breaker
      admission = answer.admission
    } else breaker = observe(by, breaker, step, now)
    check({ step, before, after: breaker, admission, now })
  }
  return { breaker, now }
}

describe("a closed breaker", () => {
  test("opens at so many failures in a row, and no sooner", () => {
    const world = makeWorld()
    expect(world.observe(0, 4).state).toBe("closed")
    expect(world.observe(1, 0).state).toBe("closed")
    expect(world.observe(0, 4).state).toBe("closed")
    expect(world.observe(0, 1).state).toBe("open")
    expect(isBlocking(world.breaker())).toBe(true)
  })

  test("opens at a share of the attempts within a window, once there are enough of them", () => {
    const world = makeWorld()
    expect(world.observe(5, 4).state).toBe("closed")
    expect(world.observe(1, 1).state).toBe("closed")
    expect(world.observe(1, 3).state).toBe("open")
  })

  test("forgets the attempts of a window that is over", () => {
    const world = makeWorld()
    world.observe(5, 4)
    world.wait(31 * second)
    expect(world.observe(1, 1).state).toBe("closed")
    expect(world.breaker()).toMatchObject({ failures: 1, successes: 1 })
  })

  test("does not add up single failures over the hours", () => {
    const world = makeWorld()
    for (let hour = 0; hour < 20; hour++) {
      expect(world.observe(0, 1).state).toBe("closed")
      world.wait(3600 * second)
    }
  })

  test("refuses a slot that is more than a minute ahead", () => {
    const world = makeWorld()
    const admissions = Array.from({ length: 60 * 95 + 2 }, () => world.admit())
    expect(admissions.at(-3)).toMatchObject({ admitted: true })
    expect(admissions.at(-1)).toMatchObject({ admitted: false })
    world.wait(10 * second)
    expect(world.admit()).toMatchObject({ admitted: true })
  })
})

describe("an open breaker", () => {
  test("lets two come back when the probe is due, and the rest later", () => {
    const world = makeWorld().open()
    const until = Array.from({ length: 10 }, () => world.admit()).map((each) => (each.admitted ? 0 : each.until))
    expect(until.filter((each) => each === start + 10 * second)).toHaveLength(2)
    expect(until.slice(2).every((each) => each > start + 10 * second)).toBe(true)
  })

  test("sends one probe, and no other before its result", () => {
    const world = makeWorld().open()
    expect(world.probe()).toEqual({ admitted: true, at: start + 10 * second })
    expect(Array.from({ length: 10 }, () => world.admit().admitted)).not.toContain(true)
  })

  test("waits twice as long after each probe that fails, and never longer than the cap", () => {
    const world = makeWorld().open()
    const waits = Array.from({ length: 6 }, () => {
      const breaker = world.breaker()
      const wait = breaker.state === "open" ? (breaker.retryAt - world.now()) / second : undefined
      world.probe()
      world.observe(0, 1)
      return wait
    })
    expect(waits).toEqual([10, 20, 40, 60, 60, 60])
  })
})

describe("a half-open breaker", () => {
  test("doubles what a window admits once all of it has succeeded, then closes", () => {
    const world = makeWorld().open()
    // More than the ramp lets through.
    for (let count = 0; count < 1000; count++) world.admit()
    world.probe()
    const windows: Array<number> = []
    while (world.breaker().state === "half-open" && windows.length < 20) {
      world.observe(1, 0)
      world.wait(policy.rampWindowSeconds * second)
      let admitted = 0
      while (world.breaker().state === "half-open" && world.admit().admitted) admitted++
      windows.push(admitted)
      world.observe(admitted - 1, 0)
      expect(world.breaker().state).not.toBe("open")
    }
    expect(windows.slice(0, 8)).toEqual([2, 4, 8, 16, 32, 64, 128, 256])
    expect(world.breaker().state).toBe("closed")
  })

  test("closes when nobody is held and all that it admitted has succeeded, though no window was filled", () => {
    const world = makeWorld().open()
    world.admit()
    world.admit()
    world.wait(10 * second)
    world.admit({ ...fresh, again: true })
    expect(world.observe(1, 0)).toMatchObject({ state: "half-open", held: 1 })
    world.wait(policy.rampWindowSeconds * second)
    world.admit({ ...fresh, again: true })
    expect(world.observe(1, 0)).toMatchObject({ state: "closed", held: 0 })
  })

  test("goes on to the next window when the last one is over, all of it has succeeded, and nobody filled it", () => {
    const world = makeWorld().open()
    for (let count = 0; count < 20; count++) world.admit()
    world.probe()
    world.observe(1, 0)
    world.wait(policy.rampWindowSeconds * second)
    world.admit({ ...fresh, again: true })
    expect(world.observe(1, 0)).toMatchObject({ admits: 2, confirmed: 1 })
    world.wait(policy.rampWindowSeconds * second)
    expect(world.observe(1, 0)).toMatchObject({ admits: 4, confirmed: 0 })
  })

  test("begins anew with one probe when no result has come", () => {
    const world = makeWorld().open()
    world.probe()
    world.wait(policy.resultTimeoutSeconds * second)
    expect(world.admit().admitted).toBe(false)
    world.wait(1)
    expect(world.admit().admitted).toBe(true)
    expect(world.admit().admitted).toBe(false)
  })

  test("keeps the size of a window that nobody has filled: nothing of it is lost", () => {
    const world = makeWorld().open()
    world.admit()
    world.probe()
    world.observe(1, 0)
    world.wait(3600 * second)
    expect([world.admit(), world.admit(), world.admit()].map(({ admitted }) => admitted)).toEqual([true, true, false])
  })
})

describe("always", () => {
  test("while it is open nothing is admitted before the probe is due", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        run(by, steps, ({ before, admission, now }) => {
          if (before.state === "open" && now < before.retryAt) expect(admission?.admitted ?? false).toBe(false)
        })
      })
    )
  })

  test("one probe at a time, and a window that doubles only when all that it has admitted is confirmed", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        run(by, steps, ({ before, after, step }) => {
          if (after.state === "half-open") {
            expect(after.admitted).toBeLessThanOrEqual(after.admits)
            expect(after.confirmed).toBeLessThanOrEqual(after.admitted)
            if (before.state === "open") expect(after).toMatchObject({ admits: 1, admitted: 1, confirmed: 0 })
          }
          if (before.state !== "half-open" || after.state === "open") return
          const doubled = after.state === "half-open" && after.admits > before.admits
          if (!doubled && after.state !== "closed") return
          const successes = step.does === "observe" ? step.successes : 0
          expect(before.admitted).toBeGreaterThan(0)
          expect(before.confirmed + successes).toBeGreaterThanOrEqual(before.admitted)
          if (doubled) expect(after.admits).toBe(before.admits * 2)
        })
      })
    )
  })

  test("a failure while it is half-open opens it again, for a time that grows up to the cap", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        run(by, steps, ({ before, after, step, now }) => {
          if (before.state !== "half-open" || step.does !== "observe" || step.failures === 0) return
          expect(after.state).toBe("open")
          if (after.state !== "open") return
          expect(after.failedProbes).toBe(before.failedProbes + 1)
          const grown = by.probeAfterSeconds * 2 ** Math.min(20, after.failedProbes)
          expect((after.retryAt - now) / second).toBeCloseTo(Math.min(by.probeCapSeconds, grown), 3)
        })
      })
    )
  })

  test("no time in an answer lies before now or more than 900 s ahead", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        run(by, steps, ({ admission, now }) => {
          if (admission === undefined) return
          const at = admission.admitted ? admission.at : admission.until
          expect(at).toBeGreaterThanOrEqual(now)
          expect(at).toBeLessThanOrEqual(now + 900 * second)
        })
      })
    )
  })

  test("nobody who is held is counted below nobody", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        run(by, steps, ({ after }) => expect(after.held).toBeGreaterThanOrEqual(0))
      })
    )
  })

  test("between two outages no interval has more slots than the healing rate allows, and one", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        let slots: Array<number> = []
        run(by, steps, ({ before, after, admission }) => {
          // Who has a slot when it opens asks again, unless the slot comes after it has closed.
          if (after.state === "open" && before.state !== "open") slots = []
          if (admission?.admitted === true) slots.push(admission.at)
        })
        const spacing = second / healingRatePerSecond(by)
        for (const [index, at] of slots.entries()) {
          const next = slots[index + 1]
          // Times are doubles: a millionth of a second is none.
          if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(spacing - 0.001)
        }
      })
    )
  })

  test("slots that outlast an outage and those handed out after it do not meet", () => {
    fc.assert(
      fc.property(breakerPolicies, breakerSteps, (by, steps) => {
        let lastOfClosed = 0
        run(by, steps, ({ before, admission }) => {
          if (before.state !== "closed" || admission?.admitted !== true) return
          expect(admission.at).toBeGreaterThanOrEqual(lastOfClosed)
          lastOfClosed = admission.at
        })
      })
    )
  })

  test("it closes in the end when every attempt succeeds, though some results never come", () => {
    const small = breakerPolicies.map((by) => ({
      ...by,
      normalRatePerSecond: Math.min(by.normalRatePerSecond, 20),
      rampWindowSeconds: Math.min(by.rampWindowSeconds, 5),
      ceilingRatio: 2
    }))
    const crowd = Array.from({ length: 128 }, () => fresh)
    fc.assert(
      fc.property(small, breakerSteps, fc.array(fc.boolean(), { maxLength: 5 }), (by, steps, lost) => {
        let { breaker, now } = run(by, steps, () => {})
        const losses = [...lost]
        for (let round = 0; round < 6000 && breaker.state !== "closed"; round++) {
          const asked = admitAll(by, breaker, crowd, now)
          breaker = asked.breaker
          const slots = asked.answer.flatMap((each) => (each.admitted ? [each.at] : []))
          now = Math.max(now + 5 * second, ...slots)
          if (slots.length > 0 && losses.pop() !== true)
            breaker = observe(by, breaker, { successes: slots.length, failures: 0 }, now)
        }
        expect(breaker.state).toBe("closed")
      }),
      { numRuns: 30 }
    )
  })
})

describe("whatever it is given", () => {
  test("it answers with finite times, and its state can be stored", () => {
    const finite = (value: unknown): boolean =>
      typeof value === "number" ? Number.isFinite(value) : typeof value === "string"
    fc.assert(
      fc.property(
        breakerPolicies,
        hostileBreakers,
        hostileNumbers,
        hostileNumbers,
        hostileNumbers,
        fc.boolean(),
        (by, breaker, now, one, other, again) => {
          const { breaker: after, admission } = admit(by, breaker, { again, jitter: one }, now)
          expect(Object.values(after).every(finite)).toBe(true)
          expect(Number.isFinite(admission.admitted ? admission.at : admission.until)).toBe(true)
          const observed = observe(by, breaker, { successes: one, failures: other }, now)
          if (observed !== breaker) expect(Object.values(observed).every(finite)).toBe(true)
        }
      ),
      { numRuns: 1000 }
    )
  })

  test("a clock that was minutes ahead delays it by no more than its longest wait", () => {
    const ahead = start + 600 * second
    const opened = observe(policy, initialBreaker(ahead), { successes: 0, failures: 5 }, ahead)
    expect(opened).toMatchObject({ state: "open", retryAt: ahead + 10 * second })
    const asked = admit(policy, opened, fresh, start)
    expect(asked.admission.admitted).toBe(false)
    expect(admit(policy, asked.breaker, fresh, start + 60 * second).admission.admitted).toBe(true)
  })

  test("negative counts are none", () => {
    const closed = initialBreaker(start)
    expect(observe(policy, closed, { successes: -3, failures: Number.NaN }, start)).toBe(closed)
    expect(observe(policy, closed, { successes: -3, failures: 1 }, start)).toMatchObject({ successes: 0, failures: 1 })
  })
})
