/**
 * Paths of what is secret in a message's body, as a queue is configured with them: the part of JSONPath (RFC 9535) that
 * names places by members, elements and descent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9535
 */

/** A path as it is written, e.g. `$.card.number`, `$.items[*].note`, `$["full name"]`, `$..iban`; `$` is the whole body. */
export type RedactPathText = "$" | `$.${string}` | `$[${string}`

/** One step of a path. */
export type RedactStep =
  /** A member of an object by its name; `undefined` is any member or element. `descends`: at any depth. */
  | { readonly member: string | undefined; readonly descends: boolean }
  /** An element of a list by its index. */
  | { readonly element: number }

/** A path that can be followed. */
export interface RedactPath {
  readonly text: string
  readonly steps: ReadonlyArray<RedactStep>
}

/** No body that a person has configured a path for is deeper. */
const maxSteps = 32

const step =
  /\.\.(?<descends>[A-Za-z_][\w-]*)|\.(?<name>[A-Za-z_][\w-]*|\*)|\[(?:(?<any>\*)|(?<index>\d{1,6})|"(?<double>[^"\\]+)"|'(?<single>[^'\\]+)')\]/y

const stepOf = (groups: Readonly<Record<string, string | undefined>>): RedactStep => {
  const { descends, name, any, index, double, single } = groups
  if (descends !== undefined) return { member: descends, descends: true }
  if (index !== undefined) return { element: Number(index) }
  if (any !== undefined || name === "*") return { member: undefined, descends: false }
  return { member: name ?? double ?? single ?? "", descends: false }
}

/** A path that is written properly; `undefined` for any other text. Never throws. */
export const parseRedactPath = (text: string): RedactPath | undefined => {
  if (!text.startsWith("$")) return undefined
  const steps: Array<RedactStep> = []
  let position = 1
  while (position < text.length) {
    step.lastIndex = position
    const found = step.exec(text)
    if (found === null || steps.length === maxSteps) return undefined
    steps.push(stepOf({ ...found.groups }))
    position = step.lastIndex
  }
  return { text, steps }
}

/** Whether a path leads to a top-level member, or through it. */
export const concernsMember = ({ steps: [first] }: RedactPath, name: string): boolean =>
  first === undefined || ("member" in first && (first.member === undefined || first.member === name))
