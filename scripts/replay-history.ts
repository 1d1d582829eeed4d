/**
 * Runs one history of the model-based tests again and prints what happened, call by call.
 *
 * `npm run history -- --seed N [--whole]`
 *
 * A history that breaks an invariant is made as small as it can first, unless `--whole` is given. Exit code 1 when an
 * invariant does not hold, 2 when the arguments are wrong.
 */
import { parseArgs } from "node:util"
import { type History, historyOf } from "../test/model/History.ts"
import { runHistory } from "../test/model/runHistory.ts"
import { shrink } from "../test/model/shrink.ts"

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\nUsage: npm run history -- --seed N [--whole]\n`)
  process.exit(2)
}

const readArguments = () => {
  try {
    return parseArgs({ options: { seed: { type: "string" }, whole: { type: "boolean", default: false } } }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const { seed, whole } = readArguments()
const number = Number(seed)
if (seed === undefined || !Number.isInteger(number) || number < 0) refuse("--seed takes a whole number.")

const text = (history: History): string =>
  // JSON has no infinity.
  JSON.stringify(history, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? "always" : value), 2)

const original = historyOf(number)
const fails = runHistory(original).violation !== undefined
const history = fails && !whole ? shrink(original, (each) => runHistory(each)) : original
const result = runHistory(history, { timeline: true })
const ending = result.violation ?? "Every invariant holds."
process.stdout.write(
  `${text(history)}\n\n    seconds  what happens\n${result.timeline.join("\n")}\n\n${ending}\n${result.calls} calls, ${result.faults} faults; ${result.stored} stored, ${result.archived} archived, ${result.parked} parked.\n`
)
process.exitCode = fails ? 1 : 0
