import { afterAll, describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as fc from "fast-check"
import { SqsRecord } from "../../handlers/consumer/SqsEvent.ts"
import { evidenceAttributeName, lineageIdPattern } from "../../handlers/failure/Evidence.ts"
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import { decodeArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { decodeLedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import { jsonLogLayer } from "../../handlers/observability/log.ts"
import { ruleOf } from "../../handlers/recovery/plan.ts"
import { makeWorld, settings, type World } from "../handlers/healer/world.ts"
import { makeCollectedOutput } from "../handlers/observability/collectedOutput.ts"
import { anyBody, anyEnvelope, anyErrorText, forgedAttributes, largestBodies } from "./arbitraries.ts"
import { countInputs, planned } from "./inputs.ts"

const inputs = countInputs("healer")

afterAll(() => {
  inputs.print()
  expect(inputs.tried()).toBeGreaterThanOrEqual(planned.healer)
})

const decodeRecord = Schema.decodeUnknownSync(SqsRecord)

const now = Date.now()

const eventBridgeAttributes = fc
  .record({ ERROR_CODE: anyErrorText, ERROR_MESSAGE: anyErrorText, RULE_ARN: anyErrorText, TARGET_ARN: anyErrorText })
  .map((texts) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, stringValue]) => [name, { dataType: "String", stringValue }] as const)
    )
  )

const deadLetter = fc
  .record({
    body: fc.oneof(anyBody, anyEnvelope, fc.constant('{"orderId":"O-1"}')),
    attributes: forgedAttributes,
    service: fc.option(eventBridgeAttributes, { freq: 3 }),
    receiveCount: fc.integer({ min: 1, max: 30 }),
    movedBySqs: fc.boolean(),
    group: fc.constantFrom("a", "b")
  })
  .map(({ attributes, service, ...rest }) => ({ ...rest, attributes: { ...attributes, ...service } }))

type HostileDeadLetter = typeof deadLetter extends fc.Arbitrary<infer Generated> ? Generated : never

const recordOf = (
  { body, attributes, receiveCount, movedBySqs, group }: HostileDeadLetter,
  index: number,
  fifo: boolean
) =>
  decodeRecord({
    messageId: `m-${index}`,
    receiptHandle: `receipt-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(now - 1000),
      ...(fifo ? { MessageGroupId: group } : {}),
      ...(movedBySqs ? { DeadLetterQueueSourceArn: "arn:aws:sqs:eu-west-1:000000000000:orders" } : {})
    },
    messageAttributes: attributes
  })

const codes = Object.keys(settings.policy.rules).map(failureCode)

const labels =
  /^(?:Queue|Class|Reason|Detail|Dependency|What was done|Is anything lost|What to do|Next command|Attempts|First failure|Last failure|Message|Correlation id|Archive|Log|Held back since the last alert|Further ones are held back for|Fingerprint): |^ {4}/

const consoleLink =
  /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#logsV2:log-groups\/log-group\/[\w.$~!'()*-]*(?:\/log-events\/[\w.$~!'()*-]*)?$/

const logKeys =
  /^(?:timestamp|level|message|messageId|lineageId|receiveCount|class|reason|rule|correlationId|cause|attempt|delaySeconds|isolated|admittedTo|newMessageId|why|status|archiveKey|alert|fingerprint|heldBack|seconds|copy|dependency|messages|error)$/

const checkLog = (lines: ReadonlyArray<string>) => {
  for (const line of lines) {
    expect(line).not.toMatch(/[\n\r]/)
    const parsed: unknown = JSON.parse(line)
    expect(Object.keys(parsed ?? {}).filter((key) => !logKeys.test(key))).toEqual([])
    expect(line.length).toBeLessThan(32_000)
  }
}

/** All that left the healer, and all that it wrote, is of the shape that we give it. */
const checkWorld = (world: World) => {
  for (const { queueUrl, message } of world.sent) {
    expect([world.queues.main, world.queues.deadLetter]).toContain(queueUrl)
    expect(Object.keys(message.attributes).length).toBeLessThanOrEqual(10)
    expect(message.delaySeconds ?? 0).toBeGreaterThanOrEqual(0)
    expect(message.delaySeconds ?? 0).toBeLessThanOrEqual(900)
    if (message.messageDeduplicationId !== undefined) expect(message.messageDeduplicationId).toMatch(/^[\w-]{1,128}$/)
  }
  for (const { seconds } of world.visibility) expect(seconds).toSatisfy((each: number) => each >= 0 && each <= 43_200)
  for (const [key, text] of world.objects) {
    const parts = /^class=([A-Z0-9_]+)\/year=\d{4}\/month=\d\d\/day=\d\d\/[\w.%-]+\.json$/.exec(key)
    expect(codes, key).toContain(parts?.[1])
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024)
    const archived = decodeArchivedMessage(text)
    expect(archived?.lineageId).toMatch(lineageIdPattern)
    if (archived?.logUrl !== undefined) expect(archived.logUrl).toMatch(consoleLink)
  }
  for (const { subject, message, attributes } of world.alerts) {
    expect(subject ?? "").toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/)
    expect(message.split("\n").filter((line) => !labels.test(line))).toEqual([])
    expect(message).not.toMatch(/[^\n\P{Cc}]/u)
    expect(message.isWellFormed()).toBe(true)
    for (const { stringValue = "" } of Object.values(attributes ?? {})) {
      expect(stringValue).not.toBe("")
      expect([...stringValue].every((character) => character >= " " && !/[\ufffe\uffff]/.test(character))).toBe(true)
    }
  }
  for (const [key, stored] of world.table.items) {
    if (/^(?:alert|evidence)#/.test(key)) continue
    expect(key).toMatch(lineageIdPattern)
    const item = decodeLedgerItem(stored)
    expect(Object.keys(settings.policy.rules)).toContain(item?.class)
    expect(item?.firstFailureAt).toMatch(/^\d{4}-/)
    expect(item?.lastFailureAt).toMatch(/^\d{4}-/)
    expect(JSON.stringify(stored).isWellFormed()).toBe(true)
    if (item?.logUrl !== undefined) expect(item.logUrl).toMatch(consoleLink)
    const rule = ruleOf(settings.policy, item?.class ?? "")
    if ("maxAttempts" in rule) expect(item?.attempts).toBeLessThanOrEqual(rule.maxAttempts)
  }
  for (const { value } of world.metrics.observations) expect(value).toSatisfy(Number.isFinite)
  for (const { class: name } of world.metrics.observations)
    if (name !== undefined) expect(Object.keys(settings.policy.rules)).toContain(name)
  expect(world.metrics.total("HealingErrors")).toBe(0)
}

/** Heals a batch, and checks that each message is left, sent or archived, as it was. */
const heal = async (letters: ReadonlyArray<HostileDeadLetter>, fifo: boolean) => {
  inputs.add(letters.length)
  const world = makeWorld({ fifo })
  const output = makeCollectedOutput()
  const left = await Effect.runPromise(
    world
      .heal(
        letters.map((letter, index) => recordOf(letter, index, fifo)),
        "request-1"
      )
      .pipe(Effect.provide(Layer.merge(world.layer, jsonLogLayer.pipe(Layer.provide(output.layer)))))
  )
  checkLog(output.lines)
  const objects = [...world.objects.values()].flatMap((text) => decodeArchivedMessage(text) ?? [])
  for (const [index, { body, attributes }] of letters.entries()) {
    if (left.includes(`m-${index}`)) continue
    const names = Object.keys(attributes).filter((name) => name !== evidenceAttributeName)
    const isIt = (other: string, its: Readonly<Record<string, unknown>>) =>
      other === body && names.every((name) => Object.hasOwn(its, name))
    const sent = world.sent.some(({ message }) => isIt(message.body, message.attributes))
    const archived = objects.some((object) => isIt(object.body, object.attributes))
    // Of several that forge one lineage, the first may stand for all; but none goes without a trace.
    expect(sent || archived, `m-${index} is lost`).toBe(true)
  }
  checkWorld(world)
  return world
}

const batchSize = 10

describe("hostile dead letters", () => {
  it("are healed, held or archived, and nothing of them reaches a key, a link, a metric or a line of an alert", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(deadLetter, { minLength: batchSize, maxLength: batchSize }),
        fc.boolean(),
        async (letters, fifo) => {
          await heal(letters, fifo)
        }
      ),
      { numRuns: planned.healer / batchSize }
    ))

  it.each(largestBodies.map((body) => [`${body.slice(0, 40)}… (${body.length})`, body] as const))(
    "of 1 MiB are handled: %s",
    async (_, body) => {
      await heal([{ body, attributes: {}, receiveCount: 1, movedBySqs: false, group: "a" }], false)
    }
  )
})
