/** Works on a run until all of its messages are sent, or it has to stop. */
import { Cause, Clock, Effect, Exit } from "effect"
import { type Breaker, observe } from "../recovery/breaker.ts"
import { admitNext, canary, lookUpOutcomes, type PendingMessage, pacePolicy, withoutAdmissions } from "./pace.ts"
import type { ReplayProgress } from "./ReplayRequest.ts"
import { progressOf, type ReplayRun, type ReplaySnapshot } from "./ReplayRun.ts"
import type { RunStore } from "./RunStore.ts"
import { type ReplayContext, replayOne } from "./replayOne.ts"

/** How many messages are sent at a time. On a FIFO queue one: the order within its groups stays. */
const concurrency = 8

/** Time between two looks at the ledger, in milliseconds. */
const lookEvery = 500

/** A run is written at least so often, in milliseconds: that renews its lease. */
const saveEvery = 20_000

/** A run says of so many messages why it has left them alone, and of so many why they failed again. */
const maxToldApart = 20

/** A run remembers so many messages of which nothing is known yet. */
const maxPending = 2000

const sentenceOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const reason: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "reason") : undefined
  if (typeof reason === "string") return reason
  return error instanceof Error && error.message !== "" ? error.message : String(error)
}

const plural = (count: number, singular: string, more: string): string => (count === 1 ? singular : `${count} ${more}`)

/**
 * Goes on with a run: it answers the run as it has ended, whatever happens. Interrupted, it lets go of the run after the
 * messages that are being sent.
 */
export const runReplay = Effect.fnUntraced(function* (
  begun: ReplayRun,
  { messages }: ReplaySnapshot,
  context: ReplayContext,
  store: RunStore,
  onProgress: (progress: ReplayProgress) => void
) {
  const policy = pacePolicy(begun)
  const startedAt = yield* Clock.currentTimeMillis
  let run = begun
  let savedAt = startedAt
  let breaker: Breaker = canary(startedAt, messages.length - run.cursor)
  let pending: ReadonlyArray<PendingMessage> = run.pending.map((index) => ({
    index,
    sentAt: startedAt,
    inherited: true
  }))

  const save = Effect.suspend(() =>
    store.save({ ...run, pending: pending.slice(-maxPending).map(({ index }) => index) })
  ).pipe(
    Effect.flatMap((saved) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        run = saved
        savedAt = now
        onProgress(progressOf(run))
      })
    )
  )
  const end = (ended: "finished" | "stopped", why: string) =>
    Effect.suspend(() => {
      run = { ...run, ended, why }
      return save
    })

  /** Sends what the breaker admits; succeeds with how many. */
  const sendNext = Effect.fnUntraced(function* () {
    const now = yield* Clock.currentTimeMillis
    const wanted = Math.min(context.settings.fifo ? 1 : concurrency, messages.length - run.cursor)
    const { breaker: admitted, slots } = admitNext(policy, breaker, wanted, now)
    if (slots.length === 0) return 0
    const exits = yield* Effect.forEach(
      slots.flatMap((at, offset) => {
        const message = messages[run.cursor + offset]
        return message === undefined ? [] : [{ at, message }]
      }),
      ({ at, message }) =>
        Effect.sleep(Math.max(0, Math.ceil(at - now))).pipe(
          Effect.andThen(replayOne(message, context).pipe(Effect.uninterruptible)),
          Effect.exit
        ),
      { concurrency }
    )
    // Messages behind a broken one are taken up again with it: the ledger knows that they were sent.
    const broken = exits.findIndex(Exit.isFailure)
    const done = broken === -1 ? exits : exits.slice(0, broken)
    const sentAt = yield* Clock.currentTimeMillis
    const sent = done.flatMap((exit, offset) =>
      Exit.isSuccess(exit) && exit.value._tag === "Sent"
        ? [{ index: run.cursor + offset, sentAt, inherited: false }]
        : []
    )
    const leftAlone = done.flatMap((exit, offset) =>
      Exit.isSuccess(exit) && exit.value._tag === "LeftAlone"
        ? [{ lineageId: messages[run.cursor + offset]?.lineageId ?? "", why: exit.value.why }]
        : []
    )
    const skipped = leftAlone.length
    breaker = withoutAdmissions(admitted, skipped)
    pending = [...pending, ...sent]
    run = {
      ...run,
      cursor: run.cursor + done.length,
      replayed: run.replayed + sent.length,
      skipped: run.skipped + skipped,
      leftAlone: [...(run.leftAlone ?? []), ...leftAlone].slice(0, maxToldApart)
    }
    yield* save
    const failure = exits[broken]
    return failure !== undefined && Exit.isFailure(failure) ? yield* Effect.failCause(failure.cause) : slots.length
  })

  /** Looks up outcomes; succeeds with why the run has to stop, if it has to. */
  const look = Effect.fnUntraced(function* () {
    const outcomes = yield* lookUpOutcomes(pending, messages, run)
    const ramping = breaker.state !== "closed"
    const first = run.recovered === 0
    pending = outcomes.pending
    run = {
      ...run,
      recovered: run.recovered + outcomes.recovered,
      failedAgain: run.failedAgain + outcomes.failedAgain,
      failed: [...(run.failed ?? []), ...outcomes.failed].slice(0, maxToldApart)
    }
    breaker = observe(policy, breaker, outcomes, yield* Clock.currentTimeMillis)
    if (breaker.state === "open" && outcomes.failures > 0)
      return first
        ? `${plural(outcomes.failures, "The first message has", "of the first messages have")} failed again: nothing more was sent.`
        : `${plural(outcomes.failures, "A message has", "messages have")} failed again.`
    return ramping && outcomes.givenUp > 0
      ? `What became of ${plural(outcomes.givenUp, "a message", "messages")} is not known after ${run.outcomeSeconds} s: nothing more was sent.`
      : undefined
  })

  const work = Effect.gen(function* () {
    let lookedAt = Number.NEGATIVE_INFINITY
    while (true) {
      const now = yield* Clock.currentTimeMillis
      if (pending.length > 0 && now - lookedAt >= lookEvery) {
        lookedAt = now
        const why = yield* look()
        if (why !== undefined) return yield* end("stopped", why)
      }
      if (run.cursor < messages.length) {
        if ((yield* sendNext()) > 0) continue
      } else if (pending.length === 0) return yield* end("finished", "All that was selected is dealt with.")
      if (now - savedAt >= saveEvery) yield* save
      yield* Effect.sleep(lookEvery)
    }
  })

  const letGo = (why: string) =>
    Effect.suspend(() => {
      run = { ...run, ended: "broken", why }
      return save
    }).pipe(Effect.catchCause((cause) => Effect.logWarning("The end of a replay could not be noted.", cause)))

  // Whoever is told its name may interrupt it at once.
  yield* Effect.sync(() => onProgress(progressOf(run))).pipe(
    Effect.andThen(work),
    Effect.onInterrupt(() => letGo("It was interrupted.")),
    Effect.catchCause((cause) => letGo(sentenceOf(cause)))
  )
  return run
})
