/** What any Sqs service does when it is told to send: the fake and the real adapter both pass it. */
import { assert, it } from "@effect/vitest"
import { Effect, type Layer, Result } from "effect"
import { type MessageAttributes, Sqs } from "../../../handlers/aws/Sqs.ts"

const attributes = (count: number): MessageAttributes =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
  )

/**
 * Registers the contract's tests.
 *
 * @param queueUrl answers the URL of a standard queue, once the tests run
 */
export const sqsContract = (layer: Layer.Layer<Sqs>, queueUrl: () => string): void => {
  const check = (title: string, use: (sqs: Sqs["Service"]) => Effect.Effect<void, unknown>) =>
    it.live(title, () => Effect.flatMap(Sqs, use).pipe(Effect.provide(layer)))

  check("answers each message with an id of its own", (sqs) =>
    Effect.gen(function* () {
      const first = yield* sqs.send(queueUrl(), { body: "same", attributes: {} })
      const second = yield* sqs.send(queueUrl(), { body: "same", attributes: {} })
      assert.notStrictEqual(first, second)
    })
  )

  check("takes ten attributes, binary ones too, and rejects the eleventh", (sqs) =>
    Effect.gen(function* () {
      const binary = { bytes: { dataType: "Binary", binaryValue: Uint8Array.from([0, 255]) } }
      yield* sqs.send(queueUrl(), { body: "ten", attributes: { ...attributes(9), ...binary } })
      const error = yield* Effect.flip(sqs.send(queueUrl(), { body: "eleven", attributes: attributes(11) }))
      assert.strictEqual(error._tag, "RequestRejected")
    })
  )

  check("takes more messages than one request holds, and answers each one in its place", (sqs) =>
    Effect.gen(function* () {
      const messages = Array.from({ length: 12 }, (_, index) => ({
        body: `message ${index}`,
        attributes: attributes(index === 3 ? 11 : 1)
      }))
      const results = yield* sqs.sendBatch(queueUrl(), messages)
      assert.deepStrictEqual(
        results.map(({ _tag }) => _tag),
        messages.map((_, index) => (index === 3 ? "Failure" : "Success"))
      )
      const ids = results.flatMap((result) => (Result.isSuccess(result) ? [result.success] : []))
      assert.strictEqual(new Set(ids).size, 11)
      const refused = results[3]
      assert.isTrue(refused !== undefined && Result.isFailure(refused) && refused.failure._tag === "RequestRejected")
    })
  )

  check("sends nothing, deletes nothing and hides nothing when it is given nothing", (sqs) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* sqs.sendBatch(queueUrl(), []), [])
      assert.deepStrictEqual(yield* sqs.deleteBatch(queueUrl(), []), [])
      assert.deepStrictEqual(yield* sqs.changeVisibilityBatch(queueUrl(), []), [])
    })
  )
}
