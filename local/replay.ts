/** `npm run replay`: replays archived messages of the newest running instance, once the cause of their failure is mended. */
import { readFileSync } from "node:fs"
import type { ReplayProgress } from "../handlers/replay/ReplayRequest.ts"
import { runningInstances } from "./instances.ts"
import { interruption } from "./interruption.ts"
import { readReplayArguments, usage } from "./replayArguments.ts"
import { previewOnInstance, replayInstance, resumeOnInstance } from "./replayInstance.ts"
import { beginningText, interruptedText, previewText, progressText, summaryText } from "./replayText.ts"

const exitCodes = { finished: 0, broken: 1, stopped: 3 } as const
const interruptedCode = 130

/** Time between two lines on how far it is, in milliseconds. */
const progressEvery = 5000

const signal = interruption()
let progress: ReplayProgress | undefined
let shownAt = 0

/** To standard error: with `--json`, standard output is one document. */
const onProgress = (next: ReplayProgress): void => {
  const first = progress === undefined
  progress = next
  const now = performance.now()
  if (!first && now - shownAt < progressEvery) return
  shownAt = now
  console.error(first ? beginningText(next) : progressText(next))
}

const command = readReplayArguments(process.argv.slice(2), (path) => readFileSync(path, "utf8"))

const main = async (): Promise<number> => {
  if (command._tag === "Help") {
    console.log(usage)
    return 0
  }
  if (command._tag === "Refused") {
    console.error(`${command.sentence}\n\`npm run replay -- --help\` says what can be given.`)
    return 2
  }
  const [instance] = await runningInstances()
  if (instance === undefined) {
    console.error("No instance is running here; `npm start` starts one.")
    return 1
  }
  if (command._tag === "Replay" && command.dryRun) {
    const found = await previewOnInstance(instance, command.request, signal)
    console.log(command.json ? JSON.stringify(found) : previewText(found))
    return 0
  }
  const summary = await (command._tag === "Resume"
    ? resumeOnInstance(instance, command.runId, { ...command.changes, onProgress }, signal)
    : replayInstance(instance, { ...command.request, onProgress }, signal))
  console.log(command.json ? JSON.stringify(summary) : summaryText(summary))
  return exitCodes[summary.ended]
}

const sentenceOf = (error: unknown): string => {
  const tag: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "_tag") : undefined
  const reason: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "reason") : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (tag === "RunUnavailable") return message
  return `The replay could not be begun: ${typeof reason === "string" ? reason : message}`
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(signal.aborted ? interruptedText(progress) : sentenceOf(error))
  if (!signal.aborted) return 1
  if (command._tag !== "Help" && command._tag !== "Refused" && command.json && progress !== undefined)
    console.log(JSON.stringify({ ...progress, ended: "broken", why: "It was interrupted." }))
  return interruptedCode
})
