/** `npm run --silent output [NAME]`: prints an output of the newest running instance, or all of them as JSON. */
import { runningInstances } from "./instances.ts"

const fail = (sentence: string): void => {
  console.error(sentence)
  process.exitCode = 1
}

const [name] = process.argv.slice(2)
const [instance] = await runningInstances()
if (instance === undefined) fail("No instance is running here; `npm start` starts one.")
else if (name === undefined) console.log(JSON.stringify(instance.outputs, undefined, 2))
else if (!Object.hasOwn(instance.outputs, name))
  fail(`There is no output ${JSON.stringify(name)}; there are: ${Object.keys(instance.outputs).sort().join(", ")}.`)
else {
  const value = instance.outputs[name]
  console.log(typeof value === "string" ? value : JSON.stringify(value))
}
