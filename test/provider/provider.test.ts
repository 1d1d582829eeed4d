import { describe, expect, it } from "vitest"
import { programs } from "./programs.ts"
import { problemsIn } from "./validate.ts"

describe("every resource of", () => {
  it.each(programs.map((program) => [program.title, program] as const))(
    "%s is one that the provider and AWS take",
    async (_, program) => {
      const { resources } = await program.run()
      expect(resources.length).toBeGreaterThan(20)
      expect(problemsIn(resources, { project: "test-project", stack: "test" })).toEqual([])
    }
  )
})
