/** The bodies of one invocation: decoded ahead only where what a message needs depends on them. */
import { Effect, Exit } from "effect"
import type { BadPayload, ValidationError } from "../failure/errors.ts"
import type { Message } from "./Message.ts"
import { runUntil } from "./runUntil.ts"

/** The dependencies that messages need: the same for all, or by the decoded value. */
export type Dependencies<A> = ReadonlyArray<string> | ((value: A) => ReadonlyArray<string>)

/** The bodies of one invocation. */
export interface Bodies<A, R> {
  /** What a message declares to need; `undefined` where nothing is declared at all. */
  readonly declaredBy: ((message: Message) => ReadonlyArray<string>) | undefined
  /** Decodes these where need be. What is not decoded by the deadline (epoch milliseconds) counts as needing nothing. */
  readonly open: (
    messages: ReadonlyArray<Message>,
    concurrency: number,
    deadline: number
  ) => Effect.Effect<void, never, R>
  /** The decoded body. */
  readonly valueOf: (message: Message) => Effect.Effect<A, BadPayload | ValidationError, R>
}

/** The bodies of one invocation. */
export const makeBodies = <A, R>(
  decode: (body: string) => Effect.Effect<A, BadPayload | ValidationError, R>,
  dependencies: Dependencies<A> | undefined
): Bodies<A, R> => {
  const opened = new Map<
    string,
    Exit.Exit<{ readonly value: A; readonly needs: ReadonlyArray<string> }, BadPayload | ValidationError>
  >()

  const open = (message: Message, needsOf: (value: A) => ReadonlyArray<string>) =>
    Effect.map(
      // Suspended: even a user's function that throws fails its own record alone.
      Effect.exit(
        Effect.suspend(() => Effect.map(decode(message.body), (value) => ({ value, needs: [...needsOf(value)] })))
      ),
      (exit) => void opened.set(message.receiptHandle, exit)
    )

  const needsOf = (message: Message): ReadonlyArray<string> => {
    const exit = opened.get(message.receiptHandle)
    return exit !== undefined && Exit.isSuccess(exit) ? exit.value.needs : []
  }

  return {
    declaredBy:
      dependencies === undefined
        ? undefined
        : typeof dependencies === "function"
          ? needsOf
          : (): ReadonlyArray<string> => dependencies,
    open: (messages, concurrency, deadline) =>
      typeof dependencies !== "function"
        ? Effect.void
        : Effect.asVoid(
            runUntil(
              Effect.forEach(messages, (message) => open(message, dependencies), { concurrency, discard: true }),
              deadline
            )
          ),
    valueOf: (message) => {
      const exit = opened.get(message.receiptHandle)
      return exit === undefined ? decode(message.body) : Exit.map(exit, ({ value }) => value)
    }
  }
}
