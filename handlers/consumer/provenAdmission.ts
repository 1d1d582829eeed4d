/**
 * Proof of an admission. Whoever may send to the queue can forge evidence that says that a circuit breaker has admitted a
 * message: past an open breaker, and its success would close it. It counts only with the breaker's own pass.
 */
import { Effect } from "effect"
import { Breakers } from "../ledger/Breakers.ts"
import { type Message, withEvidence } from "./Message.ts"

/** Whether a message claims that a breaker has admitted it, now or before. */
export const claimsAdmission = ({ evidence }: Message): boolean =>
  evidence?.admittedTo !== undefined || evidence?.admittedBefore !== undefined

/** The message without the admissions that no breaker knows of. Never fails: what cannot be looked up is not proven. */
export const withProvenAdmission = Effect.fnUntraced(function* (message: Message) {
  if (message.evidence === undefined) return message
  const { admittedTo, admittedBefore = [], ...others } = message.evidence
  const breakers = yield* Breakers
  const claims = [...(admittedTo === undefined ? [] : [admittedTo]), ...admittedBefore]
  const proven = yield* Effect.filter(claims, (dependency) => breakers.honours(dependency, others.passes ?? []))
  if (proven.length === claims.length) return message
  yield* Effect.logWarning("no circuit breaker knows of the admission that a message claims").pipe(
    Effect.annotateLogs({ messageId: message.messageId, lineageId: message.lineageId })
  )
  const before = admittedBefore.filter((dependency) => proven.includes(dependency))
  return withEvidence(message, {
    ...others,
    ...(admittedTo !== undefined && proven.includes(admittedTo) ? { admittedTo } : {}),
    ...(before.length === 0 ? {} : { admittedBefore: before })
  })
})
