/** What two evaluations of one program registered differently: what `pulumi up` would show as a change of nothing. */

/** A resource as a program registers it. */
export interface Registered {
  readonly urn: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly protect: boolean
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}

/** Where two texts part, with a little of both. */
const textDifference = (path: string, first: string, second: string): string => {
  let at = 0
  while (at < first.length && first[at] === second[at]) at++
  const from = Math.max(0, at - 10)
  return `${path} parts at character ${at}: ${shown(first.slice(from, from + 30))} and ${shown(second.slice(from, from + 30))}`
}

const valueDifferences = (path: string, first: unknown, second: unknown): ReadonlyArray<string> => {
  if (Object.is(first, second)) return []
  if (typeof first === "string" && typeof second === "string") return [textDifference(path, first, second)]
  if (!isObject(first) || !isObject(second) || Array.isArray(first) !== Array.isArray(second))
    return [`${path} is ${shown(first)} and ${shown(second)}`]
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].flatMap((key) =>
    valueDifferences(path === "" ? key : `${path}.${key}`, first[key], second[key])
  )
}

const nameOf = (urn: string): string => urn.split("::").slice(2).join("::")

/** The differences, a sentence each; none where both are the same, in whatever order they were registered. */
export const differences = (
  first: ReadonlyArray<Registered>,
  second: ReadonlyArray<Registered>
): ReadonlyArray<string> => {
  const [one, other] = [new Map(first.map((each) => [each.urn, each])), new Map(second.map((each) => [each.urn, each]))]
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((urn) => {
    const [before, after] = [one.get(urn), other.get(urn)]
    if (before === undefined) return [`${nameOf(urn)} is new in the second evaluation.`]
    if (after === undefined) return [`${nameOf(urn)} is missing in the second evaluation.`]
    return [
      ...valueDifferences("", before.inputs, after.inputs),
      ...valueDifferences("protect", before.protect, after.protect)
    ].map((difference) => `${nameOf(urn)}: ${difference}.`)
  })
}
