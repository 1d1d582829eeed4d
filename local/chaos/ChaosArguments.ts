/** What `npm run chaos` is asked for. */
import { parseArgs } from "node:util"

/** What `npm run chaos` is asked for. */
export interface ChaosArguments {
  /** How many orders to send, 1–1,000,000. @default 1000 */
  readonly orders: number
  /** Decides what befalls which call, and what is ordered. @default 1 */
  readonly seed: number
  /** Share of the functions' calls of AWS that meet a fault, 0–0.5. @default 0.1 */
  readonly errorRate: number
  /** One JSON document instead of a report. @default false */
  readonly json: boolean
}

/** How to ask for it. */
export const usage = `Usage: npm run chaos -- [--orders N] [--seed N] [--error-rate SHARE] [--json]

  --orders      how many orders are sent, 1 to 1000000 (1000)
  --seed        a whole number that decides which calls fail and how (1)
  --error-rate  the share of the functions' calls that meet a fault, 0 to 0.5 (0.1)
  --json        prints one JSON document`

const numberIn = (name: string, text: string | undefined, otherwise: number, range: Range): number => {
  if (text === undefined) return otherwise
  const value = Number(text)
  const fits = text.trim() !== "" && value >= range.minimum && value <= range.maximum
  if (fits && (range.fractions || Number.isInteger(value))) return value
  const kind = range.fractions ? "a number" : "a whole number"
  throw new Error(`--${name} is "${text}": it has to be ${kind} from ${range.minimum} to ${range.maximum}.`)
}

interface Range {
  readonly minimum: number
  readonly maximum: number
  readonly fractions: boolean
}

/** Reads the command line; `undefined`: help is asked for. Throws one sentence that says what is wrong. */
export const readArguments = (args: ReadonlyArray<string>): ChaosArguments | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: "string" },
      seed: { type: "string" },
      "error-rate": { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" }
    }
  })
  if (values.help === true) return undefined
  return {
    orders: numberIn("orders", values.orders, 1000, { minimum: 1, maximum: 1_000_000, fractions: false }),
    seed: numberIn("seed", values.seed, 1, { minimum: 0, maximum: 2 ** 31 - 1, fractions: false }),
    errorRate: numberIn("error-rate", values["error-rate"], 0.1, { minimum: 0, maximum: 0.5, fractions: true }),
    json: values.json === true
  }
}
