/** Wildcards and policy variables, as IAM policies write them. */

/** Looks up a policy variable such as `aws:PrincipalArn`; `undefined` when the request has no such key. */
export type Variables = (name: string) => string | undefined

/** How a pattern is compared. */
export interface PatternOptions {
  /** @default false */
  readonly ignoreCase?: boolean
  /** Policy variables. Without it `${…}` is taken literally, as in policies older than version 2012-10-17. */
  readonly variables?: Variables | undefined
}

const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

const wildcardsToExpression = (text: string): string =>
  escapeLiteral(text).replaceAll("\\*", "[\\s\\S]*").replaceAll("\\?", "[\\s\\S]")

const escapes: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" }

/** The pattern as a regular expression; `undefined` when it names a variable that the request does not have. */
const toExpression = (pattern: string, variables: Variables | undefined): string | undefined => {
  if (variables === undefined) return wildcardsToExpression(pattern)
  let expression = ""
  let position = 0
  for (const found of pattern.matchAll(/\$\{([^}]*)\}/g)) {
    expression += wildcardsToExpression(pattern.slice(position, found.index))
    const [name, fallback] = (found[1] ?? "").split(/,\s*/, 2)
    const value = escapes[name ?? ""] ?? variables((name ?? "").trim()) ?? fallback?.replace(/^'(.*)'$/, "$1")
    if (value === undefined) return undefined
    expression += escapeLiteral(value)
    position = found.index + found[0].length
  }
  return expression + wildcardsToExpression(pattern.slice(position))
}

/** Compiled expressions: a few hundred patterns make up all policies of an account. */
const compiled = new Map<string, RegExp>()
const maxCompiled = 5000

const regularExpression = (expression: string, flags: string): RegExp => {
  const key = `${flags}:${expression}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  if (compiled.size >= maxCompiled) compiled.clear()
  const made = new RegExp(`^${expression}$`, flags)
  compiled.set(key, made)
  return made
}

/**
 * Whether `value` matches a pattern with `*` (any characters) and `?` (one character). A pattern with a policy variable
 * that cannot be resolved matches nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export const matchesPattern = (pattern: string, value: string, options: PatternOptions = {}): boolean => {
  if (pattern === "*") return true
  const ignoreCase = options.ignoreCase === true
  // Most are spelt out.
  if (!ignoreCase && !/[*?$]/.test(pattern)) return pattern === value
  const expression = toExpression(pattern, options.variables)
  return expression !== undefined && regularExpression(expression, ignoreCase ? "i" : "").test(value)
}

/** The six colon-delimited components of an ARN; the last one keeps its colons. */
const arnComponents = (arn: string): ReadonlyArray<string> => {
  const components = arn.split(":")
  return components.length <= 6 ? components : [...components.slice(0, 5), components.slice(5).join(":")]
}

/**
 * `ArnLike`: each of the six components of the ARN is compared on its own, so that a wildcard does not cross a colon.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export const matchesArn = (pattern: string, arn: string, options: PatternOptions = {}): boolean => {
  const patterns = arnComponents(pattern)
  const components = arnComponents(arn)
  return (
    patterns.length === components.length &&
    patterns.every((component, index) => matchesPattern(component, components[index] ?? "", options))
  )
}
