/**
 * The `Condition` element of a policy statement.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIPv6 } from "node:net"
import { matchesArn, matchesPattern, type PatternOptions } from "./pattern.ts"

/** What is known about a request, by condition key in lower case (keys are case-insensitive). */
export type ConditionContext = ReadonlyMap<string, ReadonlyArray<string>>

type Compare = (expected: string, actual: string, options: PatternOptions) => boolean

const numeric =
  (compare: (actual: number, expected: number) => boolean): Compare =>
  (expected, actual) =>
    compare(Number(actual), Number(expected))

/** A date as ISO 8601, or as seconds since the epoch. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const date =
  (compare: (actual: number, expected: number) => boolean): Compare =>
  (expected, actual) =>
    compare(instant(actual), instant(expected))

const withinRange: Compare = (range, address) => {
  const family = isIPv6(address) ? "ipv6" : "ipv4"
  const [network = "", prefix] = range.split("/")
  if (isIPv6(network) !== isIPv6(address)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix), family)
  return list.check(address, family)
}

const literal = (expected: string, options: PatternOptions): string | undefined => {
  let resolved = true
  const text = expected.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (options.variables === undefined) return whole
    if (name === "*" || name === "?" || name === "$") return name
    const value = options.variables(name)
    if (value === undefined) resolved = false
    return value ?? ""
  })
  return resolved ? text : undefined
}

/** The operators that assert; each has a negated twin below where AWS has one. */
const operators: Readonly<Record<string, Compare>> = {
  StringEquals: (expected, actual, options) => literal(expected, options) === actual,
  StringEqualsIgnoreCase: (expected, actual, options) =>
    literal(expected, options)?.toLowerCase() === actual.toLowerCase(),
  StringLike: (expected, actual, options) => matchesPattern(expected, actual, options),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
  DateEquals: date((actual, expected) => actual === expected),
  DateLessThan: date((actual, expected) => actual < expected),
  DateLessThanEquals: date((actual, expected) => actual <= expected),
  DateGreaterThan: date((actual, expected) => actual > expected),
  DateGreaterThanEquals: date((actual, expected) => actual >= expected),
  IpAddress: withinRange
}

/** Negated operator → the operator that it negates. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress"
}

interface Operator {
  readonly set: "ForAllValues" | "ForAnyValue" | undefined
  readonly negated: boolean
  readonly ifExists: boolean
  /** `undefined`: the operator is `Null`. */
  readonly compare: Compare | undefined
}

const parseOperator = (written: string): Operator | undefined => {
  const found = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written)
  const name = found?.[2] ?? ""
  const compare = operators[negations[name] ?? name]
  if (found === null || (compare === undefined && name !== "Null")) return undefined
  const set = found[1] === "ForAllValues" || found[1] === "ForAnyValue" ? found[1] : undefined
  return { set, negated: name in negations, ifExists: found[3] !== undefined, compare }
}

/** Whether AWS has a condition operator of this name, prefixes and `IfExists` included. */
export const isConditionOperator = (written: string): boolean => parseOperator(written) !== undefined

const holds = (
  { set, negated, ifExists, compare }: Operator,
  expected: ReadonlyArray<string>,
  actual: ReadonlyArray<string> | undefined,
  options: PatternOptions
): boolean => {
  const missing = actual === undefined || actual.length === 0
  if (compare === undefined) return expected.some((value) => value.toLowerCase() === String(missing))
  // A missing key: an assertion fails, a negation holds, an empty set has no value that fails `ForAllValues`.
  if (missing) return ifExists || set === "ForAllValues" || (negated && set !== "ForAnyValue")
  const one = (value: string): boolean => expected.some((each) => compare(each, value, options)) !== negated
  return set === "ForAnyValue" ? actual.some(one) : actual.every(one)
}

/** Whether every operator and key of a `Condition` element holds. An unknown operator never holds. */
export const conditionHolds = (
  condition: Readonly<Record<string, Readonly<Record<string, string | ReadonlyArray<string>>>>> | undefined,
  context: ConditionContext,
  options: PatternOptions
): boolean =>
  Object.entries(condition ?? {}).every(([written, keys]) => {
    const operator = parseOperator(written)
    if (operator === undefined) return false
    return Object.entries(keys).every(([key, expected]) =>
      holds(operator, typeof expected === "string" ? [expected] : expected, context.get(key.toLowerCase()), options)
    )
  })
