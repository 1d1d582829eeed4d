/**
 * `npm run --silent output [NAME]`: prints an output of the newest running instance, or a table of all of them; `--json`
 * prints them whole, `--environment` what a shell needs so that AWS's own tools call the instance, `--instance PORT` says
 * of which instance.
 */
import { parseArgs } from "node:util"
import { findInstance } from "./instances.ts"
import { environmentOf, outputsOf, outputTable } from "./outputTable.ts"

const fail = (sentence: string, exitCode = 1): void => {
  console.error(sentence)
  process.exitCode = exitCode
}

const read = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        environment: { type: "boolean", default: false },
        instance: { type: "string" }
      }
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const given = read()
if (typeof given === "string") fail(given, 2)
else {
  const { positionals, values } = given
  const [name] = positionals
  const instance = await findInstance(values.instance)
  if (typeof instance === "string") fail(instance)
  else if (values.environment) console.log(environmentOf(instance))
  else {
    const outputs = outputsOf(instance)
    if (name === undefined) console.log(values.json ? JSON.stringify(outputs, undefined, 2) : outputTable(outputs))
    else if (!Object.hasOwn(outputs, name))
      fail(`There is no output ${JSON.stringify(name)}; there are: ${Object.keys(outputs).sort().join(", ")}.`)
    else {
      const value = outputs[name]
      console.log(typeof value === "string" ? value : JSON.stringify(value))
    }
  }
}
