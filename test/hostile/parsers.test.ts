import { afterAll, describe, expect, it } from "@effect/vitest"
import { Result } from "effect"
import * as fc from "fast-check"
import {
  failedRequestId,
  functionPayload,
  originalOf,
  payloadContent
} from "../../handlers/adopted/foreignDeadLetter.ts"
import { classify, classifyText } from "../../handlers/failure/classify.ts"
import { evidenceMaxBytes } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence, encodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { fingerprint } from "../../handlers/failure/fingerprint.ts"
import { redactSecrets } from "../../handlers/failure/redact.ts"
import { archiveKeyOf, decodeArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { correlationIdOf } from "../../handlers/healer/correlationId.ts"
import { logLink } from "../../handlers/healer/logLink.ts"
import { breakerOfItem } from "../../handlers/ledger/BreakersItem.ts"
import { decodeLedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../handlers/ledger/ledgerTime.ts"
import { decodeBreakerPolicy } from "../../handlers/recovery/breakerPolicyCodec.ts"
import { decodeRecoveryPolicy } from "../../handlers/recovery/recoveryPolicyCodec.ts"
import {
  anyAttributes,
  anyBody,
  anyEnvelope,
  anyErrorText,
  anyJson,
  anyText,
  forgedEvidenceText,
  largestBodies
} from "./arbitraries.ts"
import { countInputs, planned } from "./inputs.ts"
import { nastyTexts } from "./nastyTexts.ts"

const inputs = countInputs("parsers")

afterAll(() => {
  inputs.print()
  expect(inputs.tried()).toBeGreaterThanOrEqual(planned.parsers)
})

/** Tries a check on so many inputs. */
const tryAll = <Input>(count: number, arbitrary: fc.Arbitrary<Input>, check: (input: Input) => void) =>
  fc.assert(
    fc.property(arbitrary, (input) => {
      inputs.add()
      check(input)
    }),
    { numRuns: count }
  )

/** No more than this of the processor's time for any one text: a parser that backtracks takes minutes, or for ever. */
const longestMilliseconds = 5000

const processorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const messageAttributes = anyAttributes.map((attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        dataType,
        ...(stringValue === undefined ? {} : { stringValue }),
        ...(binaryValue === undefined ? {} : { binaryValue: Buffer.from(binaryValue, "base64") })
      }
    ])
  )
)

const share = planned.parsers / 13

describe("whatever it is given", () => {
  it("evidence is read or refused, and what is read is within bounds and is written again in 4 KiB", () =>
    tryAll(share, forgedEvidenceText, (text) => {
      const evidence = decodeEvidence(text)
      if (evidence === undefined) return
      expect(evidence.lineageId).toMatch(/^[\w.:/=+-]{1,128}$/)
      expect(evidence.healAttempts).toBeLessThanOrEqual(10_000)
      expect(Object.getPrototypeOf(evidence)).toBe(Object.prototype)
      const again = encodeEvidence(evidence)
      expect(Buffer.byteLength(again)).toBeLessThanOrEqual(evidenceMaxBytes)
      expect(decodeEvidence(again)?.lineageId).toBe(evidence.lineageId)
    }))

  it("a dead letter is classified, with text that may be stored and sent", () =>
    tryAll(share, fc.tuple(fc.oneof(anyBody, anyEnvelope), messageAttributes), ([body, attributes]) => {
      const { class: name, reason, detail, dependency } = classify({ body, attributes })
      expect(name).toMatch(/^(?:AuthFailure|ValidationError|BadPayload|Timeout|DependencyFailure|Unknown)$/)
      expect(reason.length).toBeLessThanOrEqual(256)
      expect([reason, detail, dependency].every((text) => text === undefined || text.isWellFormed())).toBe(true)
    }))

  it("an error text is classified, with its code", () =>
    tryAll(share, fc.tuple(anyErrorText, fc.option(anyText, { nil: undefined })), ([text, code]) => {
      const { reason, dependency } = classifyText(text, code)
      expect(reason.length).toBeLessThanOrEqual(256)
      expect(reason.isWellFormed()).toBe(true)
      expect(dependency?.length ?? 0).toBeLessThanOrEqual(128)
    }))

  it("a reason has a fingerprint that is a key", () =>
    tryAll(share, fc.tuple(anyText, anyErrorText, fc.option(anyText, { nil: undefined })), ([name, reason, frame]) => {
      const made = fingerprint({ class: name, reason, frame })
      expect(made).toBe(fingerprint({ class: name, reason, frame }))
      expect(made.length).toBeLessThanOrEqual(200)
    }))

  it("redaction is total, and takes out the secret that stands in it", () =>
    tryAll(share, fc.tuple(anyErrorText, anyErrorText), ([before, after]) => {
      expect(redactSecrets(`${before} password=hunter2-marker ${after}`)).not.toContain("hunter2-marker")
    }))

  it("a body has a correlation id that an index can hold, or none", () =>
    tryAll(
      share,
      fc.tuple(anyBody, fc.constantFrom("orderId", "name", "__proto__", "constructor")),
      ([body, field]) => {
        const id = correlationIdOf(body, field)
        if (id === undefined) return
        expect(id).not.toBe("")
        expect(id.length).toBeLessThanOrEqual(256)
        expect(id.isWellFormed()).toBe(true)
      }
    ))

  it("RECOVERY_POLICY is a policy or one sentence", () =>
    tryAll(
      share,
      fc.oneof(
        anyBody,
        fc.tuple(anyText, anyJson).map(([name, json]) => `{${JSON.stringify(name)}:${json}}`),
        anyJson.map((json) => `{"Timeout":{"action":"heal","backoff":${json},"maxAttempts":${json},"maxAgeSeconds":5}}`)
      ),
      (text) => {
        const decoded = decodeRecoveryPolicy(text)
        if (Result.isFailure(decoded)) {
          expect(decoded.failure).toMatch(/^The recovery policy is not valid[^\n]*\.$/)
          return
        }
        for (const rule of Object.values(decoded.success.rules)) {
          expect(["heal", "isolate", "archive", "alert"]).toContain(rule.action)
          if ("maxAttempts" in rule) expect(rule.maxAttempts).toBeLessThanOrEqual(1000)
        }
      }
    ))

  it("BREAKER_POLICY is a policy or one sentence", () =>
    tryAll(
      share,
      fc.oneof(
        anyBody,
        anyJson.map((json) => `{"windowSeconds":${json}}`),
        fc.tuple(anyText, anyJson).map(([name, json]) => `{${JSON.stringify(name)}:${json}}`)
      ),
      (text) => {
        const decoded = decodeBreakerPolicy(text)
        if (Result.isFailure(decoded)) expect(decoded.failure).toMatch(/^The breaker policy is not valid[^\n]*\.$/)
        else expect(Object.values(decoded.success).every(Number.isFinite)).toBe(true)
      }
    ))

  it("an item of the ledger's table is an item, a breaker, or neither", () =>
    tryAll(
      share,
      fc.tuple(anyJson, fc.constantFrom("deadLetters", "history", "failure", "revision", "status", "breaker"), anyJson),
      ([whole, field, json]) => {
        const parse = (text: string): unknown => JSON.parse(text)
        decodeLedgerItem(parse(whole))
        const item = { ...storedItem, [field]: parse(json) }
        const decoded = decodeLedgerItem(item)
        if (decoded !== undefined) expect(decoded.revision).toSatisfy(Number.isSafeInteger)
        breakerOfItem(item)
      }
    ))

  it("an archive object is one of ours, or none", () =>
    tryAll(share, fc.oneof(anyBody, anyEnvelope), (text) => {
      expect(decodeArchivedMessage(text)).toBeUndefined()
    }))

  it("an archive key is one key of its class and day, whatever class, time and lineage say", () =>
    tryAll(share, fc.tuple(anyText, fc.oneof(fc.double(), fc.integer()), anyText), ([name, at, lineageId]) => {
      const key = archiveKeyOf({ class: name, firstFailureAt: isoTime(at), lineageId })
      expect(key).toMatch(/^class=[^/=]*\/year=\d{4}\/month=\d\d\/day=\d\d\/[\w.%-]*\.json$/)
    }))

  it("a link to the log stays on the console's own page", () =>
    tryAll(share, fc.tuple(anyText, anyText, anyText, fc.integer()), ([logGroup, logStream, requestId, at]) => {
      const link = logLink("eu-west-1", { logGroup, logStream, requestId, at }) ?? ""
      expect(link).toMatch(
        /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#logsV2:log-groups\/log-group\/[\w.$~!'()*-]*\/log-events\/[\w.$~!'()*-]*$/
      )
    }))

  it("a foreign dead letter keeps what its target was to get", () =>
    tryAll(share, fc.tuple(fc.oneof(anyEnvelope, anyBody), messageAttributes), ([body, attributes]) => {
      const letter = { body, attributes }
      failedRequestId(letter)
      const original = originalOf(letter)
      if (original !== undefined) {
        expect(body).toContain(original.body)
        payloadContent(functionPayload(original.body))
      }
    }))
})

describe("the longest message that SQS takes", () => {
  it.each(largestBodies.map((body) => [`${body.slice(0, 60)}… (${body.length})`, body] as const))(
    "is read in good time: %s",
    (_, body) => {
      const startedAt = processorMilliseconds()
      classify({ body, attributes: {} })
      classifyText(body, body)
      redactSecrets(body.slice(0, 16_384))
      decodeEvidence(body)
      correlationIdOf(body, "orderId")
      const letter = { body, attributes: {} }
      failedRequestId(letter)
      const original = originalOf(letter)
      if (original !== undefined) payloadContent(functionPayload(original.body))
      decodeRecoveryPolicy(body)
      decodeBreakerPolicy(body)
      decodeArchivedMessage(body)
      expect(processorMilliseconds() - startedAt).toBeLessThan(longestMilliseconds)
    }
  )

  it.each(
    nastyTexts.filter((text) => text.length > 1).map((text) => [JSON.stringify(text.slice(0, 20)), text] as const)
  )("does not make an error text slow that repeats %s", (_, text) => {
    const long = text.repeat(Math.ceil(16_384 / text.length))
    const startedAt = processorMilliseconds()
    for (const each of [long, `${long}!`, `Error: ${long}\n${long}`]) {
      const { reason } = classifyText(each, each)
      fingerprint({ class: "Unknown", reason: each, frame: each })
      fingerprint({ class: "Unknown", reason })
      redactSecrets(each)
    }
    expect(processorMilliseconds() - startedAt).toBeLessThan(longestMilliseconds)
  })
})

const storedItem = {
  lineageId: "lineage-1",
  revision: 1,
  status: "healing",
  class: "Timeout",
  fingerprint: "f",
  reason: "r",
  why: "w",
  firstFailureAt: "2026-01-01T00:00:00.000Z",
  lastFailureAt: "2026-01-01T00:00:00.000Z",
  attempts: 1,
  deadLetters: [],
  history: []
}
