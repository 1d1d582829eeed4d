/** Standard output that a test can read. */
import { Layer } from "effect"
import { StandardOut } from "../../../handlers/observability/StandardOut.ts"

/** A fresh standard output: its layer, and the lines written to it so far. */
export const makeCollectedOutput = () => {
  const lines: Array<string> = []
  return { lines, layer: Layer.succeed(StandardOut, { writeLine: (line) => void lines.push(line) }) }
}
