/** A history: what is sent to a queue, how each message behaves, and what goes wrong and when. It is data, all of it from a seed. */
import type { BreakerPolicy } from "../../handlers/recovery/breakerPolicy.ts"
import { makeRandomSource, type RandomSource } from "./RandomSource.ts"

/** Failure classes that a handler fails with. */
export const modelClasses = [
  "AuthFailure",
  "ValidationError",
  "BadPayload",
  "Timeout",
  "DependencyFailure",
  "Unknown"
] as const

/** What a message does to its consumer. */
export type Behaviour =
  | { readonly _tag: "Succeeds" }
  /** Fails with a class the first so many times. */
  | { readonly _tag: "Fails"; readonly class: (typeof modelClasses)[number]; readonly times: number }
  /** Kills the consumer's process the first so many times. */
  | { readonly _tag: "Crashes"; readonly times: number }
  /** Takes longer than the function may run, the first so many times. */
  | { readonly _tag: "Hangs"; readonly times: number }
  /** Its body is not JSON. */
  | { readonly _tag: "Malformed" }

/** A message that is sent to the main queue. */
export interface Arrival {
  /** Seconds from the beginning. */
  readonly at: number
  readonly behaviour: Behaviour
  /** Its message group. */
  readonly group: string
  /** How many message attributes it has: with ten there is no room for evidence. */
  readonly attributes: number
  readonly orderId: string
  /** Two arrivals with the same id are the same order if they agree in this. */
  readonly quantity: number
}

/** What can go wrong with one call to AWS. */
export const faultKinds = [
  /** The process that calls dies before the call is made. */
  "killed-before",
  /** The call takes effect, then the process dies. */
  "killed-after",
  /** Throttled, or the service is down: no effect. */
  "unavailable",
  /** Access denied: no effect. */
  "refused",
  /** The call takes effect, the answer does not arrive. */
  "answer-lost",
  /** The answer takes longer than leases and visibility timeouts may last. */
  "slow",
  /** The SDK tries again after a lost answer: it takes effect twice, the second answer counts. */
  "repeated"
] as const

/** What can go wrong with one call to AWS. */
export type FaultKind = (typeof faultKinds)[number]

/** A fault; calls are counted from 1 over the whole history, those of Lambda to its queues included. */
export interface Fault {
  readonly call: number
  readonly kind: FaultKind
}

/** A service or dependency that is down for a while; seconds from the beginning. */
export interface Outage {
  readonly of: "sqs" | "dynamodb" | "s3" | "sns" | "payment-gateway"
  readonly from: number
  readonly until: number
}

/** A whole history. */
export interface History {
  readonly seed: number
  readonly fifo: boolean
  readonly arrivals: ReadonlyArray<Arrival>
  readonly faults: ReadonlyArray<Fault>
  readonly outages: ReadonlyArray<Outage>
  readonly maxReceiveCount: number
  readonly batchSize: number
  /** How many consumers, and how many healers, run at once. */
  readonly concurrency: number
  /** Seconds; where it is shorter than the function may run, two handlers have the same message. */
  readonly visibilityTimeout: number
  /** How wrong the clocks of functions are, seconds. */
  readonly clockSkew: number
  readonly maxAttempts: number
  readonly maxAgeSeconds: number
  readonly backoff: { readonly baseSeconds: number; readonly factor: number; readonly capSeconds: number }
  readonly alertWindowSeconds: number
  /** Where it differs from the default: few messages must do to open a breaker. */
  readonly breaker: Partial<BreakerPolicy>
  /** Whether an operator mends what failed for good and replays it, once nothing moves. */
  readonly replay: boolean
}

const behaviourOf = (random: RandomSource): Behaviour => {
  const kind = random.next()
  const times = random.chance(0.3) ? Number.POSITIVE_INFINITY : random.between(1, 5)
  if (kind < 0.3) return { _tag: "Succeeds" }
  if (kind < 0.85) return { _tag: "Fails", class: random.pick(modelClasses), times }
  if (kind < 0.93) return { _tag: "Crashes", times }
  if (kind < 0.97) return { _tag: "Hangs", times: random.between(1, 3) }
  return { _tag: "Malformed" }
}

/** Each history has faults of a few kinds only: all at once hide each other. */
const faultsOf = (random: RandomSource): ReadonlyArray<Fault> => {
  if (random.chance(0.1)) return []
  const kinds = random.shuffled(faultKinds).slice(0, random.between(1, 3))
  const count = random.between(1, random.chance(0.2) ? 25 : 6)
  const reach = random.pick([30, 80, 200])
  const calls = new Set(Array.from({ length: count }, () => random.between(1, reach)))
  return [...calls]
    .sort((one, other) => one - other)
    .map((call) => ({ call, kind: random.pick([kinds[0] ?? "unavailable", ...kinds]) }))
}

const outagesOf = (random: RandomSource): ReadonlyArray<Outage> => {
  if (random.chance(0.5)) return []
  const from = random.between(0, 120)
  return random.chance(0.5)
    ? // So long that a message is held more often than a queue lets it be received.
      [{ of: "payment-gateway", from, until: from + random.pick([5, 60, 600, 600, 14_400]) }]
    : [{ of: random.pick(["sqs", "dynamodb", "s3", "sns"]), from, until: from + random.pick([5, 60, 600]) }]
}

/** The history of a seed. */
export const historyOf = (seed: number): History => {
  const random = makeRandomSource(seed)
  const orders = random.between(1, 5)
  const spread = random.pick([0, 5, 120])
  return {
    seed,
    fifo: random.chance(0.35),
    arrivals: Array.from({ length: random.chance(0.05) ? random.between(5, 8) : random.between(1, 4) }, (_, index) => ({
      at: random.between(0, spread),
      behaviour: behaviourOf(random),
      group: random.pick(["red", "blue"]),
      attributes: random.pick([0, 0, 2, 9, 10]),
      // Mostly ids of their own.
      orderId: random.chance(0.85) ? `order-${index}` : `order-shared-${random.between(1, orders)}`,
      quantity: random.between(1, 2)
    })),
    faults: faultsOf(random),
    outages: outagesOf(random),
    maxReceiveCount: random.between(1, 3),
    batchSize: random.pick([1, 3, 5, 10]),
    concurrency: random.between(1, 2),
    visibilityTimeout: random.pick([180, 180, 60, 12]),
    clockSkew: random.pick([0, 0, 20, 180]),
    maxAttempts: random.between(1, 3),
    ...random.pick([
      { maxAgeSeconds: 86_400, backoff: { baseSeconds: 1, factor: 2, capSeconds: 8 } },
      { maxAgeSeconds: 600, backoff: { baseSeconds: 10, factor: 3, capSeconds: 3600 } },
      { maxAgeSeconds: 86_400, backoff: { baseSeconds: 30, factor: 3, capSeconds: 3600 } },
      // Longer than SQS delays a message.
      { maxAgeSeconds: 86_400, backoff: { baseSeconds: 1500, factor: 2, capSeconds: 3000 } }
    ]),
    alertWindowSeconds: random.pick([60, 3600]),
    breaker: random.pick<Partial<BreakerPolicy>>([
      {},
      { consecutiveFailures: 1, probeAfterSeconds: 5, probeCapSeconds: 20, resultTimeoutSeconds: 30 },
      { consecutiveFailures: 2, rampWindowSeconds: 1 },
      // Longer than a message is held by its visibility.
      { consecutiveFailures: 1, probeAfterSeconds: 120, probeCapSeconds: 600 }
    ]),
    replay: random.chance(0.4)
  }
}
