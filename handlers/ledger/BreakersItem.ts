/** A breaker as an item of the ledger's table: under a key of its own, without the attributes that the indexes need. */
import { Option, Schema } from "effect"
import type { Item } from "../aws/DynamoDb.ts"
import type { Breaker } from "../recovery/breaker.ts"

/** A breaker that nobody asked for in this time is let go. */
const retentionSeconds = 30 * 86_400

const times = { windowStartedAt: Schema.Finite, nextSlotAt: Schema.Finite }
const outage = { openedAt: Schema.Finite, failedProbes: Schema.Finite, bookedUntil: Schema.optionalKey(Schema.Finite) }

const StoredBreaker = Schema.Union([
  Schema.Struct({
    state: Schema.Literal("closed"),
    ...times,
    consecutiveFailures: Schema.Finite,
    failures: Schema.Finite,
    successes: Schema.Finite,
    held: Schema.Finite
  }),
  Schema.Struct({
    state: Schema.Literal("open"),
    ...outage,
    retryAt: Schema.Finite,
    probers: Schema.Finite,
    held: Schema.Finite
  }),
  Schema.Struct({
    state: Schema.Literal("half-open"),
    ...outage,
    ...times,
    admits: Schema.Finite,
    admitted: Schema.Finite,
    confirmed: Schema.Finite,
    held: Schema.Finite
  })
])

const decode = Schema.decodeUnknownOption(Schema.Struct({ breaker: StoredBreaker }))

/** The key of a dependency's breaker. */
export const breakerKey = (dependency: string) => ({ lineageId: `breaker#${dependency}` })

/** The breaker in an item; `undefined` when there is none, or it cannot be read. */
export const breakerOfItem = (item: Item | undefined): Breaker | undefined =>
  Option.getOrUndefined(Option.map(decode(item), ({ breaker }) => breaker))

/** The pass in an item: what a message has to show that claims to be admitted. */
export const passOfItem = (item: Item | undefined): string | undefined => {
  const pass = item?.["pass"]
  return typeof pass === "string" ? pass : undefined
}

/** What is stored of a breaker, under its key. */
export const breakerItem = (breaker: Breaker, pass: string, now: number) => ({
  pass,
  breaker,
  expiresAt: Math.ceil(now / 1000) + retentionSeconds
})
