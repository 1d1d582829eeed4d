/**
 * `npm run gateway -- MODE`: has the payment gateway of the newest running instance work, or fail in some way, as the
 * buttons of the console do. `--instance PORT` says of which instance.
 */
import { parseArgs } from "node:util"
import { gatewayModes } from "./console/gatewayModes.ts"
import { findInstance } from "./instances.ts"

const modes = Object.entries(gatewayModes)
  .map(([mode, { does }]) => `  ${mode.padEnd(12)}${does}`)
  .join("\n")

const refuse = (sentence: string, exitCode: number): void => {
  console.error(sentence)
  process.exitCode = exitCode
}

const turn = async (mode: string, port: string | undefined): Promise<void> => {
  const instance = await findInstance(port)
  if (typeof instance === "string") return refuse(instance, 1)
  const answer = await fetch(`${instance.consoleUrl}/api/gateway`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: instance.consoleUrl },
    body: JSON.stringify({ mode })
  })
  if (answer.status === 404) return refuse(`There is no mode ${JSON.stringify(mode)}; there are:\n${modes}`, 2)
  if (!answer.ok) return refuse(`The console answered ${answer.status}: ${(await answer.text()).trim()}`, 1)
  const [, { does } = { does: "" }] = Object.entries(gatewayModes).find(([each]) => each === mode) ?? []
  console.log(`The payment gateway is ${mode}: from now on it ${does}.`)
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { instance: { type: "string" } } })
const [mode] = positionals
if (mode === undefined) refuse(`npm run gateway -- MODE, which is one of:\n${modes}`, 2)
else await turn(mode, values.instance)
