import { describe, expect, it } from "vitest"
import type { Registered } from "../components/deployed.ts"
import { cloudFrontMistakes } from "./cloudFrontMistakes.ts"
import { jsonMistakes } from "./jsonMistakes.ts"
import { has, type Inputs, mistakes } from "./mistakes.ts"
import { programs } from "./programs.ts"
import { problemsOf } from "./validate.ts"

const place = { project: "test-project", stack: "test" }

/** One of each of the programs that have most. */
const resources: Array<Registered> = []
for (const { title, run } of programs) {
  if (!/tokens, keys|every option|^a FIFO queue|^a healer of a queue|private network|storefront/.test(title)) continue
  const deployed = await run()
  resources.push(...deployed.resources.map(({ type, name, inputs }) => ({ ...place, type, name, inputs })))
}

/** The first resource of a type for which this holds. */
const one = (type: string, holds: (inputs: Inputs) => boolean = () => true): Registered => {
  const found = resources.find((each) => each.type === type && holds(each.inputs))
  if (found === undefined) throw new Error(`no program has a ${type}`)
  return found
}

/** The value with another one at a path; `undefined` takes it out. */
const put = (value: unknown, path: ReadonlyArray<string>, given: unknown): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return given
  if (Array.isArray(value)) return value.map((each, index) => (String(index) === name ? put(each, rest, given) : each))
  const members = typeof value === "object" && value !== null ? Object.entries(value) : []
  const before = members.find(([each]) => each === name)?.[1]
  const after = put(before, rest, given)
  return Object.fromEntries([
    ...members.filter(([each]) => each !== name),
    ...(after === undefined ? [] : [[name, after]])
  ])
}

const putJson = (text: unknown, path: string, given: unknown): string =>
  JSON.stringify(put(JSON.parse(String(text)), path.split("."), given))

const shortType = (type: string): string => type.split(":").at(-1) ?? type

describe("a mistake is found", () => {
  it.each(
    [...mistakes, ...cloudFrontMistakes].map(
      (mistake) =>
        [`${shortType(mistake[0])} ${mistake[1]} = ${JSON.stringify(mistake[2])?.slice(0, 50)}`, mistake] as const
    )
  )("%s", (_, [type, path, value, sentence, where]) => {
    const resource = one(type, where)
    expect(problemsOf(resource)).toEqual([])
    const inputs = Object.fromEntries(Object.entries(put(resource.inputs, path.split("."), value) ?? {}))
    expect(problemsOf({ ...resource, inputs }).join("\n")).toMatch(sentence)
  })

  it.each(
    jsonMistakes.map(
      (mistake) =>
        [
          `${shortType(mistake[0])} ${mistake[1]} ${mistake[2]} = ${JSON.stringify(mistake[3]).slice(0, 50)}`,
          mistake
        ] as const
    )
  )("%s", (_, [type, input, path, value, sentence]) => {
    const resource = one(type, has(input))
    const inputs = { ...resource.inputs, [input]: putJson(resource.inputs[input], path, value) }
    expect(problemsOf({ ...resource, inputs }).join("\n")).toMatch(sentence)
  })

  it("a type that the provider does not have, or that nobody has described", () => {
    expect(() => problemsOf({ ...place, type: "aws:sqs/queue:Quque", name: "x", inputs: {} })).toThrow(/declares no/)
    expect(problemsOf({ ...place, type: "aws:kms/key:Key", name: "x", inputs: {} }).join()).toMatch(/nobody has said/)
  })
})
