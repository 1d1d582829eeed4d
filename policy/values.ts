/** Reading the properties of a resource, which come without a type: what is not of the kind asked for is `undefined`. */

/** Properties by name. */
export type Properties = Readonly<Record<string, unknown>>

const isProperties = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * An object's properties. It is not copied: in a preview, a property that is not known yet may be there and must not be
 * looked at, or the rule is put off until the update.
 */
export const propertiesOf = (value: unknown): Properties | undefined => (isProperties(value) ? value : undefined)

/** A text that is not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/** A number. */
export const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)

/** What is in a list; one value is a list of one, as in policy documents, and none an empty one. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]

/** The texts in a list. */
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((each) => (typeof each === "string" ? [each] : []))

/** A JSON text, read; an object stays one. */
export const jsonOf = (value: unknown): Properties | undefined => {
  if (typeof value !== "string") return propertiesOf(value)
  try {
    return propertiesOf(JSON.parse(value))
  } catch {
    return undefined
  }
}

/** A value as a sentence shows it. */
export const shown = (value: unknown): string => (value === undefined ? "missing" : JSON.stringify(value))
