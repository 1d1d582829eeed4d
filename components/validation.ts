/**
 * Refusing arguments: one sentence that names the argument, what was given and what is allowed. They are
 * `pulumi.RunError`s, which the Pulumi CLI prints without a stack trace.
 */
import * as pulumi from "@pulumi/pulumi"

/**
 * The name of a component, which its children's names begin with: `longest` is what the shortest limit among their services
 * leaves of it, beside the child's own part and the eight characters that Pulumi adds.
 *
 * @throws `order_queue: name is "order_queue"; it must be a letter, then at most 41 letters, digits or hyphens.` and the like.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export const refuseName = (name: string, longest: number): void => {
  if (name.length <= longest && /^[A-Za-z][A-Za-z0-9-]*$/.test(name)) return
  throw refusal(name, "name", name, `a letter, then at most ${longest - 1} letters, digits or hyphens`)
}

/** Numbers from `minimum` to `maximum`, both included. */
export interface Range {
  readonly minimum: number
  readonly maximum: number
  /** What the number counts, e.g. `seconds`. */
  readonly unit?: string
  /** Where a limit comes from, when it is not AWS's own, e.g. `the consumer's timeoutSeconds`. */
  readonly because?: string
}

/** The error that refuses an argument. */
export const refusal = (subject: string, argument: string, given: unknown, allowed: string): pulumi.RunError =>
  new pulumi.RunError(`${subject}: ${argument} is ${JSON.stringify(given)}; it must be ${allowed}.`)

/**
 * The value, if it is a whole number in the range.
 *
 * @throws `orders: batchSize is 11; it must be a whole number from 1 to 10.` and the like.
 */
export const integerIn = (subject: string, argument: string, value: unknown, range: Range): number => {
  if (typeof value === "number" && Number.isInteger(value) && value >= range.minimum && value <= range.maximum)
    return value
  throw refusal(subject, argument, value, `a whole number${rangeText(range)}`)
}

/**
 * The value, if it is a number in the range, whole or not.
 *
 * @throws `orders: breaker.failureShare is 2; it must be a number from 0 to 1.` and the like.
 */
export const numberIn = (subject: string, argument: string, value: unknown, range: Range): number => {
  if (typeof value === "number" && value >= range.minimum && value <= range.maximum) return value
  throw refusal(subject, argument, value, `a number${rangeText(range)}`)
}

const rangeText = ({ minimum, maximum, unit, because }: Range): string =>
  `${unit === undefined ? "" : ` of ${unit}`} from ${minimum} to ${maximum}${because === undefined ? "" : ` (${because})`}`

/** The value, if it is one of those allowed. */
export const oneOf = <const Allowed extends string | number>(
  subject: string,
  argument: string,
  value: string | number,
  allowed: readonly Allowed[]
): Allowed => {
  const found = allowed.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw refusal(subject, argument, value, `one of ${allowed.join(", ")}`)
}
