/** Hashes of orders: which two are the same order, and which id an idempotency key stands for. */
import { hash } from "node:crypto"
import type { Order } from "./Order.ts"

const sha256 = (parts: ReadonlyArray<string | number>): string =>
  // JSON keeps the parts apart: no two lists of parts give the same text.
  hash("sha256", JSON.stringify(parts), "hex")

/**
 * What makes two orders with one id the same order: user, item and quantity. Not `timestamp` and `status`, which a
 * retry may have defaulted differently.
 */
export const contentHash = (order: Pick<Order, "userId" | "itemName" | "quantity">): string =>
  sha256([order.userId, order.itemName, order.quantity])

/** What makes two requests for orders with ids of their sender's choice the same request: the id is part of it. */
export const requestHash = (order: Pick<Order, "orderId" | "userId" | "itemName" | "quantity">): string =>
  sha256([order.userId, order.itemName, order.quantity, order.orderId])

/**
 * The order id that an idempotency key of a user stands for: the same request, repeated, is the same order. In the
 * form of a UUID of version 8 (RFC 9562: a hash of one's own choice).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
 */
export const orderIdOfKey = (userId: string, idempotencyKey: string): string => {
  const digest = sha256([userId, idempotencyKey])
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32)
  ].join("-")
}
