/**
 * Subscription filter policies over message attributes.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
import type { SnsAttributes } from "./model.ts"
import { invalidParameter } from "./SnsError.ts"

/** A condition on one value, e.g. `"order_placed"`, `{ "prefix": "order_" }`, `{ "numeric": [">", 0] }`. */
type Condition = (values: ReadonlyArray<string | number | boolean | null> | undefined) => boolean

/** By attribute name: one of the conditions has to hold. Every name has to match. */
export type FilterPolicy = ReadonlyMap<string, ReadonlyArray<Condition>>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const some =
  (test: (value: string | number | boolean | null) => boolean): Condition =>
  (values) =>
    values?.some(test) ?? false

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "=": (left, right) => left === right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right
}

const numeric = (operand: unknown): Condition => {
  const terms = Array.isArray(operand) ? operand : []
  const tests: Array<(value: number) => boolean> = []
  for (let at = 0; at < terms.length; at += 2) {
    const compare = comparisons[String(terms[at])]
    const bound: unknown = terms[at + 1]
    if (!compare || typeof bound !== "number") throw invalidParameter("FilterPolicy: Unrecognized numeric comparison")
    tests.push((value) => compare(value, bound))
  }
  if (tests.length === 0) throw invalidParameter("FilterPolicy: Value of numeric must be a non-empty array")
  return some((value) => typeof value === "number" && tests.every((test) => test(value)))
}

const anythingBut = (operand: unknown): Condition => {
  if (isObject(operand)) {
    const excluded = conditionOf(operand)
    return (values) => values !== undefined && !excluded(values)
  }
  const excluded = Array.isArray(operand) ? operand : [operand]
  return (values) => values !== undefined && !values.some((value) => excluded.includes(value))
}

const operators: Readonly<Record<string, (operand: unknown) => Condition>> = {
  prefix: (operand) => some((value) => typeof value === "string" && value.startsWith(String(operand))),
  suffix: (operand) => some((value) => typeof value === "string" && value.endsWith(String(operand))),
  "equals-ignore-case": (operand) =>
    some((value) => typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase()),
  "anything-but": anythingBut,
  numeric,
  exists: (operand) => (values) => (values !== undefined) === (operand === true)
}

const conditionOf = (rule: unknown): Condition => {
  if (!isObject(rule)) return some((value) => value === rule)
  const [name = "", operand] = Object.entries(rule)[0] ?? []
  const operator = operators[name]
  if (!operator) throw invalidParameter(`FilterPolicy: Unrecognized match type ${name}`)
  return operator(operand)
}

/** Reads a filter policy. Throws `InvalidParameter` for what SNS refuses, and for operators that are not known here. */
export const parseFilterPolicy = (text: string): FilterPolicy => {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw invalidParameter("FilterPolicy: failed to parse JSON.")
  }
  if (!isObject(policy)) throw invalidParameter("FilterPolicy: Filter policy must be a JSON object")
  return new Map(
    Object.entries(policy).map(([name, rules]) => {
      if (!Array.isArray(rules) || rules.length === 0)
        throw invalidParameter(`FilterPolicy: "${name}" must be an object or an array`)
      return [name, rules.map(conditionOf)]
    })
  )
}

/** An attribute's values as a policy compares them: numbers for Number, each element for String.Array. */
const valuesOf = (attribute: SnsAttributes[string]): ReadonlyArray<string | number | boolean | null> => {
  const text = attribute.StringValue ?? ""
  if (attribute.DataType === "String.Array") {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : []
  }
  return attribute.DataType.startsWith("Number") ? [Number(text)] : [text]
}

/** Whether a subscription with this policy gets a message with these attributes. */
export const matches = (policy: FilterPolicy, attributes: SnsAttributes): boolean =>
  [...policy].every(([name, conditions]) => {
    const attribute = attributes[name]
    // Binary attributes take no part in filtering.
    const values = attribute && !attribute.DataType.startsWith("Binary") ? valuesOf(attribute) : undefined
    return conditions.some((condition) => condition(values))
  })
