import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { DependencyFailure, Timeout, ValidationError } from "../../../handlers/failure/errors.ts"
import { type Breaker, defaultBreakerPolicy, initialBreaker, observe } from "../../../handlers/recovery/breaker.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer, type TestConsumerOptions } from "./testConsumer.ts"

const gateway = "gateway"
const down = new DependencyFailure({ reason: "HTTP 503", dependency: gateway })
const open: Breaker = observe(defaultBreakerPolicy, initialBreaker(0), { successes: 0, failures: 5 }, 0)
const halfOpen: Breaker = {
  state: "half-open",
  openedAt: 0,
  failedProbes: 0,
  windowStartedAt: 0,
  admits: 1,
  admitted: 1,
  confirmed: 0,
  nextSlotAt: 0,
  held: 5
}

/** A consumer that declares the gateway and whose gateway is in this state; it records what it tries. */
const makeGuarded = (state: Breaker | undefined, options: Partial<TestConsumerOptions> = {}) => {
  const tried: Array<string> = []
  const { process = () => Effect.void, ...others } = options
  const consumer = makeTestConsumer({
    dependencies: [gateway],
    ...others,
    process: (thing, record) =>
      Effect.suspend(() => {
        tried.push(thing.name)
        return process(thing, record)
      })
  })
  if (state !== undefined) consumer.breakers.breakers.set(gateway, state)
  return { ...consumer, tried }
}

const records = (...ids: ReadonlyArray<string>) => sqsEvent(...ids.map((id) => sqsRecord(id)))
const bodiesSent = (consumer: ReturnType<typeof makeGuarded>) =>
  consumer.sqs.sent.map(({ message }) => message.body.slice('{"name":"'.length, -2))

describe("while a dependency's breaker is not closed", () => {
  it.effect.each([
    ["open", open],
    ["half-open", halfOpen]
  ] as const)("messages are set aside untried, with evidence that says so: %s", ([, state]) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5000)
      const consumer = makeGuarded(state)
      assert.deepStrictEqual(yield* consumer.run(records("a", "b")), [])
      assert.deepStrictEqual(consumer.tried, [])
      assert.deepStrictEqual(bodiesSent(consumer), ["a", "b"])
      assert.deepStrictEqual(consumer.evidenceSent()?.failure, {
        class: "DependencyFailure",
        reason: "circuit breaker open",
        dependency: gateway,
        receiveCount: 1,
        requestId: "request-1",
        logGroup: "/aws/lambda/consumer",
        logStream: "2026/01/01/[$LATEST]stream",
        untried: true,
        at: 5000
      })
      assert.strictEqual(consumer.metrics.total("SetAside", "DependencyFailure"), 2)
      // Not tried is not failed, and no news of the dependency.
      assert.strictEqual(consumer.metrics.total("MessagesFailed"), 0)
      assert.deepStrictEqual(consumer.breakers.observed, [])
    })
  )

  it.effect(
    "one that waits for its first try keeps since when, however often it is set aside, and no longer once tried",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(9000)
        const evidence = { version: 1, lineageId: "l", firstSeen: 1, healAttempts: 0, heldSince: 2000 } as const
        const again = makeGuarded(open)
        yield* again.run(sqsEvent(sqsRecord("a", { evidence })))
        assert.strictEqual(again.evidenceSent()?.heldSince, 2000)
        const fresh = makeGuarded(open)
        yield* fresh.run(records("a"))
        assert.strictEqual(fresh.evidenceSent()?.heldSince, 9000)
        const tried = makeGuarded(undefined, { process: () => new ValidationError({ reason: "no" }) })
        yield* tried.run(sqsEvent(sqsRecord("a", { evidence })))
        assert.isUndefined(tried.evidenceSent()?.heldSince)
      })
  )

  it.effect("one that succeeds at its first try has recovered from nothing: the ledger is not told", () =>
    Effect.gen(function* () {
      const evidence = {
        version: 1,
        lineageId: "l",
        firstSeen: 1,
        healAttempts: 0,
        heldSince: 2000,
        admittedTo: gateway
      } as const
      const consumer = makeGuarded(halfOpen)
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { evidence }))), [])
      assert.deepStrictEqual(consumer.tried, ["a"])
      assert.strictEqual(consumer.metrics.total("Recovered"), 0)
      assert.strictEqual(consumer.metrics.total("MessagesProcessed"), 1)
      assert.deepStrictEqual(consumer.ledger.recovered, [])
    })
  )

  it.effect("its state is a metric", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, { dependencies: [gateway, "database"] })
      yield* consumer.run(records("a"))
      assert.strictEqual(consumer.metrics.total("BreakersOpen"), 1)
      assert.deepInclude(consumer.metrics.observations, { name: "BreakerState", value: 2, dependency: gateway })
      assert.deepInclude(consumer.metrics.observations, { name: "BreakerState", value: 0, dependency: "database" })
    })
  )

  it.effect("those that their queue refuses for their size are set aside one by one, and their evidence is kept", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open)
      consumer.sqs.takeAtMost(262_144)
      const body = JSON.stringify({ name: "x".repeat(262_144 - 100) })
      const event = sqsEvent(sqsRecord("small"), sqsRecord("large", { body }), sqsRecord("other"))
      assert.deepStrictEqual(yield* consumer.run(event), [])
      assert.strictEqual(consumer.sqs.sent.length, 3)
      assert.deepStrictEqual(
        consumer.ledger.expected.map(({ evidence }) => [evidence.lineageId, evidence.failure?.untried]),
        [["large", true]]
      )
    })
  )

  it.effect("only those that need it are set aside", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, { dependencies: ({ count }) => (count === undefined ? [] : [gateway]) })
      yield* consumer.run(sqsEvent(sqsRecord("free"), sqsRecord("paid", { body: { name: "paid", count: 1 } })))
      assert.deepStrictEqual(consumer.tried, ["free"])
      assert.strictEqual(consumer.evidenceSent()?.failure?.untried, true)
    })
  )

  it.effect(
    "two that are not closed do not send a message to and fro: what one has said holds while the other decides",
    () =>
      Effect.gen(function* () {
        const needsBoth = { dependencies: [gateway, "dynamodb"] }
        const first = makeGuarded(halfOpen, needsBoth)
        first.breakers.breakers.set("dynamodb", open)
        yield* first.run(sqsEvent(sqsRecord("a", { evidence: { healAttempts: 0, admittedTo: gateway } })))
        assert.deepStrictEqual(first.tried, [])
        assert.deepStrictEqual(first.evidenceSent()?.admittedBefore, [gateway])

        const admitted = { healAttempts: 0, admittedTo: "dynamodb", admittedBefore: [gateway] }
        const second = makeGuarded(halfOpen, needsBoth)
        second.breakers.breakers.set("dynamodb", halfOpen)
        yield* second.run(sqsEvent(sqsRecord("a", { evidence: admitted })))
        assert.deepStrictEqual(second.tried, ["a"])
        assert.deepStrictEqual(second.breakers.observed.map(({ dependency }) => dependency).toSorted(), [
          "dynamodb",
          gateway
        ])

        const reopened = makeGuarded(open, needsBoth)
        reopened.breakers.breakers.set("dynamodb", halfOpen)
        yield* reopened.run(sqsEvent(sqsRecord("a", { evidence: admitted })))
        assert.deepStrictEqual(reopened.tried, [])
        assert.deepStrictEqual(reopened.evidenceSent()?.admittedBefore, ["dynamodb"])
      })
  )

  it.effect("what cannot be decoded fails as that, and a function that throws fails its own record alone", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, {
        dependencies: ({ name }) => {
          if (name === "odd") throw new TypeError("no such thing")
          return []
        }
      })
      yield* consumer.run(sqsEvent(sqsRecord("broken", { body: "{" }), sqsRecord("odd"), sqsRecord("good")))
      assert.deepStrictEqual(consumer.tried, ["good"])
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "BadPayload"), 1)
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "Unknown"), 1)
    })
  )

  it.effect("they are tried where the policy heals no dependency failures: aside they would be archived untried", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, { rules: { DependencyFailure: { action: "archive" } } })
      yield* consumer.run(records("a"))
      assert.deepStrictEqual(consumer.tried, ["a"])
    })
  )

  it.effect("a message stays in the main queue when the dead-letter queue does not take it", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open)
      consumer.sqs.fail("send")
      assert.deepStrictEqual(yield* consumer.run(records("a")), ["a"])
      assert.strictEqual(consumer.metrics.total("SetAside"), 0)
    })
  )
})

describe("a message that the breaker has admitted", () => {
  const admitted = sqsEvent(sqsRecord("probe", { evidence: { admittedTo: gateway } }), sqsRecord("other"))

  it.effect("is tried while it is half-open, and its success is told once", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(halfOpen)
      yield* consumer.run(admitted)
      assert.deepStrictEqual(consumer.tried, ["probe"])
      assert.deepStrictEqual(bodiesSent(consumer), ["other"])
      assert.deepStrictEqual(consumer.breakers.observed, [{ dependency: gateway, successes: 1, failures: 0 }])
    })
  )

  it.effect("opens it again when it fails, once, and leaves the queue at its first receive", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(halfOpen, { process: () => Effect.fail(down) })
      assert.deepStrictEqual(yield* consumer.run(admitted), [])
      assert.deepStrictEqual(consumer.breakers.observed, [{ dependency: gateway, successes: 0, failures: 1 }])
      assert.strictEqual(consumer.breakers.breakers.get(gateway)?.state, "open")
      const probe = consumer.evidenceSent(bodiesSent(consumer).indexOf("probe"))
      assert.strictEqual(probe?.failure?.reason, "HTTP 503")
      assert.isUndefined(probe?.failure?.untried)
      assert.isUndefined(probe?.admittedTo)
    })
  )

  it.effect("is proof of its health also when the dependency refuses the message itself", () =>
    Effect.gen(function* () {
      const refused = new ValidationError({ reason: "HTTP 422", dependency: gateway })
      const consumer = makeGuarded(halfOpen, { process: () => Effect.fail(refused) })
      yield* consumer.run(admitted)
      assert.deepStrictEqual(consumer.breakers.observed, [{ dependency: gateway, successes: 1, failures: 0 }])
    })
  )
})

describe("an outage", () => {
  it.effect("opens the breaker with one batch, which burns no more receives", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(undefined, {
        process: ({ name }) =>
          name === "good" ? Effect.void : Effect.fail(name === "slow" ? new Timeout({ ...down, reason: "slow" }) : down)
      })
      assert.deepStrictEqual(yield* consumer.run(records("a", "good", "slow")), [])
      assert.deepStrictEqual(consumer.breakers.observed, [{ dependency: gateway, successes: 0, failures: 5 }])
      assert.deepStrictEqual(bodiesSent(consumer).toSorted(), ["a", "slow"])
      assert.deepStrictEqual(consumer.sqs.visibility, [])
      assert.strictEqual(consumer.metrics.total("SetAside"), 2)
      assert.strictEqual(consumer.metrics.total("MessagesFailed"), 2)
      yield* consumer.run(records("b"))
      assert.notInclude(consumer.tried, "b")
    })
  )

  it.effect("is none when one message fails, or no more than half of a batch", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(undefined, {
        process: ({ name }) => (name.startsWith("bad") ? Effect.fail(down) : Effect.void)
      })
      assert.deepStrictEqual(yield* consumer.run(records("bad")), ["bad"])
      assert.deepStrictEqual(yield* consumer.run(records("bad1", "bad2", "good1", "good2")), ["bad1", "bad2"])
      assert.deepStrictEqual(consumer.breakers.observed, [
        { dependency: gateway, successes: 0, failures: 1 },
        { dependency: gateway, successes: 2, failures: 2 }
      ])
      assert.deepStrictEqual(consumer.sqs.sent, [])
    })
  )

  it.effect("is seen in what nobody has declared, and shows only where most of the batch fails", () =>
    Effect.gen(function* () {
      const process = ({ name }: { readonly name: string }) =>
        name.startsWith("bad") ? Effect.fail(down) : Effect.void
      const consumer = makeGuarded(undefined, { dependencies: ["database"], process })
      yield* consumer.run(records("bad1", "bad2", "good1", "good2"))
      assert.strictEqual(consumer.breakers.breakers.get(gateway)?.state, "closed")
      yield* consumer.run(records("bad1", "bad2", "good1"))
      assert.strictEqual(consumer.breakers.breakers.get(gateway)?.state, "open")
    })
  )
})

describe("in calm weather", () => {
  it.effect("the breakers are looked at once a batch and told nothing", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(undefined)
      yield* consumer.run(records("a", "b", "c"))
      assert.deepStrictEqual(consumer.breakers.reads, [[gateway]])
      assert.deepStrictEqual(consumer.breakers.calls, [])
    })
  )

  it.effect("nothing is asked where nothing is declared", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      yield* consumer.run(records("a"))
      assert.deepStrictEqual(consumer.breakers.reads, [])
    })
  )

  it.effect("successes are told while failures are counted", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded({ ...initialBreaker(0), failures: 1, consecutiveFailures: 1 })
      yield* consumer.run(records("a", "b"))
      assert.deepStrictEqual(consumer.breakers.observed, [{ dependency: gateway, successes: 2, failures: 0 }])
    })
  )
})

describe("a breaker that cannot be told", () => {
  it.effect("fails no message, and is noticed", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(undefined, { process: () => Effect.fail(down) })
      consumer.breakers.fail("observe", unavailable)
      assert.deepStrictEqual(yield* consumer.run(records("a", "b")), ["a", "b"])
      assert.strictEqual(consumer.metrics.total("HealingErrors"), 1)
      assert.include(consumer.output.lines.join(), "a circuit breaker could not be told")
    })
  )
})

describe("a FIFO queue", () => {
  const group = (id: string, options = {}) => sqsRecord(id, { group: id.slice(0, 1), ...options })

  it.effect("sets a message group aside in its order, whatever the messages behind the first one need", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, { fifo: true, dependencies: ({ count }) => (count === 1 ? [gateway] : []) })
      const failed = yield* consumer.run(
        sqsEvent(
          group("a1", { body: { name: "a1", count: 1 } }),
          group("b1"),
          group("a2"),
          group("a3", { evidence: { isolated: true } })
        )
      )
      assert.deepStrictEqual(failed, [])
      assert.deepStrictEqual(consumer.tried, ["b1"])
      assert.deepStrictEqual(
        consumer.sqs.sent.map(({ message }) => [message.body.slice(9, 11), message.messageGroupId]),
        [
          ["a1", "a"],
          ["a2", "a"],
          ["a3", "a"]
        ]
      )
    })
  )

  it.effect("sets aside what is behind the message whose failure opens the breaker", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(halfOpen, { fifo: true, process: () => Effect.fail(down) })
      const event = sqsEvent(group("a1", { evidence: { admittedTo: gateway } }), group("a2"))
      assert.deepStrictEqual(yield* consumer.run(event), [])
      assert.deepStrictEqual(consumer.tried, ["a1"])
      assert.deepStrictEqual(
        [0, 1].map((index) => consumer.evidenceSent(index)?.failure?.untried),
        [undefined, true]
      )
    })
  )

  it.effect("keeps a group in the main queue behind a message that the dead-letter queue did not take", () =>
    Effect.gen(function* () {
      const consumer = makeGuarded(open, { fifo: true })
      consumer.sqs.fail("send")
      const failed = yield* consumer.run(sqsEvent(group("a1"), group("a2"), group("b1")))
      assert.deepStrictEqual(failed.toSorted(), ["a1", "a2"])
      assert.strictEqual(consumer.sqs.sent.length, 1)
    })
  )
})
