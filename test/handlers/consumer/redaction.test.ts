import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Unknown, ValidationError } from "../../../handlers/failure/errors.ts"
import { parseRedactPath, type RedactPath } from "../../../handlers/failure/redactPath.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer } from "./testConsumer.ts"

const marker = "m4rker-c4rd"
const redactPaths = ["$.card.number"].map(parseRedactPath).filter((path): path is RedactPath => path !== undefined)
const body = { name: "a", card: { number: marker } }

const failures = [
  ["in its reason", Effect.fail(new ValidationError({ reason: `declined: ${marker}` }))],
  ["in its detail", Effect.fail(new ValidationError({ reason: "declined", detail: `card ${marker}` }))],
  ["across the place where its reason is cut", Effect.fail(new Unknown({ reason: `${"x".repeat(250)} ${marker}` }))],
  ["as a defect, with its stack", Effect.die(new Error(`no such card: ${marker}`))],
  ["as a defect that is no error", Effect.die(`no such card: ${marker}`)]
] as const

describe("a failure that quotes what of the body may not be written down", () => {
  it.effect.each(failures)("%s leaves it out of evidence and log", ([, failure]) =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => failure, redactPaths, maxReceiveCount: 1 })
      yield* consumer.run(sqsEvent(sqsRecord("a", { body })))
      const evidence = JSON.stringify(consumer.evidenceSent())
      assert.include(evidence, "lineageId")
      for (const written of [evidence, JSON.stringify(consumer.logs())]) {
        assert.notInclude(written, marker)
        // Nor half of it.
        assert.notInclude(written, marker.slice(0, 5))
      }
      assert.strictEqual(consumer.sqs.sent[0]?.message.body, JSON.stringify(body))
    })
  )

  it.effect("is quoted where nothing is configured", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => failures[0][1] })
      yield* consumer.run(sqsEvent(sqsRecord("a", { body })))
      assert.include(consumer.evidenceSent()?.failure?.reason, marker)
    })
  )
})
