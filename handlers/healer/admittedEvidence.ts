/** What a message carries to its consumer that a circuit breaker has admitted. */
import { Effect } from "effect"
import type { Message } from "../consumer/Message.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { Breakers } from "../ledger/Breakers.ts"

/** That this dependency has admitted it, who had admitted it before, and their passes. */
export const admittedEvidence = Effect.fnUntraced(function* ({ evidence }: Message, dependency: string) {
  const breakers = yield* Breakers
  const pass = yield* breakers.pass(dependency)
  const passes = [...(evidence?.passes ?? []), ...(pass === undefined ? [] : [pass])].slice(-9)
  return {
    admittedTo: dependency,
    ...(evidence?.admittedBefore === undefined ? {} : { admittedBefore: evidence.admittedBefore }),
    ...(passes.length === 0 ? {} : { passes })
  } satisfies Partial<Evidence>
})
