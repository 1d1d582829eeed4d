/** Standard input, as text or line by line. */
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { Effect, Stream } from "effect"
import { type Refusal, refuse } from "./Refusal.ts"
import { Session, type SessionStreams } from "./Session.ts"

const unread = () => refuse("Standard input cannot be read.")

/** All of it; refused where somebody sits at the other end and would not know what is waited for. */
export const readText = Effect.gen(function* () {
  const { input, inputIsTerminal } = yield* Session
  if (inputIsTerminal) return yield* refuse("There is nothing to read: give it as an argument, or on standard input.")
  return yield* Effect.tryPromise({
    try: async () => {
      const pieces: Array<Buffer> = []
      for await (const piece of input) pieces.push(Buffer.from(piece))
      return Buffer.concat(pieces).toString("utf8").trim()
    },
    catch: unread
  })
})

/** Line by line, as they come; empty ones are left out, and blanks around them. */
export const linesOf = (open: () => Readable): Stream.Stream<string, Refusal> =>
  // Not before somebody reads: lines that come before that would be lost.
  Stream.suspend(() =>
    Stream.fromAsyncIterable(createInterface({ input: open(), crlfDelay: Number.POSITIVE_INFINITY }), unread)
  ).pipe(
    Stream.map((line) => line.trim()),
    Stream.filter((line) => line !== "")
  )

/** Standard input, line by line. */
export const inputLines = (input: SessionStreams["input"]): Stream.Stream<string, Refusal> =>
  linesOf(() => Readable.from(input))
