/** What a circuit breaker goes by: data, which components and functions share. */

/** When a breaker opens and how it lets messages through again. */
export interface BreakerPolicy {
  /** Opens after this many failures in a row. Range: 1–1,000. @default 5 */
  readonly consecutiveFailures: number
  /** Opens when at least this share of the attempts within a window failed. Range: 0–1. @default 0.5 */
  readonly failureShare: number
  /** The share counts from this many attempts on. Range: 1–10,000. @default 10 */
  readonly minimumAttempts: number
  /** Length of that window, in seconds. Range: 1–3,600. @default 30 */
  readonly windowSeconds: number
  /** Time from opening to the first probe, in seconds; doubled for each probe that fails. Range: 1–900. @default 10 */
  readonly probeAfterSeconds: number
  /** Never longer than this between probes, in seconds. Range: 1–900, at least `probeAfterSeconds`. @default 60 */
  readonly probeCapSeconds: number
  /** A window of the ramp lasts at least this long, in seconds. Range: 1–300. @default 5 */
  readonly rampWindowSeconds: number
  /** After this time without their results, admitted messages are given up on and a new probe is sent. Range: 5–3,600. @default 120 */
  readonly resultTimeoutSeconds: number
  /** What the dependency gets in normal times, in messages a second. Range: 0.01–100,000. @default 100 */
  readonly normalRatePerSecond: number
  /** The dependency never gets more than this many times its normal rate: what is above 1 is for healing. Range: 1.01–100. @default 2 */
  readonly ceilingRatio: number
}

/** What is used where a user gives nothing. */
export const defaultBreakerPolicy: BreakerPolicy = {
  consecutiveFailures: 5,
  failureShare: 0.5,
  minimumAttempts: 10,
  windowSeconds: 30,
  probeAfterSeconds: 10,
  probeCapSeconds: 60,
  rampWindowSeconds: 5,
  resultTimeoutSeconds: 120,
  normalRatePerSecond: 100,
  ceilingRatio: 2
}
