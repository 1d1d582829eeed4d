/** What is simulated: the traffic, the outage, and the machinery that all policies share. */
import { type BreakerPolicy, defaultBreakerPolicy } from "../../handlers/recovery/breaker.ts"

/** One outage. Times are seconds from the start of the simulation. */
export interface Scenario {
  /** What arrives each second, evenly, before, during and after the outage. */
  readonly ratePerSecond: number
  readonly outageStartsAt: number
  readonly outageEndsAt: number
  /** Nothing arrives from then on; by then the backlog has to be gone. */
  readonly arrivalsEndAt: number
  /** How long a call takes while the dependency works. */
  readonly callSeconds: number
  /** How long a call takes to fail while it is down. */
  readonly failureSeconds: number
  /** Batches in hand at a time: `maximumConcurrency` of the event source, the same for all policies. */
  readonly consumerConcurrency: number
  readonly healerConcurrency: number
  readonly seed: number
  readonly breaker: BreakerPolicy
}

/** What a user asks for. */
export interface ScenarioOptions {
  /** How many messages arrive during the outage. @default 1,080,000 */
  readonly messages: number
  /** @default 60 */
  readonly outageMinutes: number
  /** @default 1 */
  readonly seed: number
  /** How long a call to the dependency takes to fail, in seconds. @default 3: it does not answer, until the client's deadline */
  readonly failureSeconds: number
  /** Batches that the consumer has in hand at a time, at most. @default 1000: Lambda's own limit, with no other set */
  readonly consumerConcurrency: number
  /** What differs from the default breaker policy; the normal rate is the scenario's unless it is given. */
  readonly breaker?: Partial<BreakerPolicy> | undefined
}

/** 300 messages a second through an outage of an hour. */
export const defaultScenarioOptions: ScenarioOptions = {
  messages: 1_080_000,
  outageMinutes: 60,
  seed: 1,
  failureSeconds: 3,
  consumerConcurrency: 1000
}

/** Traffic before the outage. */
const secondsBefore = 60

/** Traffic goes on for so long after the recovery as the slowest promise allows, and half as long again. */
const outagesAfter = 1.8

/** The scenario of these options. */
export const scenarioOf = (options: ScenarioOptions): Scenario => {
  const outageSeconds = Math.round(options.outageMinutes * 60)
  const ratePerSecond = options.messages / outageSeconds
  const outageEndsAt = secondsBefore + outageSeconds
  return {
    ratePerSecond,
    outageStartsAt: secondsBefore,
    outageEndsAt,
    arrivalsEndAt: Math.ceil(outageEndsAt + outageSeconds * outagesAfter),
    callSeconds: 0.05,
    failureSeconds: options.failureSeconds,
    consumerConcurrency: options.consumerConcurrency,
    // Five, as in components/resilientQueue/healer.ts, at 300 a second.
    healerConcurrency: Math.max(2, Math.ceil(ratePerSecond / 60)),
    seed: options.seed,
    breaker: { ...defaultBreakerPolicy, normalRatePerSecond: ratePerSecond, ...options.breaker }
  }
}

/** One step of the simulated clock. Whatever takes less is over at the next step. */
export const ticksPerSecond = 10

/** SQS's and Lambda's own numbers, the same for all policies. */
export const machinery = {
  batchSize: 10,
  maxReceiveCount: 3,
  /** 6 × the function's timeout of 30 s: when a failed message comes back unless its consumer says otherwise. */
  visibilityTimeoutSeconds: 180,
  /** In flight in one standard queue: received, and neither deleted nor visible again. */
  inFlightLimit: 120_000,
  longestDelaySeconds: 900
} as const

/** The healer of `components/resilientQueue/healer.ts`. */
export const healerMachinery = {
  /** Ten messages, five at a time, each with a handful of calls of some 5–10 ms. */
  batchSeconds: 0.1,
  /** A batch that waits for its first try: at most three calls, one after the other (breaker, send, delete). */
  waitingBatchSeconds: 0.05,
  /** Longer holds than this are delayed copies, which are not in flight. */
  longestVisibilityHoldSeconds: 60
} as const

/** How long the consumer trusts what it has read of a breaker. */
export const breakerCacheSeconds = 2
