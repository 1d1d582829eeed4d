/** The circuit breakers' policy, as the caller gives it: the range of each number, and what one asks of another. */
import * as pulumi from "@pulumi/pulumi"
import { type BreakerPolicy, defaultBreakerPolicy } from "../../handlers/recovery/breaker.ts"
import { integerIn, numberIn, type Range, refusal } from "../validation.ts"

const ranges = {
  consecutiveFailures: { minimum: 1, maximum: 1000, whole: true },
  failureShare: { minimum: 0, maximum: 1, whole: false },
  minimumAttempts: { minimum: 1, maximum: 10_000, whole: true },
  windowSeconds: { minimum: 1, maximum: 3600, whole: false },
  probeAfterSeconds: { minimum: 1, maximum: 900, whole: false },
  probeCapSeconds: { minimum: 1, maximum: 900, whole: false },
  rampWindowSeconds: { minimum: 1, maximum: 300, whole: false },
  resultTimeoutSeconds: { minimum: 5, maximum: 3600, whole: false },
  normalRatePerSecond: { minimum: 0.01, maximum: 100_000, whole: false },
  ceilingRatio: { minimum: 1.01, maximum: 100, whole: false }
} as const satisfies Record<keyof BreakerPolicy, Range & { readonly whole: boolean }>

const isBreakerKey = (key: string): key is keyof BreakerPolicy => Object.hasOwn(ranges, key)

/**
 * The policy that was given, if each of its numbers is in its range.
 *
 * @param given as from an argument or a stack's configuration; `undefined` is the default policy.
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const breakerPolicyOf = (subject: string, given: unknown): Partial<BreakerPolicy> => {
  if (given === undefined) return {}
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw refusal(subject, "breaker", given, "an object")
  }
  const policy: { -readonly [Key in keyof BreakerPolicy]?: number } = {}
  const entries: ReadonlyArray<readonly [string, unknown]> = Object.entries(given)
  for (const [key, value] of entries) {
    if (!isBreakerKey(key)) {
      const known = Object.keys(ranges).join(", ")
      throw new pulumi.RunError(`${subject}: breaker.${key} is not part of a breaker's policy; the parts are ${known}.`)
    }
    if (value !== undefined)
      policy[key] = (ranges[key].whole ? integerIn : numberIn)(subject, `breaker.${key}`, value, ranges[key])
  }
  refuseShortCap(subject, policy)
  return policy
}

const refuseShortCap = (subject: string, policy: Partial<BreakerPolicy>): void => {
  const { probeAfterSeconds, probeCapSeconds } = { ...defaultBreakerPolicy, ...policy }
  if (probeCapSeconds < probeAfterSeconds) {
    throw refusal(
      subject,
      "breaker.probeCapSeconds",
      probeCapSeconds,
      `at least breaker.probeAfterSeconds (${probeAfterSeconds})`
    )
  }
}
