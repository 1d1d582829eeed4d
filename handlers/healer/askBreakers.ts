/** Asks the circuit breakers for the messages of a batch: one call a dependency. They advise: their failure fails no message. */
import { Clock, Effect, Exit } from "effect"
import { Breakers } from "../ledger/Breakers.ts"
import type { LedgerError } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker } from "../recovery/breaker.ts"
import type { Admission, Applicant } from "../recovery/breakerAdmission.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { guardingDependency, questionOf, type Verdict } from "./Verdict.ts"

/** A message that is about to be handled. */
export interface Candidate {
  readonly deadLetter: DeadLetterMessage
  /** What the ledger says of its lineage. */
  readonly known: Exit.Exit<LedgerItem | undefined, LedgerError>
  /** The random number of its plan, so that it is asked for as it is planned. */
  readonly jitter: number
}

interface Asking extends Candidate {
  readonly again: boolean
}

const applicantsOf = (asked: ReadonlyArray<Asking>) => asked.map(({ again, jitter }) => ({ again, jitter }))

/**
 * Asks one breaker for several messages: an admission each, in their order; none where it cannot be asked, which is
 * counted and logged.
 *
 * @param seen gets the state that it answers with
 * @param otherwise what becomes of its messages then, for the log
 */
export const askBreaker = Effect.fnUntraced(function* (
  dependency: string,
  applicants: ReadonlyArray<Applicant>,
  seen: Map<string, Breaker>,
  otherwise: string
): Effect.fn.Return<ReadonlyArray<Admission>, never, Breakers | Metrics> {
  const breakers = yield* Breakers
  const answered = yield* Effect.exit(breakers.admit(dependency, applicants))
  if (Exit.isSuccess(answered)) {
    seen.set(dependency, answered.value.breaker)
    return answered.value.admissions
  }
  const metrics = yield* Metrics
  yield* metrics.count("HealingErrors", {}, 1)
  yield* Effect.logError(`A circuit breaker cannot be asked: its messages ${otherwise}.`, answered.cause).pipe(
    Effect.annotateLogs({ dependency, messages: applicants.length })
  )
  return []
})

/**
 * What the circuit breakers say of each message, by receipt handle; nothing of a message in which none has a say.
 *
 * @param seen gets the states that were seen on the way
 */
export const askBreakers = Effect.fnUntraced(function* (
  candidates: ReadonlyArray<Candidate>,
  seen: Map<string, Breaker>
) {
  const { policy, fifo } = yield* HealerConfig
  const verdicts = new Map<string, Verdict>()
  const guarded = candidates.filter(({ deadLetter }) => guardingDependency(deadLetter, policy) !== undefined)
  if (guarded.length === 0) return verdicts

  const breakers = yield* Breakers
  const dependencies = [...new Set(guarded.flatMap(({ deadLetter }) => guardingDependency(deadLetter, policy) ?? []))]
  for (const [dependency, breaker] of yield* breakers.states(dependencies)) seen.set(dependency, breaker)
  const now = yield* Clock.currentTimeMillis

  const asked = new Map<string, Array<Asking>>()
  for (const candidate of guarded) {
    const { deadLetter, known, jitter } = candidate
    // What the ledger does not tell now fails when the message is handled.
    if (Exit.isFailure(known)) continue
    const dependency = guardingDependency(deadLetter, policy) ?? ""
    const question = questionOf(deadLetter, known.value, seen.get(dependency), { policy, fifo, now, jitter })
    if (question._tag === "Known") verdicts.set(deadLetter.message.receiptHandle, question.verdict)
    if (question._tag === "Ask")
      asked.set(dependency, [...(asked.get(dependency) ?? []), { ...candidate, again: question.again }])
  }

  for (const [dependency, applicants] of asked) {
    const admissions = yield* askBreaker(dependency, applicantsOf(applicants), seen, "are healed without it")
    for (const [index, { deadLetter }] of applicants.entries()) {
      const admission = admissions[index]
      if (admission !== undefined)
        verdicts.set(deadLetter.message.receiptHandle, {
          dependency,
          admission,
          ...(admission.admitted ? { admittedAt: now } : {}),
          counted: !admission.admitted
        })
    }
  }
  return verdicts
})
