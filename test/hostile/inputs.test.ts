import { expect, it } from "@effect/vitest"
import { planned } from "./inputs.ts"

it("at least 100,000 hostile inputs are tried in the suite", () => {
  const total = Object.values(planned).reduce((sum, each) => sum + each, 0)
  process.stdout.write(`hostile inputs: ${total} in all\n`)
  expect(total).toBeGreaterThanOrEqual(100_000)
})
