import { readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { allExercises } from "./allExercises.ts"
import { describeStatements } from "./describeStatements.ts"
import { type Baseline, runBaseline } from "./mutate.ts"
import { grantsOf } from "./roles.ts"
import { type Subject, startSubject } from "./startSubject.ts"

let subject: Subject
let baseline: Baseline

beforeAll(async () => {
  subject = await startSubject()
  baseline = await runBaseline(subject, allExercises(subject))
}, 300_000)

afterAll(() => subject.close())

describe("roles", () => {
  it("may do what their functions, and people, have to be able to do", () => {
    expect(baseline.failures).toEqual([])
  })

  it("are refused nothing on the way: nothing is missing", () => {
    expect(baseline.refusals).toEqual([])
  })

  it("may do nothing that nothing asks for", () => {
    const unasked = grantsOf(subject).filter((grant) => baseline.askedBy(grant).length === 0)
    expect(unasked).toEqual([])
  })

  it("and resources have the statements that the docs list", () => {
    const page = readFileSync(new URL("../../docs/security/statements.md", import.meta.url), "utf8")
    expect(describeStatements(subject)).toBe(page)
  })
})
