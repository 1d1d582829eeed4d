/**
 * What the records of a batch say of their dependencies: which circuit breaker keeps a record from being tried, and what
 * its breaker is to be told afterwards. Pure.
 */
import type { FailureRecord } from "../failure/Evidence.ts"
import { type Breaker, isBlocking, type Observation } from "../recovery/breaker.ts"
import type { Message } from "./Message.ts"
import type { Outcome } from "./outcome.ts"

/** The states of breakers, by dependency. */
export type BreakerStates = ReadonlyMap<string, Breaker>

/** Whether the breaker of this dependency has admitted the record, just now or before another one held it back. */
const isAdmitted = ({ evidence }: Message, dependency: string, breaker: Breaker): boolean =>
  dependency === evidence?.admittedTo ||
  (breaker.state !== "open" && evidence?.admittedBefore?.includes(dependency) === true)

/** The dependency whose breaker keeps this record from being tried; `undefined` when it may be tried. */
export const blockedBy = (
  message: Message,
  declared: ReadonlyArray<string>,
  states: BreakerStates
): string | undefined =>
  declared.find((dependency) => {
    const breaker = states.get(dependency)
    return breaker !== undefined && isBlocking(breaker) && !isAdmitted(message, dependency, breaker)
  })

/** The dependency that a failure says something bad about; `undefined` when it says nothing about one. */
export const failedDependency = (failure: FailureRecord): string | undefined =>
  failure.untried !== true && (failure.class === "DependencyFailure" || failure.class === "Timeout")
    ? failure.dependency
    : undefined

/** Classes by which a dependency has answered, only not as one would like. */
const answers: ReadonlySet<string> = new Set(["AuthFailure", "ValidationError", "BadPayload"])

/** The dependencies of whose health a record is proof. */
const provenBy = (outcome: Outcome, declared: ReadonlyArray<string>): Iterable<string> => {
  const admittedTo = outcome.message.evidence?.admittedTo
  if (outcome._tag === "Processed") {
    if (admittedTo !== undefined) return new Set([...declared, admittedTo])
    return declared.length < 2 ? declared : new Set(declared)
  }
  if (outcome._tag === "Untried" || admittedTo === undefined) return none
  return outcome.failure.dependency === admittedTo && answers.has(outcome.failure.class) ? [admittedTo] : none
}

const none: ReadonlyArray<string> = []

/** What a batch shows of one dependency. */
export interface Attempts extends Observation {
  /** Most of the batch failed with it: an outage, and no matter of single messages. */
  readonly outage: boolean
}

/**
 * What the outcomes of a batch show of each dependency that they say something about. An outage is when at least two
 * records, and more than half of those that may have used the dependency, failed with it.
 *
 * @param declaredBy the dependencies that a record has declared; `undefined` when none are declared at all
 */
export const attemptsOf = (
  outcomes: ReadonlyArray<Outcome>,
  declaredBy: ((message: Message) => ReadonlyArray<string>) | undefined
): ReadonlyMap<string, Attempts> => {
  const failures = new Map<string, number>()
  const successes = new Map<string, number>()
  const add = (counts: Map<string, number>, dependency: string) =>
    counts.set(dependency, (counts.get(dependency) ?? 0) + 1)
  let processed = 0
  for (const outcome of outcomes) {
    if (outcome._tag === "Processed") processed++
    const failed = outcome._tag === "Failed" ? failedDependency(outcome.failure) : undefined
    if (failed !== undefined) add(failures, failed)
    for (const proven of provenBy(outcome, declaredBy?.(outcome.message) ?? none)) add(successes, proven)
  }
  const attempts = new Map<string, Attempts>()
  for (const [dependency, failed] of failures) {
    const succeeded = successes.get(dependency) ?? 0
    // What nobody has declared may have been used by everybody.
    const declared = outcomes.some(({ message }) => declaredBy?.(message).includes(dependency) === true)
    const others = declared ? succeeded : Math.max(succeeded, processed)
    attempts.set(dependency, { failures: failed, successes: succeeded, outage: failed >= 2 && failed > others })
  }
  for (const [dependency, succeeded] of successes) {
    if (!failures.has(dependency)) attempts.set(dependency, { failures: 0, successes: succeeded, outage: false })
  }
  return attempts
}

/**
 * What a breaker is told of attempts; `undefined` when it need not be told. Successes of a closed breaker that has no
 * failures counted are no news, and would cost a write a batch.
 *
 * @param consecutiveFailures so many at least stand for an outage
 */
export const observationOf = (
  attempts: Attempts,
  state: Breaker | undefined,
  consecutiveFailures: number
): Observation | undefined => {
  const { failures, successes, outage } = attempts
  if (outage) return { failures: Math.max(failures, consecutiveFailures), successes: 0 }
  if (failures > 0) return { failures, successes }
  const calm = state?.state === "closed" && state.failures === 0 && state.consecutiveFailures === 0
  return calm ? undefined : { failures, successes }
}
