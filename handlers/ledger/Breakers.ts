/**
 * The circuit breakers of a queue's dependencies: their states, shared by every consumer and healer through the failure
 * ledger. They advise: a call that fails must never fail a message.
 */
import { Clock, Config, Context, Effect, Layer, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import type { AwsError } from "../aws/AwsError.ts"
import { DynamoDb, type Item } from "../aws/DynamoDb.ts"
import { DependencyFailure, Timeout } from "../failure/errors.ts"
import { type Breaker, initialBreaker, isSame, type Observation, observe } from "../recovery/breaker.ts"
import { type Admission, type Applicant, admitAll } from "../recovery/breakerAdmission.ts"
import { breakerItem, breakerKey, breakerOfItem, passOfItem } from "./BreakersItem.ts"
import { breakerPolicyOfEnvironment } from "./BreakersPolicy.ts"
import { changeItem } from "./conditionalItem.ts"

/** How long a function environment trusts what it has read. */
const cacheMilliseconds = 2000

/** The names of dependencies come from errors, so their number has no bound of its own. */
const maxCached = 1000

/** Advice that takes longer is not waited for. */
const readTimeoutMilliseconds = 1000

/** How often a change is tried on what the breaker has become meanwhile, and the longest pause between two tries. */
const tries = { maxTries: 10, longestPauseMilliseconds: 100 }

/** Who claims an admission that is not known is looked up again, but not each time: whoever forges some may forge many. */
const secondLookMilliseconds = 250

/** How long what was read holds on while it cannot be read again: an outage of the table must not end one of a dependency. */
const staleMilliseconds = 60_000

/** When a breaker that could not be read is asked for again. */
const askAgainMilliseconds = 500

/** A breaker as it was read or written last. */
interface Known {
  readonly breaker: Breaker
  readonly pass: string | undefined
  /** When it was read or written; long ago where it is not known. */
  readonly readAt: number
  /** When it could not be read, if that is what happened last. */
  readonly failedAt?: number
}

/** What a change makes of a breaker. */
interface Changed<Answer> {
  readonly breaker: Breaker
  readonly answer: Answer
  readonly pass: string
}

/** The circuit breakers of a queue's dependencies. */
export class Breakers extends Context.Service<
  Breakers,
  {
    /** The state of each breaker, read together, at most every few seconds a function environment. Unreadable ones count as closed. */
    readonly states: (dependencies: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Breaker>>
    /**
     * Tells what became of attempts; answers the state afterwards. Safe under concurrent updates. Successes of a closed
     * breaker are told at most every two seconds a function environment, all together, or before its next failure.
     */
    readonly observe: (dependency: string, observation: Observation) => Effect.Effect<Breaker, AwsError>
    /** Asks for several messages at once, in order; answers one admission each and the state afterwards. */
    readonly admit: (
      dependency: string,
      applicants: ReadonlyArray<Applicant>
    ) => Effect.Effect<{ readonly breaker: Breaker; readonly admissions: ReadonlyArray<Admission> }, AwsError>
    /**
     * What an admitted message carries to its consumer as proof: a random text, another one each time that the breaker
     * opens. `undefined` when it cannot be read.
     */
    readonly pass: (dependency: string) => Effect.Effect<string | undefined>
    /** Whether one of these is the breaker's pass: evidence that says `admitted` can be forged, and this cannot. */
    readonly honours: (dependency: string, passes: ReadonlyArray<string>) => Effect.Effect<boolean>
  }
>()("resilient-queue/ledger/Breakers") {
  /**
   * In the failure ledger's table, config `FAILED_TABLE`, by the policy in config `BREAKER_POLICY`. Needs `GetItem` and
   * `PutItem`, and `BatchGetItem` where `DynamoDb` reads in batches. A change fails as `DependencyFailure` when others keep being faster.
   */
  static readonly layer = Layer.effect(
    Breakers,
    Effect.gen(function* () {
      const dynamoDb = yield* DynamoDb
      const tableName = yield* Config.NonEmptyString("FAILED_TABLE")
      const policy = yield* breakerPolicyOfEnvironment
      const random = yield* SecureRandom.SecureRandom
      const cache = new Map<string, Known>()

      /** Successes that are still to be told, by dependency, and when it was told something last. */
      const untold = new Map<string, { readonly successes: number; readonly toldAt: number }>()

      const remember = (dependency: string, known: Known) => {
        if (cache.size >= maxCached) {
          cache.clear()
          untold.clear()
        }
        cache.set(dependency, known)
        return known
      }

      const fresh = (dependency: string, now: number, milliseconds = cacheMilliseconds): Known | undefined => {
        const known = cache.get(dependency)
        if (known === undefined) return undefined
        const soon =
          known.failedAt === undefined
            ? Math.abs(now - known.readAt) < milliseconds
            : Math.abs(now - known.failedAt) < askAgainMilliseconds
        return soon ? known : undefined
      }

      const read = (dependency: string) => dynamoDb.get(tableName, breakerKey(dependency))

      /** Reads them together. Breakers that cannot be read are logged and count as fresh ones: they advise, and must not stop anything. */
      const readAll = Effect.fnUntraced(function* (dependencies: ReadonlyArray<string>, now: number) {
        const [first = ""] = dependencies
        const reading: Effect.Effect<ReadonlyArray<Item | undefined>, AwsError> = dependencies.length > 1
          ? dynamoDb.getMany(tableName, dependencies.map(breakerKey))
          : Effect.map(read(first), (item) => [item])
        const found = yield* Effect.result(
          reading.pipe(
            Effect.timeoutOrElse({
              duration: readTimeoutMilliseconds,
              orElse: () => Effect.fail(new Timeout({ reason: "no answer in time", dependency: "dynamodb" }))
            })
          )
        )
        if (Result.isFailure(found)) {
          yield* Effect.logWarning(
            "circuit breakers could not be read: they count as they were, at first as closed"
          ).pipe(Effect.annotateLogs({ dependencies, error: found.failure._tag }))
          for (const dependency of dependencies) {
            const known = cache.get(dependency)
            const holds = known !== undefined && now - known.readAt < staleMilliseconds
            remember(dependency, {
              ...(holds ? known : { breaker: initialBreaker(now), pass: undefined, readAt: Number.NEGATIVE_INFINITY }),
              failedAt: now
            })
          }
          return
        }
        for (const [index, dependency] of dependencies.entries()) {
          const item = found.success[index]
          const breaker = breakerOfItem(item) ?? initialBreaker(now)
          remember(dependency, { breaker, pass: passOfItem(item), readAt: now })
        }
      })

      const passOf = Effect.fnUntraced(function* (dependency: string, milliseconds = cacheMilliseconds) {
        const now = yield* Clock.currentTimeMillis
        if (fresh(dependency, now, milliseconds) === undefined) yield* readAll([dependency], now)
        return cache.get(dependency)?.pass
      })

      const modify = Effect.fnUntraced(function* <Answer>(
        dependency: string,
        change: (breaker: Breaker, now: number) => Omit<Changed<Answer>, "pass">
      ) {
        const key = breakerKey(dependency)
        const { answer: changed } = yield* changeItem({ dynamoDb, tableName, key, ...tries }, (stored) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const before = breakerOfItem(stored)
            const { breaker, answer } = change(before ?? initialBreaker(now), now)
            const known = passOfItem(stored)
            const opens = breaker.state === "open" && before?.state !== "open"
            const pass = known === undefined || opens ? yield* random.uuidV4() : known
            const changed: Changed<Answer> = { breaker, answer, pass }
            const same = before !== undefined && pass === known && isSame(breaker, before)
            return { item: same ? undefined : breakerItem(breaker, pass, now), answer: changed }
          })
        ).pipe(
          Effect.catchTag("ConditionFailed", () =>
            Effect.fail(new DependencyFailure({ reason: "a circuit breaker kept changing", dependency: "dynamodb" }))
          )
        )
        const now = yield* Clock.currentTimeMillis
        remember(dependency, { breaker: changed.breaker, pass: changed.pass, readAt: now })
        return changed
      })

      return Breakers.of({
        states: (dependencies) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const names = [...new Set(dependencies)]
            const known = () => new Map(names.map((name) => [name, cache.get(name)?.breaker ?? initialBreaker(now)]))
            const unknown = names.filter((name) => fresh(name, now) === undefined)
            // As a rule all are known.
            return unknown.length === 0 ? Effect.sync(known) : Effect.map(readAll(unknown, now), known)
          }),
        observe: Effect.fnUntraced(function* (dependency, observation) {
          const now = yield* Clock.currentTimeMillis
          const known = fresh(dependency, now)?.breaker
          const { successes: earlier, toldAt } = untold.get(dependency) ?? { successes: 0, toldAt: undefined }
          const soon = toldAt !== undefined && Math.abs(now - toldAt) < cacheMilliseconds
          if (observation.failures === 0 && known?.state === "closed" && soon) {
            untold.set(dependency, { successes: earlier + observation.successes, toldAt })
            return known
          }
          untold.set(dependency, { successes: 0, toldAt: now })
          const { breaker } = yield* modify(dependency, (current, at) => ({
            // In their order: a failure that follows successes begins a row. They say nothing of what opened meanwhile.
            breaker: observe(
              policy,
              current.state === "closed" ? observe(policy, current, { successes: earlier, failures: 0 }, at) : current,
              observation,
              at
            ),
            answer: undefined
          }))
          return breaker
        }),
        admit: Effect.fnUntraced(function* (dependency, applicants) {
          const now = yield* Clock.currentTimeMillis
          const known = fresh(dependency, now)?.breaker
          const refused = known === undefined ? undefined : admitAll(policy, known, applicants, now)
          // Where all are told to wait as before there is nothing to write, and what was read seconds ago will do.
          if (known !== undefined && refused !== undefined && isSame(refused.breaker, known))
            return { breaker: known, admissions: refused.answer }
          const { breaker, answer } = yield* modify(dependency, (current, at) =>
            admitAll(policy, current, applicants, at)
          )
          return { breaker, admissions: answer }
        }),
        pass: (dependency) => passOf(dependency),
        honours: Effect.fnUntraced(function* (dependency, passes) {
          if (passes.length === 0) return false
          const pass = yield* passOf(dependency)
          if (pass !== undefined && passes.includes(pass)) return true
          // It may have opened since it was read, and have admitted this message after that.
          const current = yield* passOf(dependency, secondLookMilliseconds)
          return current !== undefined && passes.includes(current)
        })
      })
    })
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
}
