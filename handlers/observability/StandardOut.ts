/** The function's standard output, where Lambda picks up log lines and metrics. */
import { Context, Layer } from "effect"

/** Standard output, a line at a time. */
export class StandardOut extends Context.Service<
  StandardOut,
  {
    /** Writes one line; synchronous, because a logger is. */
    readonly writeLine: (line: string) => void
  }
>()("resilient-queue/observability/StandardOut") {
  /** The process's own: not `console`, which Lambda wraps into its own JSON record. */
  static readonly layer = Layer.succeed(StandardOut, {
    writeLine: (line) => {
      process.stdout.write(`${line}\n`)
    }
  })
}
