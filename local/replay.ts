/** `npm run replay`: replays archived messages of the newest running instance, once the cause of their failure is mended. */
import { readFileSync } from "node:fs"
import type { ReplaySummary } from "../handlers/replay/ReplayRequest.ts"
import { runningInstances } from "./instances.ts"
import { readReplayArguments, usage } from "./replayArguments.ts"
import { previewOnInstance, type ReplayPreview, replayInstance, resumeOnInstance } from "./replayInstance.ts"

const exitCodes = { finished: 0, broken: 1, stopped: 3 } as const

/** More lines than this say nothing more to a person. */
const shownMessages = 50

const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`)

const describe = (summary: ReplaySummary): string => {
  if (summary.selected === 0) return "Nothing matches: no message was replayed."
  const unknown = summary.replayed - summary.recovered - summary.failedAgain
  const left = summary.selected - summary.replayed - summary.skipped
  const counts = [
    [summary.recovered, "recovered"],
    [summary.failedAgain, "failed again"],
    [unknown, "on the way"],
    [summary.skipped, "left alone"],
    [left, "not taken up yet"]
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
  const resume = `Resume it with: npm run replay -- --resume ${summary.runId}`
  return [
    `${summary.replayed} of ${messages(summary.selected)} were replayed: ${counts.join(", ")}.`,
    ...(summary.ended === "finished" ? [] : [summary.why, ...(left > 0 || unknown > 0 ? [resume] : [])])
  ].join("\n")
}

const describePreview = (found: ReadonlyArray<ReplayPreview>): string =>
  [
    found.length === 0 ? "Nothing matches." : `${messages(found.length)} would be replayed:`,
    ...found
      .slice(0, shownMessages)
      .map((each) => `  ${each.lastFailureAt}  ${each.lineageId}  ${each.class}  ${each.status}  ${each.reason}`),
    ...(found.length > shownMessages ? [`  … and ${found.length - shownMessages} more`] : [])
  ].join("\n")

const main = async (): Promise<number> => {
  const command = readReplayArguments(process.argv.slice(2), (path) => readFileSync(path, "utf8"))
  if (command._tag === "Help") {
    console.log(usage)
    return 0
  }
  if (command._tag === "Refused") {
    console.error(`${command.sentence}\n\n${usage}`)
    return 2
  }
  const [instance] = await runningInstances()
  if (instance === undefined) {
    console.error("No instance is running here; `npm start` starts one.")
    return 1
  }
  if (command._tag === "Replay" && command.dryRun) {
    const found = await previewOnInstance(instance, command.request)
    console.log(command.json ? JSON.stringify(found) : describePreview(found))
    return 0
  }
  const interruption = new AbortController()
  process.once("SIGINT", () => interruption.abort())
  const summary = await (command._tag === "Resume"
    ? resumeOnInstance(instance, command.runId, command.changes, interruption.signal)
    : replayInstance(instance, command.request, interruption.signal))
  console.log(command.json ? JSON.stringify(summary) : describe(summary))
  return exitCodes[summary.ended]
}

const reasonOf = (error: unknown): string => {
  const reason: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "reason") : undefined
  if (typeof reason === "string") return reason
  return error instanceof Error ? error.message : String(error)
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`The replay could not be begun, or was interrupted: ${reasonOf(error)}`)
  return 1
})
