/** Evaluates a program in a process of its own: vitest would take the rejection that it leaves unhandled for its own. */
import { evaluateProgram } from "../../../../local/pulumi/evaluateProgram.ts"

const { error } = await evaluateProgram({
  program: new URL("./throwingLater.ts", import.meta.url),
  stack: "local",
  providers: { "toy:index/toy:Toy": async ({ inputs }) => ({ id: "toy", state: inputs }) }
})
console.log(error?.message)
