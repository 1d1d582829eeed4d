/**
 * A recovery policy as text and back: how the component hands it to its functions (`RECOVERY_POLICY`). Only the rules
 * that differ from the defaults travel, so that the text stays far below Lambda's 4 KiB for all environment variables.
 */
import { Result, Schema, SchemaIssue } from "effect"
import { defaultRules, type RecoveryPolicy, type RecoveryRule, recoveryPolicy } from "./RecoveryPolicy.ts"

const between = (minimum: number, maximum: number) => Schema.Number.check(Schema.isBetween({ minimum, maximum }))

const wholeBetween = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** SQS's longest visibility timeout and its longest retention, in seconds. */
const longestVisibilitySeconds = 43_200
const longestRetentionSeconds = 1_209_600

/** A backoff: `baseSeconds` and `capSeconds` 1–43,200, `factor` 1–10. */
export const BackoffSchema = Schema.Struct({
  baseSeconds: between(1, longestVisibilitySeconds),
  factor: between(1, 10),
  capSeconds: between(1, longestVisibilitySeconds)
})

const limits = {
  backoff: BackoffSchema,
  maxAttempts: wholeBetween(1, 1000),
  maxAgeSeconds: wholeBetween(1, longestRetentionSeconds)
}

const ruleSchemas = {
  heal: Schema.Struct({ action: Schema.Literal("heal"), ...limits }),
  isolate: Schema.Struct({ action: Schema.Literal("isolate"), ...limits }),
  archive: Schema.Struct({ action: Schema.Literal("archive"), alert: Schema.optionalKey(Schema.Boolean) }),
  alert: Schema.Struct({ action: Schema.Literal("alert") })
}

/** One recovery rule, with the range of each of its numbers. */
export const RecoveryRuleSchema = Schema.Union([
  ruleSchemas.heal,
  ruleSchemas.isolate,
  ruleSchemas.archive,
  ruleSchemas.alert
])

const ActionOnly = Schema.Struct({ action: Schema.Literals(["heal", "isolate", "archive", "alert"]) })

const decodeAction = Schema.decodeUnknownResult(ActionOnly)
const decodeObject = Schema.decodeUnknownResult(Schema.Record(Schema.String, Schema.Unknown))
const decodeJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const strict = { onExcessProperty: "error" } as const
const decodeRule: Readonly<
  Record<RecoveryRule["action"], (input: unknown) => Result.Result<RecoveryRule, Schema.SchemaError>>
> = {
  heal: Schema.decodeUnknownResult(ruleSchemas.heal, strict),
  isolate: Schema.decodeUnknownResult(ruleSchemas.isolate, strict),
  archive: Schema.decodeUnknownResult(ruleSchemas.archive, strict),
  alert: Schema.decodeUnknownResult(ruleSchemas.alert, strict)
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** A member's name as a sentence may show it: quoted and cut where it is not one of ours. */
export const shownName = (name: string): string =>
  /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 80).toWellFormed())

/** The first thing that is wrong, in one sentence that says where. */
const sentence = (path: ReadonlyArray<string>, error: Schema.SchemaError): string => {
  const issue = format(error.issue).issues[0]
  const inside = (issue?.path ?? []).map((part) => shownName(String(typeof part === "object" ? part.key : part)))
  const where = [...path, ...inside].join(".")
  return `The recovery policy is not valid${where === "" ? "" : ` at ${where}`}: ${issue?.message ?? "it cannot be read"}.`
}

/** Equal whatever the order of the keys. */
const sameRule = (one: RecoveryRule, other: RecoveryRule | undefined): boolean =>
  other !== undefined && JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))

const canonical = (rule: RecoveryRule): ReadonlyArray<unknown> =>
  rule.action === "heal" || rule.action === "isolate"
    ? [
        rule.action,
        rule.backoff.baseSeconds,
        rule.backoff.factor,
        rule.backoff.capSeconds,
        rule.maxAttempts,
        rule.maxAgeSeconds
      ]
    : [rule.action, rule.action === "archive" && rule.alert === true]

const defaults: Readonly<Record<string, RecoveryRule>> = defaultRules

const defaultOf = (name: string): RecoveryRule | undefined =>
  Object.hasOwn(defaults, name) ? defaults[name] : undefined

/** The rules of a policy that differ from the defaults, as compact JSON; `{}` for the default policy. */
export const encodeRecoveryPolicy = <Custom extends string>(policy: RecoveryPolicy<Custom>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries<RecoveryRule>(policy.rules)
        .filter(([name, rule]) => !sameRule(rule, defaultOf(name)))
        .sort(([one], [other]) => (one < other ? -1 : 1))
    )
  )

/**
 * The policy in `RECOVERY_POLICY`: the defaults, overridden by the rules in the text. No text (`undefined` or empty)
 * is the default policy. Fails with one sentence that names the place.
 */
export const decodeRecoveryPolicy = (json: string | undefined): Result.Result<RecoveryPolicy<string>, string> => {
  if (json === undefined || json.trim() === "") return Result.succeed(recoveryPolicy<Record<string, RecoveryRule>>({}))
  const parsed = decodeJson(json)
  if (Result.isFailure(parsed)) return Result.fail("The recovery policy is not valid: it is not JSON.")
  return decodeRecoveryRules(parsed.success)
}

/** As `decodeRecoveryPolicy`, from an object of rules by class, e.g. one in a stack's configuration. */
export const decodeRecoveryRules = (input: unknown): Result.Result<RecoveryPolicy<string>, string> => {
  const object = decodeObject(input)
  if (Result.isFailure(object)) return Result.fail(sentence([], object.failure))
  const rules: Array<readonly [string, RecoveryRule]> = []
  for (const [name, value] of Object.entries(object.success)) {
    if (!/^[A-Za-z][\w.:/-]{0,63}$/.test(name))
      return Result.fail(
        `The recovery policy is not valid: ${JSON.stringify(name.slice(0, 80))} is not a failure class (a letter, then at most 63 letters, digits or _ . : / -).`
      )
    const action = decodeAction(value)
    if (Result.isFailure(action)) return Result.fail(sentence([name], action.failure))
    const rule = decodeRule[action.success.action](value)
    if (Result.isFailure(rule)) return Result.fail(sentence([name], rule.failure))
    rules.push([name, rule.success])
  }
  return Result.succeed(recoveryPolicy<Record<string, RecoveryRule>>(Object.fromEntries(rules)))
}
