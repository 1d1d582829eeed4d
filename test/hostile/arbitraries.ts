/** What somebody sends who means harm, or whose program is broken: text, JSON, message attributes and evidence. */
import * as fc from "fast-check"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import type { RecordAttribute } from "../handlers/consumer/records.ts"
import { nastyTexts } from "./nastyTexts.ts"

/** Any text, from tame to nasty; mostly short. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...nastyTexts), weight: 5 },
  { arbitrary: fc.string({ maxLength: 24 }), weight: 3 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 24 }), weight: 2 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(...nastyTexts), fc.constantFrom(...nastyTexts))
      .map(([one, other]) => `${one}${other}`),
    weight: 1
  }
)

/** Names that mean something to JavaScript or to us. */
const names = ["__proto__", "constructor", "prototype", "toString", "orderId", "name", "itemName", "quantity", "Type"]

const anyName = fc.oneof(fc.constantFrom(...names), anyText)

const nest = (open: string, inside: string, close: string, depth: number): string =>
  `${open.repeat(depth)}${inside}${close.repeat(depth)}`

/** A number as JSON may spell it, whether or not a double can hold it. */
const anyNumberText = fc.oneof(
  fc.constantFrom("1e400", "-1e400", "1E-400", "-0", "0.1", "9007199254740993", "1e21", "-1", "10000.5", "0e0"),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constant("1234567890".repeat(40))
)

/** The text of a JSON value: valid, with keys of every kind. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("null", "true", "false", '""', "{}", "[]"),
    anyNumberText,
    anyText.map((text) => JSON.stringify(text)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    tie("object")
  ),
  object: fc
    .array(fc.tuple(anyName, tie("value")), { maxLength: 4 })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`)
})).value

/** Bodies that are deep, long, cut off, or no JSON at all. */
const oddBodies = [
  nest("[", "", "]", 4000),
  nest('{"a":', "1", "}", 4000),
  nest('{"name":"x","a":', "1", "}", 5000),
  "[".repeat(6000),
  '{"name":',
  '{"name":"x"',
  '{"name":"x",}',
  '{"name":"x"}{"name":"y"}',
  '{"name":"x","name":"y"}',
  "{'name':'x'}",
  '\ufeff{"name":"x"}',
  '\ufeff\ufeff{"name":"x"}',
  '{"name":"\\ud800"}',
  '{"name":"x","count":1e400}',
  '{"name":"x","count":12345678901234567890}',
  '{"__proto__":{"name":"polluted","orderId":"polluted"}}',
  '{"constructor":{"prototype":{"name":"polluted"}}}',
  '{"name":"x","__proto__":{"polluted":true}}',
  `{"name":"${"n".repeat(4000)}"}`,
  `[${"0,".repeat(2000)}0]`,
  "\u0000",
  "﻿",
  "<?xml version='1.0'?><order/>"
] as const

/** Any body. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyJson, weight: 5 },
  { arbitrary: anyText, weight: 2 },
  { arbitrary: fc.constantFrom(...oddBodies), weight: 1 },
  { arbitrary: fc.tuple(anyJson, fc.nat(60)).map(([json, length]) => json.slice(0, length)), weight: 1 }
)

/** A body of just below 1 MiB: the most that SQS takes. */
export const largestBodies = [
  "x".repeat(1_048_576),
  "漢".repeat(349_525),
  "[".repeat(1_048_576),
  nest("[", "", "]", 524_288),
  nest('{"a":', "1", "}", 170_000),
  `{"name":"${"\\u0000".repeat(170_000)}"}`,
  `{"orderId":"${"a".repeat(1_000_000)}"}`,
  `{"version":"1.0","requestContext":{"requestId":"r","condition":"RetriesExhausted"},"responsePayload":${nest("[", "", "]", 500_000)}}`,
  `{"version":"1.0","requestContext":{"requestId":"r","condition":"RetriesExhausted"},"requestPayload":${nest('{"a":', "1", "}", 150_000)}}`,
  `{"version":"1.0","requestContext":{"requestId":"r","condition":"x"},"requestPayload":"${"\\\\".repeat(500_000)}"}`,
  `{"name":"x"${" ".repeat(1_000_000)}}`,
  " ".repeat(1_048_576),
  `{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`
] as const

/** Names that SQS takes for attributes. `__proto__` is one of them. */
const attributeNames = [
  "__proto__",
  "constructor",
  "toString",
  "RULE_ARN",
  "TARGET_ARN",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
  "RequestID",
  "ErrorCode",
  "ErrorMessage",
  "alert",
  "Resilience",
  "a.b-c_d",
  "n".repeat(256)
]

const attribute: fc.Arbitrary<RecordAttribute> = fc.oneof(
  fc.record({ dataType: fc.constantFrom("String", "String.x", "string"), stringValue: anyText }),
  fc.record({ dataType: fc.constantFrom("Number", "Number.int"), stringValue: anyNumberText }),
  fc
    .tuple(fc.constantFrom("Binary", "Binary.png"), fc.uint8Array({ maxLength: 40 }))
    .map(([dataType, bytes]) => ({ dataType, binaryValue: Buffer.from(bytes).toString("base64") })),
  // SQS takes neither; whatever comes of it, it must not break a neighbour.
  fc.constantFrom<RecordAttribute>({ dataType: "" }, { dataType: "String", stringValue: "" })
)

/** Message attributes, but for evidence; at most nine, so that evidence has its place. */
export const anyAttributes: fc.Arbitrary<Readonly<Record<string, RecordAttribute>>> = fc
  .array(fc.tuple(fc.constantFrom(...attributeNames), attribute), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries))

const anyInteger = fc.oneof(
  fc.constantFrom(0, -1, 1, 10_000, 10_001, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 8.64e15, -8.64e15, 1e308),
  fc.integer()
)

const forgedFailure = fc.record(
  {
    class: fc.oneof(fc.constantFrom("Timeout", "DependencyFailure", "Unknown", "AuthFailure", "OutOfStock"), anyText),
    reason: anyText,
    detail: anyText,
    dependency: anyText,
    retryAfterSeconds: fc.oneof(fc.constantFrom(0, 86_400, -1, 1e9), fc.double()),
    receiveCount: anyInteger,
    requestId: anyText,
    logGroup: anyText,
    logStream: anyText,
    untried: fc.boolean(),
    at: anyInteger
  },
  { requiredKeys: ["class", "reason", "receiveCount", "at"] }
)

/** Evidence that somebody else has written: of the right shape, with whatever in it. */
export const forgedEvidence = fc.record(
  {
    version: fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, { arbitrary: fc.constantFrom(0, 2, "1"), weight: 1 }),
    lineageId: fc.oneof(fc.uuid(), fc.uuid(), anyText),
    firstSeen: anyInteger,
    healAttempts: fc.oneof(fc.integer({ min: 0, max: 10_000 }), anyInteger),
    isolated: fc.boolean(),
    admittedTo: fc.oneof(fc.constantFrom("payment-gateway", "dynamodb"), anyText),
    heldAs: fc.record({ messageId: anyText, copy: anyInteger }),
    recoveredAt: anyInteger,
    failure: forgedFailure,
    __proto__: fc.constant({ healAttempts: 0 })
  },
  { requiredKeys: ["version", "lineageId", "firstSeen", "healAttempts"] }
)

/** The text of a `resilience` attribute that no consumer and no healer has written. */
export const forgedEvidenceText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: forgedEvidence.map((evidence) => JSON.stringify(evidence)), weight: 6 },
  { arbitrary: anyBody, weight: 1 }
)

/** Attributes of which one is forged evidence. */
export const forgedAttributes: fc.Arbitrary<Readonly<Record<string, RecordAttribute>>> = fc
  .tuple(anyAttributes, fc.option(forgedEvidenceText, { freq: 4 }))
  .map(([attributes, text]) => ({
    ...attributes,
    ...(text === null ? {} : { [evidenceAttributeName]: { dataType: "String", stringValue: text } })
  }))

/** Error texts as services, drivers and attackers write them. */
export const anyErrorText: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc
    .tuple(
      fc.constantFrom("TimeoutError: ", "AccessDenied: ", "Caused by: ", "    at x (", "", "503 ", '{"errorType":"'),
      anyText,
      fc.constantFrom("", "\n    at Object.<anonymous> (/var/task/index.js:1:1)", "\nCaused by: ", ")", '"}')
    )
    .map((parts) => parts.join(""))
)

/** What Lambda's on-failure destination, EventBridge and SNS wrap around what failed: bodies that are envelopes. */
export const anyEnvelope: fc.Arbitrary<string> = fc.oneof(
  fc
    .record({
      version: fc.constant('"1.0"'),
      requestContext: fc
        .record({
          requestId: anyText,
          condition: fc.oneof(fc.constantFrom("RetriesExhausted", "EventAgeExceeded"), anyText)
        })
        .map((context) => JSON.stringify(context)),
      requestPayload: anyJson,
      responsePayload: fc.oneof(
        anyJson,
        anyErrorText.map((text) => JSON.stringify({ errorType: "Error", errorMessage: text }))
      )
    })
    .map(
      (members) =>
        `{${Object.entries(members)
          .map(([name, value]) => `"${name}":${value}`)
          .join(",")}}`
    ),
  fc
    .record(
      {
        Type: fc.constantFrom("Notification", "SubscriptionConfirmation"),
        MessageId: anyText,
        TopicArn: anyText,
        Message: anyBody,
        UnsubscribeURL: anyText,
        Subject: anyText
      },
      { requiredKeys: ["Type", "TopicArn", "Message"] }
    )
    .map((envelope) => JSON.stringify(envelope)),
  fc
    .record({ "detail-type": anyText, source: anyText, detail: anyJson })
    .map(
      (event) =>
        `{"detail-type":${JSON.stringify(event["detail-type"])},"source":${JSON.stringify(event.source)},"detail":${event.detail}}`
    )
)
