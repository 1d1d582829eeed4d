/** What is logged as text. Total: whatever it is given, it answers, since a logger that throws fails the record that logs. */
import { Result } from "effect"

/** Deeper than this, values are not shown: they may have no end. */
const maxDepth = 12

const unreadable = "[unreadable]"

/** What may throw, as a getter or a proxy does. */
const attempt = (read: () => unknown): unknown => Result.getOrElse(Result.try(read), () => unreadable)

const textOf = (value: unknown): string => {
  const text = attempt(() => (value instanceof Error ? `${value.name}: ${value.message}` : String(value)))
  return typeof text === "string" ? text : unreadable
}

/** A value that `JSON.stringify` takes, whatever it was. */
const plain = (value: unknown, ancestors: ReadonlyArray<unknown>): unknown => {
  if (typeof value === "bigint") return String(value)
  // One named `toJSON` would be called.
  if (typeof value === "function") return undefined
  if (typeof value !== "object" || value === null) return value
  if (ancestors.includes(value)) return "[circular]"
  if (ancestors.length >= maxDepth) return "[too deep]"
  if (attempt(() => value instanceof Error) === true) return textOf(value)
  const inside = [...ancestors, value]
  const toJson = attempt(() => Reflect.get(value, "toJSON"))
  if (typeof toJson === "function") {
    const converted = attempt(() => Reflect.apply(toJson, value, []))
    return converted === value ? unreadable : plain(converted, inside)
  }
  const keys = attempt(() => Object.keys(value))
  if (!Array.isArray(keys)) return unreadable
  const entries = keys.map((key: unknown): readonly [string, unknown] => [
    String(key),
    plain(
      attempt(() => Reflect.get(value, String(key))),
      inside
    )
  ])
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}

/** An error has no JSON of its own, and a function named `toJSON` would be called. */
const topLevel = (value: unknown): unknown => {
  if (typeof value === "function") return undefined
  return attempt(() => value instanceof Error) === true ? textOf(value) : value
}

/** One line of JSON. What has no JSON is shown as text: BigInts, cycles, what throws when it is read, objects without end. */
export const jsonText = (fields: Readonly<Record<string, unknown>>): string => {
  const shown = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, topLevel(value)]))
  return Result.getOrElse(
    // Nearly all that is logged has JSON: only the rest is walked through.
    Result.try(() => JSON.stringify(shown)),
    () => JSON.stringify(plain(shown, []))
  )
}

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  attempt(() => {
    const prototype: unknown = Object.getPrototypeOf(value)
    return prototype === Object.prototype || prototype === null
  }) === true

/** The text of what was logged, and the fields of the plain objects among it. */
export const structuredMessage = (
  message: unknown
): { readonly text: string; readonly fields: Readonly<Record<string, unknown>> } => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
  const objects = parts.filter(isPlainObject)
  return {
    text: parts
      .filter((part) => !isPlainObject(part))
      .map((part) => (typeof part === "string" ? part : typeof part === "object" ? objectText(part) : textOf(part)))
      .join(" "),
    fields: Object.fromEntries(objects.flatMap((object) => fieldsOf(object)))
  }
}

/** An error by its name and message, anything else as JSON. */
const objectText = (value: unknown): string => {
  if (attempt(() => value instanceof Error) === true) return textOf(value)
  return JSON.stringify(plain(value, [])) ?? textOf(value)
}

const fieldsOf = (object: Readonly<Record<string, unknown>>): ReadonlyArray<readonly [string, unknown]> => {
  const keys = attempt(() => Object.keys(object))
  return Array.isArray(keys)
    ? keys.map((key: unknown) => [String(key), attempt(() => Reflect.get(object, String(key)))] as const)
    : []
}
