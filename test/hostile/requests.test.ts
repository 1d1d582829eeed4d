import { afterAll, describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { getOrder } from "../../handlers/orders/getOrder.ts"
import type { HttpResponse } from "../../handlers/orders/httpApi.ts"
import { Order } from "../../handlers/orders/Order.ts"
import { placeOrder } from "../../handlers/orders/placeOrder.ts"
import { httpContext, makeOrderWorld } from "../handlers/orders/orders.ts"
import { anyBody, anyJson, anyText, largestBodies } from "./arbitraries.ts"
import { countInputs, planned } from "./inputs.ts"

const inputs = countInputs("requests")

afterAll(() => {
  inputs.print()
  expect(inputs.tried()).toBeGreaterThanOrEqual(planned.requests)
})

const decodeOrder = Schema.decodeUnknownSync(Schema.fromJsonString(Order), { onExcessProperty: "error" })

const field = fc.oneof(
  { arbitrary: anyJson, weight: 1 },
  { arbitrary: anyText.map((text) => JSON.stringify(text)), weight: 2 },
  { arbitrary: fc.constantFrom('"Laptop"', "1", "10000", '"2026-01-01T00:00:00Z"', '"O-1"'), weight: 4 }
)

/** An order of which single fields are hostile, as text. */
const anyOrderBody = fc
  .array(
    fc.tuple(
      fc.constantFrom("itemName", "quantity", "userId", "orderId", "timestamp", "product", "__proto__", "storedAt"),
      field
    ),
    { maxLength: 6 }
  )
  .map(
    (members) =>
      `{"itemName":"Laptop","quantity":1${members.map(([name, value]) => `,${JSON.stringify(name)}:${value}`).join("")}}`
  )

const anyHeaders = fc
  .array(
    fc.tuple(
      fc.constantFrom("content-type", "Content-Type", "idempotency-key", "__proto__", "constructor", "x-forwarded-for"),
      fc.oneof(
        fc.constantFrom(
          "application/json",
          "application/json; charset=utf-8",
          "text/plain",
          '"key-1"',
          "application/x+json"
        ),
        anyText
      )
    ),
    { maxLength: 3 }
  )
  .map((entries) => Object.fromEntries(entries))

const anyPost = fc
  .record({
    body: fc.oneof(
      { arbitrary: anyOrderBody, weight: 4 },
      { arbitrary: anyBody, weight: 2 },
      { arbitrary: fc.constant(null), weight: 1 }
    ),
    headers: anyHeaders,
    encoded: fc.constantFrom("plain", "base64", "claimed")
  })
  .map(({ body, headers, encoded }) => ({
    version: "2.0",
    headers,
    body: body !== null && encoded === "base64" ? Buffer.from(body).toString("base64") : body,
    isBase64Encoded: encoded !== "plain"
  }))

/** A response that a client may get: never a 500, never a header of somebody else's making. */
const checkResponse = ({ statusCode, headers, body }: HttpResponse) => {
  expect([200, 202, 400, 404, 413, 415, 422]).toContain(statusCode)
  for (const [name, value] of Object.entries(headers)) {
    expect(name).toMatch(/^[a-z-]+$/)
    expect(value).toMatch(/^[\x20-\x7e]*$/)
  }
  expect(Buffer.byteLength(body)).toBeLessThan(8192)
  const parsed: unknown = JSON.parse(body)
  expect(parsed).toBeTypeOf("object")
}

const checkLog = (lines: ReadonlyArray<string>) => {
  for (const line of lines) {
    expect(line).not.toMatch(/[\n\r]/)
    const record: unknown = JSON.parse(line)
    expect(Object.keys(record ?? {})).toSatisfy((keys: ReadonlyArray<string>) =>
      keys.every((key) => /^(?:timestamp|level|message|requestId|orderId|error|reason|cause)$/.test(key))
    )
  }
}

/** Posts, and checks all that came of it. */
const post = async (event: unknown) => {
  const world = makeOrderWorld()
  const response = await Effect.runPromise(placeOrder(event, httpContext).pipe(Effect.provide(world.layer)))
  checkResponse(response)
  checkLog(world.output.lines)
  // Only what is an order in full is published, and nothing beside it.
  expect(world.sns.published).toHaveLength(response.statusCode === 202 ? 1 : 0)
  for (const { notification } of world.sns.published) {
    expect(notification.attributes).toBeUndefined()
    const order = decodeOrder(notification.message)
    expect(response.headers["location"]).toBe(`/orders/${encodeURIComponent(order.orderId)}`)
  }
  return response
}

const postRuns = (planned.requests * 3) / 4
const getRuns = planned.requests / 4

describe("a hostile request", () => {
  it("to place an order is refused with a problem document or is an order", () =>
    fc.assert(
      fc.asyncProperty(anyPost, async (event) => {
        inputs.add()
        await post(event)
      }),
      { numRuns: postRuns }
    ))

  it("for an order has an answer, and looks for nothing but an order id", () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(anyText, fc.constantFrom("O-1", "..", "a".repeat(128), "a".repeat(129), "%2e%2e")),
        fc.constantFrom("orderId", "__proto__"),
        anyHeaders,
        async (orderId, parameter, headers) => {
          inputs.add()
          const world = makeOrderWorld()
          const response = await Effect.runPromise(
            getOrder({ headers, pathParameters: Object.fromEntries([[parameter, orderId]]) }, httpContext).pipe(
              Effect.provide(world.layer)
            )
          )
          checkResponse(response)
          checkLog(world.output.lines)
          const lookedFor = world.dynamoDb.calls.length > 0
          expect(lookedFor).toBe(parameter === "orderId" && /^[A-Za-z0-9_.:-]{1,128}$/.test(orderId))
        }
      ),
      { numRuns: getRuns }
    ))

  it.each(largestBodies.map((body) => [`${body.slice(0, 40)}… (${body.length})`, body] as const))(
    "with a body far too long is refused: %s",
    async (_, body) => {
      inputs.add()
      const { statusCode } = await post({ version: "2.0", headers: {}, body, isBase64Encoded: false })
      expect(statusCode).toBe(413)
    }
  )

  it.each([
    ["deep arrays", "[".repeat(100_000) + "]".repeat(100_000), 422],
    ["a deep field", `{"itemName":${"[".repeat(100_000)}${"]".repeat(100_000)},"quantity":1}`, 422],
    [
      "deep beside an order",
      `{"itemName":"x","quantity":1,"more":${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}}`,
      202
    ],
    ["a prototype", '{"__proto__":{"itemName":"x","quantity":1}}', 422],
    ["an order and a prototype", '{"itemName":"x","quantity":1,"__proto__":{"quantity":9}}', 202],
    ["a number beyond a double", '{"itemName":"x","quantity":1e400}', 422],
    ["half a character", '{"itemName":"\\ud800","quantity":1}', 422],
    ["a control character", '{"itemName":"a\\u0000b","quantity":1}', 422],
    ["a line break in the id", '{"itemName":"x","quantity":1,"orderId":"a\\nb"}', 422]
  ] as const)("of %s is answered", async (_, body, expected) => {
    inputs.add()
    const { statusCode } = await post({ version: "2.0", headers: {}, body, isBase64Encoded: false })
    expect(statusCode).toBe(expected)
  })
})
