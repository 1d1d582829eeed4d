/** Asks before something is done that cannot be taken back. */
import { Effect } from "effect"
import { Refusal, refuse } from "./Refusal.ts"
import { Session } from "./Session.ts"

/**
 * Succeeds when a person agrees, or has agreed beforehand (`--yes`). Where nobody can be asked it is refused.
 *
 * @param question without a question mark: `Discard 12 messages of stack prod`
 */
export const confirm = Effect.fnUntraced(function* (question: string, yes: boolean) {
  const { ask, inputIsTerminal, errorIsTerminal } = yield* Session
  if (yes) return
  if (!inputIsTerminal || !errorIsTerminal)
    return yield* refuse(`${question}: nobody is here to be asked, so it needs --yes.`)
  const answer = yield* Effect.tryPromise({
    try: (signal) => ask(`${question}? [y/N] `, signal),
    catch: () => new Refusal({ message: "Nothing was done: there was no answer." })
  })
  if (!/^y(es)?$/i.test(answer.trim())) return yield* new Refusal({ message: "Nothing was done." })
})
