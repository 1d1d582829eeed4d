/**
 * The conservation check: every accepted message is in exactly one home. Pure, so that it can be tested apart from any
 * system: it compares what was accepted with what is stored, archived or awaiting an operator.
 */

/** An order's content, as far as it tells one order from another. */
export interface OrderContent {
  readonly orderId: string
  readonly itemName: string
  readonly quantity: number
}

/** A final home, and the key of the message that lies there. */
export interface Home {
  readonly key: string
  readonly kind: "stored" | "archived" | "awaiting-operator"
}

/** What the check found. */
export interface Conservation {
  /** Distinct messages that the system took responsibility for; a redelivery of the same order is the same message. */
  readonly accepted: number
  readonly stored: number
  readonly archived: number
  readonly awaitingOperator: number
  /** Keys that were accepted and are in no home. */
  readonly lost: ReadonlyArray<string>
  /** Keys with more than one home. */
  readonly duplicates: ReadonlyArray<string>
  /** Keys in a home that nobody sent. */
  readonly unexpected: ReadonlyArray<string>
}

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

/** The key of an order. */
export const orderKey = (order: OrderContent): string => `${order.orderId} ${order.quantity} × ${order.itemName}`

/** The key of any message body: an order's key where the body is one, else the body itself. */
export const bodyKey = (body: string): string => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return body
  }
  const orderId = property(value, "orderId")
  const itemName = property(value, "itemName") ?? property(value, "product")
  const quantity = property(value, "quantity")
  return typeof orderId === "string" && typeof itemName === "string" && typeof quantity === "number"
    ? orderKey({ orderId, itemName, quantity })
    : body
}

/** Compares what was accepted with where it is now. */
export const checkConservation = (accepted: ReadonlyArray<string>, homes: ReadonlyArray<Home>): Conservation => {
  const expected = new Set(accepted)
  const found = new Map<string, number>()
  for (const { key } of homes) found.set(key, (found.get(key) ?? 0) + 1)
  const count = (kind: Home["kind"]) => homes.filter((home) => home.kind === kind).length
  return {
    accepted: expected.size,
    stored: count("stored"),
    archived: count("archived"),
    awaitingOperator: count("awaiting-operator"),
    lost: [...expected].filter((key) => !found.has(key)),
    duplicates: [...found].filter(([, homesOfKey]) => homesOfKey > 1).map(([key]) => key),
    unexpected: [...found.keys()].filter((key) => !expected.has(key))
  }
}

/** Whether nothing was lost, doubled or invented. */
export const isConserved = (result: Conservation): boolean =>
  result.lost.length === 0 &&
  result.duplicates.length === 0 &&
  result.unexpected.length === 0 &&
  result.accepted === result.stored + result.archived + result.awaitingOperator
