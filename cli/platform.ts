/** What the CLI library asks of its platform. Our flags read no file and no key, so what it would do so with is not there. */
import { Effect, FileSystem, Layer, Path, Sink, Stdio, Stream, Terminal } from "effect"
import { ChildProcessSpawner } from "effect/process"
import type { SessionStreams } from "./Session.ts"

const unused = Effect.die(new Error("No flag of this command line reads a key or starts a process."))

const terminal = ({ columns, error }: SessionStreams) =>
  Terminal.make({
    columns: Effect.succeed(columns ?? 80),
    rows: Effect.succeed(24),
    size: unused,
    readInput: unused,
    readLine: unused,
    display: (text) => Effect.sync(() => error(text))
  })

const stdio = ({ inputIsTerminal, outputIsTerminal, errorIsTerminal }: SessionStreams) =>
  Stdio.make({
    args: Effect.succeed([]),
    stdinIsTerminal: Effect.succeed(inputIsTerminal),
    stdoutIsTerminal: Effect.succeed(outputIsTerminal),
    stderrIsTerminal: Effect.succeed(errorIsTerminal),
    stdout: () => Sink.drain,
    stderr: () => Sink.drain,
    stdin: Stream.empty
  })

/** The platform behind these streams. Commands themselves write through their session. */
export const platform = (
  streams: SessionStreams
): Layer.Layer<
  FileSystem.FileSystem | Path.Path | Terminal.Terminal | Stdio.Stdio | ChildProcessSpawner.ChildProcessSpawner
> =>
  Layer.mergeAll(
    FileSystem.layerNoop({}),
    Path.layer,
    Layer.succeed(Terminal.Terminal, terminal(streams)),
    Layer.succeed(Stdio.Stdio, stdio(streams)),
    Layer.succeed(
      ChildProcessSpawner.ChildProcessSpawner,
      ChildProcessSpawner.make(() => unused)
    )
  )
