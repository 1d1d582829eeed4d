/** Small checks of a resource's inputs, put together into the rules of each type. A problem is a sentence that starts with its place. */

/** The inputs of a resource. */
export type Inputs = Readonly<Record<string, unknown>>

/** What is wrong with inputs, a sentence each. */
export type Check = (inputs: Inputs) => ReadonlyArray<string>

/** What is wrong with one value, without its place. */
export type ValueCheck = (value: unknown) => ReadonlyArray<string>

const isRecord = (value: unknown): value is Inputs =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The values at a path such as `rules.*.transitions.*.days`, each with its own path; none where there is none. */
export const valuesAt = (value: unknown, path: string): ReadonlyArray<readonly [string, unknown]> => {
  const step = (found: ReadonlyArray<readonly [string, unknown]>, part: string) =>
    found.flatMap(([where, each]): ReadonlyArray<readonly [string, unknown]> => {
      const at = (name: string) => (where === "" ? name : `${where}.${name}`)
      if (part === "*")
        return Array.isArray(each)
          ? each.map((item, index) => [at(String(index)), item] as const)
          : isRecord(each)
            ? Object.entries(each).map(([name, item]) => [at(name), item] as const)
            : []
      return isRecord(each) && each[part] !== undefined ? [[at(part), each[part]] as const] : []
    })
  return path.split(".").reduce(step, [["", value] as const])
}

/** All of these checks. */
export const all =
  (...checks: ReadonlyArray<Check>): Check =>
  (inputs) =>
    checks.flatMap((check) => check(inputs))

/** A check of each value at a path. */
export const each =
  (path: string, check: ValueCheck): Check =>
  (inputs) =>
    valuesAt(inputs, path).flatMap(([where, value]) => check(value).map((problem) => `${where}: ${problem}`))

const shown = (value: unknown): string => (JSON.stringify(value) ?? "undefined").slice(0, 200)

/** A whole number from `minimum` to `maximum`. */
export const range = (path: string, minimum: number, maximum: number): Check =>
  each(path, (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum
      ? []
      : [`${shown(value)} is no whole number from ${minimum} to ${maximum}`]
  )

/** One of these values. */
export const oneOf = (path: string, allowed: ReadonlyArray<string | number | boolean>): Check =>
  each(path, (value) =>
    allowed.some((candidate) => candidate === value) ? [] : [`${shown(value)} is none of ${allowed.join(", ")}`]
  )

/** Text of a pattern. */
export const matches = (path: string, pattern: RegExp): Check =>
  each(path, (value) =>
    typeof value === "string" && pattern.test(value) ? [] : [`${shown(value)} does not match ${pattern.source}`]
  )

/** Text or a list that is no longer than this. */
export const longest = (path: string, maximum: number): Check =>
  each(path, (value) => {
    const length = typeof value === "string" || Array.isArray(value) ? value.length : 0
    return length <= maximum ? [] : [`it has a length of ${length}, and ${maximum} is the most`]
  })

/** Exactly one of these properties. */
export const exactlyOne =
  (...names: ReadonlyArray<string>): Check =>
  (inputs) => {
    const given = names.filter((name) => inputs[name] !== undefined)
    return given.length === 1
      ? []
      : [`exactly one of ${names.join(", ")} is needed; given: ${given.join(", ") || "none"}`]
  }

/** Nothing is wrong with it. */
export const nothing: Check = () => []

/** Text that is JSON, checked further. */
export const json = (path: string, check: (value: unknown) => ReadonlyArray<string>): Check =>
  each(path, (text) => {
    if (typeof text !== "string") return [`${shown(text)} is no JSON text`]
    try {
      return check(JSON.parse(text))
    } catch {
      return [`${shown(text)} is no JSON`]
    }
  })

/** The members of an object; none of anything else. */
export const members = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isRecord(value) ? Object.entries(value) : []

/** Which names of an object are none of these. */
export const unknownNames = (value: unknown, allowed: ReadonlyArray<string>): ReadonlyArray<string> =>
  isRecord(value)
    ? Object.keys(value).flatMap((name) => (allowed.includes(name) ? [] : [`${name} is none of ${allowed.join(", ")}`]))
    : [`${shown(value)} is no object`]
