/**
 * JSON merge patches.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7396
 */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The target with the patch: members of objects are merged, `null` takes one off, everything else is replaced. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch))
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  return Object.fromEntries(merged)
}

/** A string, or a number outside of one. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A number by its digits: `1.10`, `11e-1` and `1.1` are one. */
const digitsOf = (number: string): string => {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, "")
  const significant = digits.replace(/0+$/, "")
  return significant === ""
    ? "0"
    : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** Whether JavaScript can hold each number of a JSON text exactly enough to print its digits again. */
const isExact = (json: string): boolean =>
  [...json.matchAll(token)].every(
    ([found]) => found.startsWith('"') || digitsOf(found) === digitsOf(`${Number(found)}`)
  )

/** A patched body, or why it cannot be patched. */
export type Patched =
  | { readonly body: string; readonly why?: undefined }
  | { readonly body?: undefined; readonly why: string }

/** The body with the patch. Numbers that JavaScript cannot hold exactly would change: such a body is not patched. */
export const patchBody = (body: string, patch: unknown): Patched => {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { why: "Its body is not JSON, so it cannot be patched." }
  }
  return isExact(body)
    ? { body: JSON.stringify(mergePatch(parsed, patch)) }
    : { why: "Its body has a number that would change when it is patched." }
}
