/** `npm run replay`: replays archived messages of the newest running instance, once the cause of their failure is mended. */
import { parseArgs } from "node:util"
import type { ReplayRequest } from "../handlers/replay/replay.ts"
import { runningInstances } from "./instances.ts"
import { replayInstance } from "./replayInstance.ts"

const usage = `Usage: npm run replay -- [--class CLASS] [--status awaiting-operator|archived] [--fingerprint FINGERPRINT]
                         [--lineage-id ID] [--limit N] [--rate MESSAGES_PER_SECOND] [--json]

Without arguments, everything that awaits an operator is replayed, 10 messages a second.`

const refuse = (sentence: string): never => {
  console.error(`${sentence}\n\n${usage}`)
  process.exit(2)
}

const readNumber = (name: string, text: string | undefined, minimum: number, maximum: number): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  return text.trim() !== "" && value >= minimum && value <= maximum
    ? value
    : refuse(`--${name} is "${text}": it has to be a number from ${minimum} to ${maximum}.`)
}

const readStatus = (text: string | undefined): ReplayRequest["status"] =>
  text === undefined || text === "awaiting-operator" || text === "archived"
    ? text
    : refuse(`--status is "${text}": it has to be "awaiting-operator" or "archived".`)

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        class: { type: "string" },
        status: { type: "string" },
        fingerprint: { type: "string" },
        "lineage-id": { type: "string" },
        limit: { type: "string" },
        rate: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" }
      }
    }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const given = readArguments()
if (given.help === true) {
  console.log(usage)
  process.exit(0)
}
const request: ReplayRequest = {
  status: readStatus(given.status),
  class: given.class,
  fingerprint: given.fingerprint,
  lineageId: given["lineage-id"],
  limit: readNumber("limit", given.limit, 1, 1_000_000),
  messagesPerSecond: readNumber("rate", given.rate, 0.01, 1000)
}
const [instance] = await runningInstances()
if (instance === undefined) {
  console.error("No instance is running here; `npm start` starts one.")
  process.exit(1)
}
const summary = await replayInstance(instance, request)
console.log(
  given.json === true
    ? JSON.stringify(summary)
    : summary.selected === 0
      ? "Nothing matches: no message was replayed."
      : `${summary.replayed} of ${summary.selected} messages were replayed${summary.skipped > 0 ? `, ${summary.skipped} were left alone` : ""}.`
)
