/** Policy documents among a resource's inputs, read back. */
import type { Deployed } from "./deployed.ts"

/** The statements of the policy document in an input. */
export const statementsOf = (resource: Deployed, input = "policy"): ReadonlyArray<Record<string, unknown>> => {
  const text = resource.inputs[input]
  if (typeof text !== "string") throw new Error(`${resource.name} has no ${input}`)
  return JSON.parse(text).Statement
}

/** An input that is JSON, read back. */
export const jsonOf = (resource: Deployed, input: string): unknown => {
  const text = resource.inputs[input]
  if (typeof text !== "string") throw new Error(`${resource.name} has no ${input}`)
  return JSON.parse(text)
}
