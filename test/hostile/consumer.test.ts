import { afterAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { MessageAttributes } from "../../handlers/aws/MessageAttribute.ts"
import { evidenceAttributeName, evidenceMaxBytes, lineageIdPattern } from "../../handlers/failure/Evidence.ts"
import {
  AuthFailure,
  type ClassifiedFailure,
  DependencyFailure,
  Timeout,
  Unknown,
  ValidationError
} from "../../handlers/failure/errors.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { type RecordAttribute, sqsEvent, sqsRecord } from "../handlers/consumer/records.ts"
import { deadLetterQueueUrl, makeTestConsumer } from "../handlers/consumer/testConsumer.ts"
import { anyBody, anyErrorText, anyText, forgedAttributes, largestBodies } from "./arbitraries.ts"
import { countInputs, planned } from "./inputs.ts"

const inputs = countInputs("consumer")

afterAll(() => {
  inputs.print()
  expect(inputs.tried()).toBeGreaterThanOrEqual(planned.consumer)
})

/** What a handler makes of a message; its errors quote what it was sent, as errors do. */
const behaviours: Readonly<Record<string, (text: string) => Effect.Effect<void, ClassifiedFailure>>> = {
  succeeds: () => Effect.void,
  auth: (text) => Effect.fail(new AuthFailure({ reason: text, detail: text })),
  invalid: (text) => Effect.fail(new ValidationError({ reason: `not valid: ${text}`, field: text })),
  slow: (text) => Effect.fail(new Timeout({ reason: text, dependency: text, retryAfterSeconds: text.length })),
  down: (text) => Effect.fail(new DependencyFailure({ reason: "503", detail: text, dependency: text })),
  unknown: (text) => Effect.fail(new Unknown({ reason: text })),
  defect: (text) => Effect.die(new Error(text)),
  throws: (text) => Effect.sync(() => JSON.parse(`${text}{`)),
  odd: (text) => Effect.die({ toString: text })
}

const record = fc.record({
  body: fc.oneof(
    { arbitrary: anyBody, weight: 3 },
    { arbitrary: anyText.map((name) => JSON.stringify({ name })), weight: 2 },
    { arbitrary: fc.constant('{"name":"ordinary"}'), weight: 1 }
  ),
  attributes: forgedAttributes,
  receiveCount: fc.integer({ min: 1, max: 4 }),
  group: fc.constantFrom("a", "b"),
  behaviour: fc.constantFrom(...Object.keys(behaviours)),
  text: anyErrorText
})

type HostileRecord = typeof record extends fc.Arbitrary<infer Generated> ? Generated : never

/** Attributes as an event has them, sorted, and without evidence. */
const asText = (attributes: Readonly<Record<string, RecordAttribute>>): string =>
  JSON.stringify(
    Object.entries(attributes)
      .filter(([name]) => name !== evidenceAttributeName)
      .map(([name, { dataType, stringValue, binaryValue }]) => [name, dataType, stringValue, binaryValue])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))
  )

const asReceived = (attributes: MessageAttributes): Readonly<Record<string, RecordAttribute>> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        dataType,
        ...(stringValue === undefined ? {} : { stringValue }),
        ...(binaryValue === undefined ? {} : { binaryValue: Buffer.from(binaryValue).toString("base64") })
      }
    ])
  )

const logKeys =
  /^(?:timestamp|level|message|requestId|messageId|lineageId|receiveCount|records|class|reason|dependency|cause|action|delaySeconds|milliseconds|error|errorReason)$/

const checkLog = (lines: ReadonlyArray<string>) => {
  for (const line of lines) {
    expect(line).not.toMatch(/[\n\r]/)
    const parsed: unknown = JSON.parse(line)
    expect(Object.keys(parsed ?? {}).filter((key) => !logKeys.test(key))).toEqual([])
    expect(line.length).toBeLessThan(32_000)
  }
}

/** Hands a batch to a consumer, and checks that each record is in exactly one place, as it was. */
const consume = async (records: ReadonlyArray<HostileRecord>, fifo: boolean) => {
  inputs.add(records.length)
  const succeeded = new Set<string>()
  const healAttempts: Array<number> = []
  const consumer = makeTestConsumer({
    fifo,
    process: (_, { messageId, healAttempts: attempts }) => {
      const { behaviour, text } = records[Number(messageId)] ?? { behaviour: "succeeds", text: "" }
      healAttempts.push(attempts)
      return Effect.tap(behaviours[behaviour]?.(text) ?? Effect.void, () =>
        Effect.sync(() => void succeeded.add(messageId))
      )
    }
  })
  const event = sqsEvent(
    ...records.map(({ body, receiveCount, attributes, group }, index) => ({
      ...sqsRecord(String(index), { body, receiveCount, ...(fifo ? { group } : {}) }),
      messageAttributes: attributes
    }))
  )
  const again = await Effect.runPromise(consumer.run(event))

  const sentBodies = consumer.sqs.sent.map(({ message }) => message.body)
  expect(consumer.sqs.sent.every(({ queueUrl }) => queueUrl === deadLetterQueueUrl)).toBe(true)
  for (const [index, { body, attributes }] of records.entries()) {
    const id = String(index)
    const places = [again.includes(id), succeeded.has(id) && !again.includes(id)].filter(Boolean).length
    if (places === 1) continue
    const sent = consumer.sqs.sent.filter(
      ({ message }) => message.body === body && asText(asReceived(message.attributes)) === asText(attributes)
    )
    expect(sent.length, `record ${id} is in the dead-letter queue`).toBeGreaterThan(0)
  }
  const finished = records.length - again.length
  expect(sentBodies.length + [...succeeded].filter((id) => !again.includes(id)).length).toBe(finished)

  for (const { message } of consumer.sqs.sent) {
    expect(Object.keys(message.attributes).length).toBeLessThanOrEqual(10)
    const text = message.attributes[evidenceAttributeName]?.stringValue
    expect(Buffer.byteLength(text ?? "")).toBeLessThanOrEqual(evidenceMaxBytes)
    // A message without room for it has it in the ledger.
    const kept = consumer.ledger.expected.find((entry) => entry.body === message.body)?.evidence
    const evidence = text === undefined ? kept : decodeEvidence(text)
    expect(evidence?.lineageId).toMatch(lineageIdPattern)
    expect(evidence?.failure).toBeDefined()
    expect(evidence?.heldAs).toBeUndefined()
    expect(evidence?.admittedTo).toBeUndefined()
  }
  expect(consumer.ledger.recovered.every((lineageId) => lineageIdPattern.test(lineageId))).toBe(true)
  expect(healAttempts.every((attempts) => Number.isInteger(attempts) && attempts >= 0 && attempts <= 10_000)).toBe(true)
  for (const { visibilityTimeoutSeconds } of consumer.sqs.visibility) {
    expect(visibilityTimeoutSeconds).toSatisfy(Number.isInteger)
    expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(0)
    expect(visibilityTimeoutSeconds).toBeLessThanOrEqual(43_200)
  }
  for (const observation of consumer.metrics.observations) expect(observation.value).toSatisfy(Number.isFinite)
  checkLog(consumer.output.lines)
  return { consumer, again }
}

const batchSize = 10

describe("hostile records", () => {
  it("end stored, in the dead-letter queue or received again, each in one place and as it was", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: batchSize, maxLength: batchSize }),
        fc.boolean(),
        async (records, fifo) => {
          await consume(records, fifo)
        }
      ),
      { numRuns: planned.consumer / batchSize }
    ))

  it.each(largestBodies.map((body) => [`${body.slice(0, 40)}… (${body.length})`, body] as const))(
    "of 1 MiB do no harm to their neighbours: %s",
    async (_, body) => {
      const plain = { attributes: {}, receiveCount: 1, group: "a" as const, behaviour: "succeeds", text: "" }
      const { again, consumer } = await consume(
        [
          { ...plain, body },
          { ...plain, body: '{"name":"neighbour"}' }
        ],
        false
      )
      expect(again).toEqual([])
      expect(consumer.sqs.sent.length).toBeLessThanOrEqual(1)
    }
  )
})
