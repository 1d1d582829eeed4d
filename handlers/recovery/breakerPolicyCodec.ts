/**
 * A breaker policy as text and back: how the component hands it to its functions (`BREAKER_POLICY`). Only the values
 * that differ from the defaults travel.
 */
import { Result, Schema, SchemaIssue } from "effect"
import { type BreakerPolicy, defaultBreakerPolicy } from "./breakerPolicy.ts"
import { shownName } from "./recoveryPolicyCodec.ts"

const between = (minimum: number, maximum: number) =>
  Schema.optionalKey(Schema.Number.check(Schema.isBetween({ minimum, maximum })))

const wholeBetween = (minimum: number, maximum: number) =>
  Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

/** What a user may set of a breaker policy, with the range of each value. */
export const BreakerPolicySchema = Schema.Struct({
  consecutiveFailures: wholeBetween(1, 1000),
  failureShare: between(0, 1),
  minimumAttempts: wholeBetween(1, 10_000),
  windowSeconds: between(1, 3600),
  probeAfterSeconds: between(1, 900),
  probeCapSeconds: between(1, 900),
  rampWindowSeconds: between(1, 300),
  resultTimeoutSeconds: between(5, 3600),
  normalRatePerSecond: between(0.01, 100_000),
  ceilingRatio: between(1.01, 100)
})

const decodeJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const decodeValues = Schema.decodeUnknownResult(BreakerPolicySchema, { onExcessProperty: "error" })

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** The first thing that is wrong, in one sentence that says where. */
const sentence = (error: Schema.SchemaError): string => {
  const issue = format(error.issue).issues[0]
  const where = (issue?.path ?? [])
    .map((part) => shownName(String(typeof part === "object" ? part.key : part)))
    .join(".")
  return `The breaker policy is not valid${where === "" ? "" : ` at ${where}`}: ${issue?.message ?? "it cannot be read"}.`
}

const names = [
  "consecutiveFailures",
  "failureShare",
  "minimumAttempts",
  "windowSeconds",
  "probeAfterSeconds",
  "probeCapSeconds",
  "rampWindowSeconds",
  "resultTimeoutSeconds",
  "normalRatePerSecond",
  "ceilingRatio"
] as const satisfies ReadonlyArray<keyof BreakerPolicy>

/** The values of a policy that differ from the defaults, as compact JSON; `{}` for the default policy. */
export const encodeBreakerPolicy = (policy: Partial<BreakerPolicy>): string =>
  JSON.stringify(
    Object.fromEntries(
      names
        .filter((name) => policy[name] !== undefined && policy[name] !== defaultBreakerPolicy[name])
        .map((name) => [name, policy[name]])
    )
  )

/**
 * The policy in `BREAKER_POLICY`: the defaults, overridden by the values in the text. No text (`undefined` or empty) is
 * the default policy. Fails with one sentence that names the place.
 */
export const decodeBreakerPolicy = (json: string | undefined): Result.Result<BreakerPolicy, string> => {
  if (json === undefined || json.trim() === "") return Result.succeed(defaultBreakerPolicy)
  const parsed = decodeJson(json)
  return Result.isFailure(parsed)
    ? Result.fail("The breaker policy is not valid: it is not JSON.")
    : decodeBreakerValues(parsed.success)
}

/** As `decodeBreakerPolicy`, from an object of values, e.g. one in a stack's configuration. */
export const decodeBreakerValues = (input: unknown): Result.Result<BreakerPolicy, string> => {
  const values = decodeValues(input)
  if (Result.isFailure(values)) return Result.fail(sentence(values.failure))
  return Result.succeed({ ...defaultBreakerPolicy, ...values.success })
}
