/** The bodies of one invocation: decoded ahead only where what a message needs depends on them. */
import { Clock, Effect, Exit } from "effect"
import type { BadPayload, ValidationError } from "../failure/errors.ts"
import type { Message } from "./Message.ts"

/** The dependencies that messages need: the same for all, or by the decoded value. */
export type Dependencies<A> = ReadonlyArray<string> | ((value: A) => ReadonlyArray<string>)

/** The bodies of one invocation. */
export const makeBodies = <A, R>(
  decode: (body: string) => Effect.Effect<A, BadPayload | ValidationError, R>,
  dependencies: Dependencies<A> | undefined
) => {
  const opened = new Map<
    string,
    Exit.Exit<{ readonly value: A; readonly needs: ReadonlyArray<string> }, BadPayload | ValidationError>
  >()

  const open = Effect.fnUntraced(function* (message: Message, needsOf: (value: A) => ReadonlyArray<string>) {
    // Even a user's function that throws fails its own record alone.
    const exit = yield* Effect.exit(
      Effect.map(decode(message.body), (value) => ({ value, needs: [...needsOf(value)] }))
    )
    opened.set(message.receiptHandle, exit)
  })

  const needsOf = (message: Message): ReadonlyArray<string> => {
    const exit = opened.get(message.receiptHandle)
    return exit !== undefined && Exit.isSuccess(exit) ? exit.value.needs : []
  }

  return {
    /** What a message declares to need; `undefined` where nothing is declared at all. */
    declaredBy:
      dependencies === undefined
        ? undefined
        : typeof dependencies === "function"
          ? needsOf
          : (): ReadonlyArray<string> => dependencies,
    /** Decodes these where need be. What is not decoded by the deadline (epoch milliseconds) counts as needing nothing. */
    open: Effect.fnUntraced(function* (messages: ReadonlyArray<Message>, concurrency: number, deadline: number) {
      const timeLeft = deadline - (yield* Clock.currentTimeMillis)
      if (typeof dependencies !== "function" || timeLeft <= 0) return
      yield* Effect.forEach(messages, (message) => open(message, dependencies), { concurrency, discard: true }).pipe(
        Effect.timeoutOrElse({ duration: timeLeft, orElse: () => Effect.void })
      )
    }),
    /** The decoded body. */
    valueOf: (message: Message): Effect.Effect<A, BadPayload | ValidationError, R> => {
      const exit = opened.get(message.receiptHandle)
      return exit === undefined ? decode(message.body) : Effect.map(exit, ({ value }) => value)
    }
  }
}
