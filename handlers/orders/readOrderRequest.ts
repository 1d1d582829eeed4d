/** Reads `POST /orders`: from bytes to an order, or to the problem document that says what is wrong with them. */
import { Effect, Result, Schema } from "effect"
import { fieldIssues } from "../consumer/decodeBody.ts"
import { type FieldProblem, type HttpRequest, type HttpResponse, header, problem } from "./httpApi.ts"
import { ItemName, OrderId, Quantity, Timestamp, UserId } from "./Order.ts"

/** The largest body, in bytes: SNS takes no more. */
export const maxBodyBytes = 262_144

/** What a client may say of an order. Unknown fields are ignored. */
export const OrderRequest = Schema.Struct({
  itemName: ItemName,
  quantity: Quantity,
  userId: Schema.optionalKey(UserId),
  orderId: Schema.optionalKey(OrderId),
  timestamp: Schema.optionalKey(Timestamp)
})

/** What a client says of an order, and the key that makes repeating it safe. */
export interface ReadOrderRequest {
  readonly order: typeof OrderRequest.Type
  readonly idempotencyKey: string | undefined
}

const refuse = (response: HttpResponse) => Effect.fail(response)

/** `application/json` and `application/…+json` in UTF-8. No type at all is taken for JSON (RFC 9110, 8.3). */
const isJson = (contentType: string | undefined): boolean => {
  if (contentType === undefined || contentType.trim() === "") return true
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length)
  return (
    /^application\/(?:json|[\w.-]+\+json)$/.test(type) &&
    (charset === undefined || /^"?(?:utf-?8|us-ascii)"?$/.test(charset))
  )
}

const bytesOf = (request: HttpRequest): Uint8Array =>
  Buffer.from(request.body ?? "", request.isBase64Encoded === true ? "base64" : "utf8")

const readText = (bytes: Uint8Array) =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => problem(400, "The body is not valid UTF-8.")
  })

const readJson = (text: string) =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () =>
      problem(
        400,
        text.trim() === "" ? "The body is empty; an order as JSON is expected." : "The body is not valid JSON."
      )
  })

const isObject = Schema.is(Schema.Record(Schema.String, Schema.Unknown))

/** `product` is an older name of `itemName`. Answers the body under today's name, and whether it was renamed. */
const renameProduct = (body: unknown): { readonly body: unknown; readonly renamed: boolean } =>
  isObject(body) && Object.hasOwn(body, "product") && !Object.hasOwn(body, "itemName")
    ? { body: { ...body, itemName: body["product"] }, renamed: true }
    : { body, renamed: false }

const decodeOrder = Schema.decodeUnknownResult(OrderRequest, { errors: "all" })

const invalid = (errors: ReadonlyArray<FieldProblem>): HttpResponse => {
  const fields = errors.map(({ field }) => field).filter((field) => field !== "")
  return problem(422, fields.length === 0 ? "The body is not an order." : `Not valid: ${fields.join(", ")}.`, {
    errors
  })
}

/** As HTTP has it: a string in quotes; without them it is taken as it is. 1–255 visible ASCII characters. */
const readIdempotencyKey = (request: HttpRequest) => {
  const value = header(request, "idempotency-key")?.trim()
  if (value === undefined) return Effect.succeed(undefined)
  const key = /^"(.*)"$/.exec(value)?.[1] ?? value
  return /^[\x21-\x7e]{1,255}$/.test(key)
    ? Effect.succeed(key)
    : refuse(invalid([{ field: "Idempotency-Key", message: "Expected 1 to 255 visible ASCII characters" }]))
}

/** The order in a request; fails with the problem document to answer. */
export const readOrderRequest = Effect.fnUntraced(function* (request: HttpRequest) {
  if (!isJson(header(request, "content-type"))) {
    return yield* refuse(problem(415, "The content type has to be application/json, in UTF-8."))
  }
  const bytes = bytesOf(request)
  if (bytes.byteLength > maxBodyBytes) {
    return yield* refuse(problem(413, `The body is longer than ${maxBodyBytes} bytes.`))
  }
  const { body, renamed } = renameProduct(yield* readJson(yield* readText(bytes)))
  const idempotencyKey = yield* readIdempotencyKey(request)
  const order = decodeOrder(body)
  if (Result.isSuccess(order)) return { order: order.success, idempotencyKey } satisfies ReadOrderRequest
  const errors = fieldIssues(order.failure)
  return yield* refuse(
    invalid(renamed ? errors.map((each) => (each.field === "itemName" ? { ...each, field: "product" } : each)) : errors)
  )
})
