import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import {
  AuthFailure,
  BadPayload,
  type ClassifiedFailure,
  DependencyFailure,
  Timeout,
  Unknown,
  ValidationError
} from "../../../handlers/failure/errors.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer } from "./testConsumer.ts"

const names = [
  "succeeds",
  "dies",
  "authFailure",
  "validationError",
  "badPayload",
  "timeout",
  "dependencyFailure",
  "unknown",
  "interrupts"
] as const

type Behaviour = (typeof names)[number]

const behaviours: Readonly<Record<Behaviour, Effect.Effect<void, ClassifiedFailure>>> = {
  succeeds: Effect.void,
  dies: Effect.die("broken"),
  authFailure: Effect.fail(new AuthFailure({ reason: "401" })),
  validationError: Effect.fail(new ValidationError({ reason: "bad" })),
  badPayload: Effect.fail(new BadPayload({ reason: "odd" })),
  timeout: Effect.fail(new Timeout({ reason: "slow" })),
  dependencyFailure: Effect.fail(new DependencyFailure({ reason: "503", dependency: "d" })),
  unknown: Effect.fail(new Unknown({ reason: "?" })),
  interrupts: Effect.interrupt
}

interface GeneratedRecord {
  readonly behaviour: Behaviour
  readonly receiveCount: number
  readonly group: string | undefined
  readonly healed: boolean
  readonly isolated: boolean
  readonly attributes: number
}

const record: fc.Arbitrary<GeneratedRecord> = fc.record({
  behaviour: fc.constantFrom(...names),
  receiveCount: fc.integer({ min: 1, max: 4 }),
  group: fc.constantFrom("a", "b", "c", undefined),
  healed: fc.boolean(),
  isolated: fc.boolean(),
  attributes: fc.constantFrom(0, 9, 10)
})

const decodeBody = Schema.decodeSync(Schema.fromJsonString(Schema.Struct({ name: Schema.String })))
const nameIn = (body: string): string => decodeBody(body).name

const faults = fc.array(
  fc.constantFrom("send", "changeVisibility", "delete", "confirmRecovered", "keepEvidence", "evidenceOf"),
  { maxLength: 6 }
)

const manyAttributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
  )

/** Runs one batch and checks that each of its messages is somewhere. */
const checkBatch = (records: ReadonlyArray<GeneratedRecord>, broken: ReadonlyArray<string>, fifo: boolean) =>
  Effect.gen(function* () {
    const succeeded = new Set<string>()
    const bodies = records.map((_, index) => `m${index}`)
    const consumer = makeTestConsumer({
      fifo,
      process: ({ name }) => {
        const behaviour = records[bodies.indexOf(name)]?.behaviour ?? "succeeds"
        return Effect.tap(behaviours[behaviour], () => Effect.sync(() => void succeeded.add(name)))
      }
    })
    for (const operation of broken) {
      consumer.sqs.fail(operation, unavailable)
      consumer.ledger.fail(operation, unavailable)
    }
    const again = new Set(
      yield* consumer.run(
        sqsEvent(
          ...records.map(({ receiveCount, group, healed, isolated, attributes }, index) =>
            sqsRecord(`m${index}`, {
              receiveCount,
              ...(group === undefined ? {} : { group }),
              attributes: manyAttributes(attributes),
              ...(healed ? { evidence: { lineageId: `first-${index}`, isolated } } : {})
            })
          )
        )
      )
    )
    const deadLettered = new Set(consumer.sqs.sent.map(({ message }) => nameIn(message.body)))
    for (const id of bodies) {
      assert.isTrue(again.has(id) || succeeded.has(id) || deadLettered.has(id), `${id} is lost`)
    }
    // On a standard queue the group is whose turn it is: whoever is healed keeps its own.
    for (const { message } of consumer.sqs.sent) {
      const record = records[bodies.indexOf(nameIn(message.body))]
      assert.strictEqual(message.messageGroupId, record?.group ?? (fifo ? nameIn(message.body) : undefined))
    }
    // Send before delete, and nothing is deleted that is still needed.
    for (const { receiptHandle } of consumer.sqs.deleted) {
      const id = receiptHandle.replace("receipt-", "")
      assert.isFalse(again.has(id))
      assert.isTrue(succeeded.has(id) || deadLettered.has(id), `${id} was deleted too early`)
    }
    // On a FIFO queue no success is finished behind a message of its group that is not.
    if (fifo) {
      const stopped = new Set<string>()
      for (const [index, { group }] of records.entries()) {
        const id = `m${index}`
        const sequence = group ?? id
        if (again.has(id)) stopped.add(sequence)
        else if (stopped.has(sequence)) assert.isTrue(deadLettered.has(id), `${id} has overtaken another`)
      }
    }
    // Evidence of a healed message keeps its lineage.
    for (const [index, { message }] of consumer.sqs.sent.entries()) {
      const evidence = consumer.evidenceSent(index)
      const at = bodies.indexOf(nameIn(message.body))
      if (evidence !== undefined && records[at]?.healed === true) {
        assert.strictEqual(evidence.lineageId, `first-${at}`)
      }
    }
  })

describe("conservation", () => {
  it("keeps every message: stored, in the dead-letter queue or received again, whatever fails", () =>
    fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 10 }), faults, fc.boolean(), (records, broken, fifo) =>
        Effect.runPromise(checkBatch(records, broken, fifo))
      ),
      { numRuns: 200 }
    ))
})
