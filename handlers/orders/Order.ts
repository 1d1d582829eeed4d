/** An order, as it travels on the topic and the queue. */
import { Effect, Schema } from "effect"

/** Ids that are safe in a URL path, a log line and an idempotency key: 1–128 characters of `A–Z a–z 0–9 _ . : -`. */
export const OrderId = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_.:-]{1,128}$/, { expected: "1 to 128 characters of A-Z, a-z, 0-9, _, ., : and -" })
)

/** Control characters, halves of surrogate pairs, and the mark that decoders leave where the encoding was wrong. */
const unprintable = /[\p{Cc}\p{Cs}\uFFFD]/u

/** Text for people: not blank, at most so many characters (code points). */
const text = (maxLength: number) =>
  Schema.String.check(
    Schema.makeFilter(
      (value) =>
        value.length <= 2 * maxLength &&
        [...value].length <= maxLength &&
        value.trim() !== "" &&
        !unprintable.test(value),
      { expected: `1 to ${maxLength} printable characters` }
    )
  )

/** What is ordered: 1–200 characters, not blank. */
export const ItemName = text(200)

/** How many: a whole number, 1–10,000. */
export const Quantity = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 10_000 }, { expected: "a whole number from 1 to 10000" })
)

/**
 * Whom it belongs to: 1–255 characters, not blank. A token's subject is as long at most.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
export const UserId = text(255)

/** A point in time, ISO 8601 with a zone, e.g. `2025-05-03T12:00:00Z`. */
export const Timestamp = Schema.String.check(
  Schema.makeFilter(
    (value) =>
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
      !Number.isNaN(Date.parse(value)),
    { expected: "an ISO 8601 time with a zone, e.g. 2025-05-03T12:00:00Z" }
  )
)

/** Whom an order without a `userId` belongs to. */
export const anonymous = "anonymous"

/**
 * An order. `userId` defaults to `anonymous`, `status` to `new`. Unknown fields are ignored, so that a producer may add
 * one before its consumers know of it.
 */
export const Order = Schema.Struct({
  orderId: OrderId,
  userId: UserId.pipe(Schema.withDecodingDefaultKey(Effect.succeed(anonymous))),
  itemName: ItemName,
  quantity: Quantity,
  status: text(64).pipe(Schema.withDecodingDefaultKey(Effect.succeed("new"))),
  timestamp: Schema.optionalKey(Timestamp)
})

/** An order. */
export type Order = typeof Order.Type
