/**
 * SQS's batch calls: up to ten entries and 1 MiB a request, billed as one. Each entry has a result of its own, so that one
 * bad message fails no neighbour.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
import { Effect, Result } from "effect"
import { maxMessageBytes } from "../failure/room.ts"
import type { AwsError } from "./AwsError.ts"
import { sdkCall } from "./sdkCall.ts"
import { awsErrorOf } from "./sdkError.ts"

/** Entries that one request takes. */
const maxEntries = 10

/** What SQS answers to a batch, as far as it matters: what is in neither list was not done. */
export interface BatchAnswer {
  readonly Successful?:
    | ReadonlyArray<{ readonly Id?: string | undefined; readonly MessageId?: string | undefined }>
    | undefined
  readonly Failed?:
    | ReadonlyArray<{
        readonly Id?: string | undefined
        readonly Code?: string | undefined
        readonly Message?: string | undefined
        readonly SenderFault?: boolean | undefined
      }>
    | undefined
}

/** The entries in requests of at most ten entries and 1 MiB together, in their order. `bytesOf` @default nothing that counts */
export const batchesOf = <A>(
  entries: ReadonlyArray<A>,
  bytesOf: (entry: A) => number = () => 0
): ReadonlyArray<ReadonlyArray<A>> => {
  const batches: Array<Array<A>> = []
  let bytes = 0
  for (const entry of entries) {
    const size = bytesOf(entry)
    const last = batches.at(-1)
    if (last === undefined || last.length >= maxEntries || bytes + size > maxMessageBytes) {
      batches.push([entry])
      bytes = size
    } else {
      last.push(entry)
      bytes += size
    }
  }
  return batches
}

const resultOf = (operation: string, answer: BatchAnswer, id: string): Result.Result<string, AwsError> => {
  const done = answer.Successful?.find(({ Id }) => Id === id)
  if (done !== undefined) return Result.succeed(done.MessageId ?? "")
  const failed = answer.Failed?.find(({ Id }) => Id === id)
  return Result.fail(
    awsErrorOf(
      { service: "sqs", operation },
      {
        name: failed?.Code ?? "InternalError",
        message: failed?.Message ?? "SQS has answered nothing of this entry.",
        // What is not the sender's fault is the service's.
        $metadata: { httpStatusCode: failed?.SenderFault === true ? 400 : 500 }
      }
    )
  )
}

/**
 * Runs batches one after the other; one result an entry, in their order. Never fails: a request that fails is the result of
 * each of its entries.
 *
 * @param send makes the request of a batch, whose entries are told apart by their ids
 */
export const runBatches = <A>(
  operation: string,
  batches: ReadonlyArray<ReadonlyArray<A>>,
  send: (
    entries: ReadonlyArray<{ readonly id: string; readonly entry: A }>,
    signal: AbortSignal
  ) => Promise<BatchAnswer>
): Effect.Effect<ReadonlyArray<Result.Result<string, AwsError>>> =>
  Effect.map(
    Effect.forEach(batches, (batch) =>
      Effect.map(
        Effect.result(
          sdkCall({ service: "sqs", operation }, (signal) =>
            send(
              batch.map((entry, index) => ({ id: String(index), entry })),
              signal
            )
          )
        ),
        (answered): ReadonlyArray<Result.Result<string, AwsError>> =>
          batch.map((_, index) =>
            Result.isFailure(answered)
              ? Result.fail(answered.failure)
              : resultOf(operation, answered.success, String(index))
          )
      )
    ),
    (results) => results.flat()
  )
