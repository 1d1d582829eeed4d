/**
 * The circuit breakers, as one invocation of a consumer uses them: it looks at their states before it tries records, and
 * tells them what became of those that it tried. They advise: whatever they fail with fails no message.
 */
import { Effect, Result } from "effect"
import { Timeout } from "../failure/errors.ts"
import { Breakers } from "../ledger/Breakers.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker, Observation } from "../recovery/breaker.ts"
import { defaultBreakerPolicy } from "../recovery/breakerPolicy.ts"
import type { ConsumerSettings } from "./ConsumerSettings.ts"
import { attemptsOf, type BreakerStates, blockedBy, failedDependency, observationOf } from "./dependencies.ts"
import { type FailureSituation, ownFailure, ruleOf } from "./failureOf.ts"
import type { Message } from "./Message.ts"
import type { Failed, Outcome } from "./outcome.ts"
import { runUntil } from "./runUntil.ts"

/** A breaker that takes longer is not waited for: the time belongs to the messages. */
const observeTimeoutMilliseconds = 1000

/** The group of a message on a FIFO queue; a failure elsewhere stops nobody. */
const groupOf = (message: Message, fifo: boolean): string | undefined =>
  fifo ? (message.messageGroupId ?? message.messageId) : undefined

/** The outcome of a record that is not tried because a breaker is open. */
export const setAsideUntried = (message: Message, dependency: string, situation: FailureSituation): Failed => ({
  _tag: "Failed",
  message,
  failure: {
    ...ownFailure({ class: "DependencyFailure", reason: "circuit breaker open" }, situation),
    dependency: dependency.slice(0, 128),
    untried: true
  },
  cause: undefined,
  setAside: true
})

/** What one invocation knows of its breakers. */
export interface BreakerGuard {
  /** Looks at the breakers of these records' dependencies. */
  readonly look: (messages: ReadonlyArray<Message>) => Effect.Effect<void, never, Breakers>
  /** The dependency whose breaker keeps a record from being tried. */
  readonly blocking: (message: Message) => string | undefined
  /**
   * Tells the breakers what became of records, and answers the outcomes with those set aside whose breaker is open: they
   * leave the queue now, since their receives would be burnt in vain. On a FIFO queue all that was behind such a record in
   * its group follows it in its order. Telling takes half of the time until `endsAt` (epoch milliseconds) at most.
   */
  readonly learn: (
    outcomes: ReadonlyArray<Outcome>,
    situation: Omit<FailureSituation, "receiveCount">,
    endsAt: number
  ) => Effect.Effect<ReadonlyArray<Outcome>, never, Breakers | ConsumerSettings | Metrics>
  /** The dependency for which a message of this one's group was set aside, on a FIFO queue: it follows. */
  readonly follows: (message: Message) => string | undefined
  /** Records the states of all breakers that were seen. */
  readonly report: Effect.Effect<void, never, Metrics>
}

/**
 * A guard for one invocation.
 *
 * @param declaredBy the dependencies that a record declares; `undefined` when the consumer declares none
 */
export const makeBreakerGuard = (
  { fifo, rules, breaker: policy = defaultBreakerPolicy }: ConsumerSettings["Service"],
  declaredBy: ((message: Message) => ReadonlyArray<string>) | undefined
): BreakerGuard => {
  const seen = new Map<string, Breaker>()
  const groups = new Map<string, string>()
  const { action } = ruleOf(rules, "DependencyFailure")
  // Where nobody heals such failures, what is set aside untried would be archived untried.
  const heals = action === "heal" || action === "isolate"
  const namesOf = (message: Message): ReadonlyArray<string> => declaredBy?.(message) ?? []
  const isOpen = (dependency: string): boolean => seen.get(dependency)?.state === "open"

  const setAside = (outcome: Outcome, situation: Omit<FailureSituation, "receiveCount">): Outcome => {
    if (outcome._tag === "Processed") return outcome
    const { message } = outcome
    const group = groupOf(message, fifo)
    const ahead = group === undefined ? undefined : groups.get(group)
    if (outcome._tag === "Untried" && outcome.why === "message-group" && ahead !== undefined)
      return setAsideUntried(message, ahead, { ...situation, receiveCount: message.receiveCount })
    if (outcome._tag !== "Failed") return outcome
    const dependency = outcome.setAside === true ? outcome.failure.dependency : failedDependency(outcome.failure)
    if (dependency === undefined || !(outcome.setAside === true || (heals && isOpen(dependency)))) return outcome
    const transient = ruleOf(rules, outcome.failure.class).action
    if (transient !== "heal" && transient !== "isolate") return outcome
    if (group !== undefined) groups.set(group, dependency)
    return { ...outcome, setAside: true }
  }

  return {
    look: (messages) => {
      const names = new Set<string>()
      for (const message of messages) {
        for (const name of namesOf(message)) names.add(name)
        if (message.evidence?.admittedTo !== undefined) names.add(message.evidence.admittedTo)
      }
      return names.size === 0 ? Effect.void : look(seen, [...names])
    },
    blocking: (message) => (heals ? blockedBy(message, namesOf(message), seen) : undefined),
    learn: (outcomes, situation, endsAt) => {
      const observations: Array<Observed> = []
      for (const [dependency, attempts] of attemptsOf(outcomes, declaredBy)) {
        const observation = observationOf(attempts, seen.get(dependency), policy.consecutiveFailures)
        if (observation !== undefined) observations.push({ dependency, observation })
      }
      const told =
        observations.length === 0
          ? Effect.void
          : runUntil(
              Effect.forEach(observations, (observed) => tell(seen, observed), { concurrency: 5, discard: true }),
              situation.at + (endsAt - situation.at) / 2
            )
      return Effect.map(told, () => outcomes.map((outcome) => setAside(outcome, situation)))
    },
    follows: (message) => {
      const group = groupOf(message, fifo)
      return group === undefined ? undefined : groups.get(group)
    },
    report: Effect.flatMap(Metrics, (metrics) => metrics.breakers(seen satisfies BreakerStates))
  }
}

const look = (seen: Map<string, Breaker>, names: ReadonlyArray<string>) =>
  Effect.flatMap(Breakers, (breakers) =>
    Effect.map(breakers.states(names), (states) => {
      for (const [name, breaker] of states) seen.set(name, breaker)
    })
  )

/** What a breaker is to be told. */
interface Observed {
  readonly dependency: string
  readonly observation: Observation
}

const tell = Effect.fnUntraced(function* (seen: Map<string, Breaker>, { dependency, observation }: Observed) {
  const breakers = yield* Breakers
  const told = yield* Effect.result(
    breakers.observe(dependency, observation).pipe(
      Effect.timeoutOrElse({
        duration: observeTimeoutMilliseconds,
        orElse: () => Effect.fail(new Timeout({ reason: "no answer in time", dependency: "dynamodb" }))
      })
    )
  )
  if (Result.isSuccess(told)) {
    seen.set(dependency, told.success)
    return
  }
  const metrics = yield* Metrics
  yield* metrics.count("HealingErrors", {}, 1)
  yield* Effect.logError("a circuit breaker could not be told").pipe(
    Effect.annotateLogs({ dependency, error: told.failure._tag })
  )
})
