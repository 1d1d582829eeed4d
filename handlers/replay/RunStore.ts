/** Runs of the replay in the failure ledger's table: one process works on a run at a time. */
import { Clock, Config, Data, Effect } from "effect"
import { type ConditionFailed, DynamoDb } from "../aws/DynamoDb.ts"
import { decodeReplayRun, type ReplayRun } from "./ReplayRun.ts"

/** A run cannot be resumed; the message says why, in a sentence. */
export class RunUnavailable extends Data.TaggedError("RunUnavailable")<{
  readonly runId: string
  readonly message: string
}> {}

/** How long a process that has not been heard of keeps its run. It renews its lease when half of it is over. */
export const runLeaseMilliseconds = 60_000

const keyOf = (runId: string) => ({ lineageId: `replay#${runId}` })

/** Works on runs under the name of one process. */
export const makeRunStore = Effect.fnUntraced(function* (owner: string) {
  const dynamoDb = yield* DynamoDb
  const tableName = yield* Config.NonEmptyString("FAILED_TABLE")

  const read = (runId: string) => Effect.map(dynamoDb.get(tableName, keyOf(runId)), decodeReplayRun)

  const write = (run: ReplayRun, before: number) => {
    const item = { ...keyOf(run.runId), ...run }
    return dynamoDb.put({
      tableName,
      item,
      ...(before === 0
        ? { condition: "attribute_not_exists(lineageId)" }
        : { condition: "revision = :revision", attributes: { values: { ":revision": before } } })
    })
  }

  /** Writes the run as it is now, with a new lease: none once it has ended. */
  const save = Effect.fnUntraced(function* (run: ReplayRun) {
    const now = yield* Clock.currentTimeMillis
    const { owner: _, leaseUntil: __, ...rest } = run
    const next: ReplayRun = {
      ...rest,
      revision: run.revision + 1,
      ...(run.ended === undefined ? { owner, leaseUntil: now + runLeaseMilliseconds } : {})
    }
    const again = (_: ConditionFailed) =>
      Effect.flatMap(read(run.runId), (stored) =>
        // Our own write, whose answer was lost on the way.
        stored?.revision === next.revision && (stored.owner === owner || stored.ended === next.ended)
          ? Effect.void
          : Effect.fail(new RunUnavailable({ runId: run.runId, message: "Another process has taken up this run." }))
      )
    yield* write(next, run.revision).pipe(Effect.catchTag("ConditionFailed", again))
    return next
  })

  /** Takes a run up again: fails when there is none, it has finished, or somebody works on it. */
  const resume = Effect.fnUntraced(function* (runId: string) {
    const run = yield* read(runId)
    const now = yield* Clock.currentTimeMillis
    const unavailable = (message: string) => new RunUnavailable({ runId, message })
    if (run === undefined) return yield* unavailable(`There is no replay run "${runId}".`)
    if (run.ended === "finished") return yield* unavailable(`The replay run "${runId}" has finished: ${run.why}`)
    const left = run.owner === undefined || run.owner === owner ? 0 : (run.leaseUntil ?? 0) - now
    if (left > 0)
      return yield* unavailable(
        `The replay run "${runId}" is being worked on. If its process has died, try again in ${Math.ceil(left / 1000)} s.`
      )
    const { ended: _, why: __, ...going } = run
    return yield* save(going)
  })

  return { save, resume }
})

/** Works on runs under the name of one process. */
export type RunStore = Effect.Success<ReturnType<typeof makeRunStore>>
