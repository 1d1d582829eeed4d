/**
 * The consumer as an Effect: a batch in, the messages to receive again out. It knows its services by their ports only,
 * so tests run it on fakes and a test clock; `resilientConsumer` puts it into Lambda.
 */
import { Clock, Effect, type Schema } from "effect"
import type { Sqs } from "../aws/Sqs.ts"
import type { TaggedFailure } from "../failure/errors.ts"
import type { Breakers } from "../ledger/Breakers.ts"
import type { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { batchOrder } from "./batchOrder.ts"
import { makeBreakerGuard } from "./breakerGuard.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { bodyDecoder } from "./decodeBody.ts"
import { type Invocation, timesOf } from "./Invocation.ts"
import { lookUp, withLookup } from "./lookUp.ts"
import { type Message, messageOf, type RecordContext } from "./Message.ts"
import { type Dependencies, makeBodies } from "./openBodies.ts"
import { readEvent } from "./readEvent.ts"
import { runAlone } from "./runAlone.ts"
import type { LambdaContext, SqsBatchResponse } from "./SqsEvent.ts"
import { tryRecords } from "./tryRecords.ts"

/** What a consumer is made of. */
export interface ConsumerOptions<A, E extends TaggedFailure, R> {
  /** What a message body is; it need not encode. A body that is not JSON fails as `BadPayload`, one that breaks the schema as `ValidationError`. */
  readonly schema: Schema.ConstraintDecoder<A, R>
  /**
   * Handles one message. It has to be idempotent: SQS delivers at least once. Each error in its error channel is a
   * failure class by its `_tag`; a defect is `Unknown`. Effect's own `TimeoutError` counts as `Timeout`.
   */
  readonly process: (value: A, record: RecordContext) => Effect.Effect<unknown, E, R>
  /**
   * The dependencies that a message needs: their names, as failures name them, or a function of the decoded value. While
   * the circuit breaker of one is open, the message is not tried: it is set aside in the DLQ at once, with evidence that
   * says so, and comes back when the healer lets it through. What is not declared is tried all the same, and its failures
   * are told to its breaker. @default none
   *
   * @example ["payment-gateway", "dynamodb"]
   * @example (order) => (order.total > 0 ? ["payment-gateway"] : [])
   */
  readonly dependencies?: Dependencies<A> | undefined
  /** How many records of a standard queue, or message groups of a FIFO queue, are handled at once. @default 10 */
  readonly concurrency?: number | undefined
}

/** The services that a consumer needs beside those of its `process`. */
export type ConsumerServices = Breakers | ConsumerSettings | FailureLedger | Metrics | Sqs

/**
 * A consumer: decodes, processes, classifies, then acts on the whole batch. Fails with a defect on an event that is not
 * one of SQS, so that Lambda reports the invocation as failed and nothing is deleted.
 */
export const makeConsumer = <A, E extends TaggedFailure, R>(options: ConsumerOptions<A, E, R>) => {
  const decodeBody = bodyDecoder(options.schema)
  const concurrency = options.concurrency ?? 10

  const begin = Effect.fnUntraced(function* (received: ReadonlyArray<Message>, context: LambdaContext) {
    const clock = yield* Clock.Clock
    const settings = yield* ConsumerSettings
    const times = timesOf(clock.currentTimeMillisUnsafe(), context.getRemainingTimeInMillis())
    const bodies = makeBodies(decodeBody, options.dependencies)
    const invocation: Invocation<A, R> = {
      ...times,
      clock,
      settings,
      concurrency,
      situation: {
        rules: settings.rules,
        requestId: context.awsRequestId,
        logGroup: context.logGroupName,
        logStream: context.logStreamName
      },
      lookups: yield* lookUp(received, concurrency, times.deadline),
      bodies,
      guard: makeBreakerGuard(settings, bodies.declaredBy),
      settled: { finished: new Set(), groups: new Map() }
    }
    return invocation
  })

  const consume = Effect.fnUntraced(function* (event: unknown, context: LambdaContext) {
    // An event of something else is a deployment error: it must be loud, and must not acknowledge anything.
    const { Records } = yield* Effect.orDie(readEvent(event))
    const received = Records.map(messageOf)
    const invocation = yield* begin(received, context)
    const { guard, lookups, settings, settled } = invocation
    const messages = lookups.size === 0 ? received : received.map((message) => withLookup(message, lookups))
    const { sequences, alone } = batchOrder(messages, settings.fifo)
    const together = sequences.flat()
    yield* tryRecords(invocation, options.process, sequences)
    if (alone.length > 0) yield* runAlone(invocation, options.process, alone, together)
    yield* guard.report
    const response: SqsBatchResponse = {
      batchItemFailures: [...together, ...alone]
        .filter(({ receiptHandle }) => !settled.finished.has(receiptHandle))
        .map(({ messageId }) => ({ itemIdentifier: messageId }))
    }
    return response
  })

  return (event: unknown, context: LambdaContext) =>
    consume(event, context).pipe(Effect.ensuring(flushMetrics), Effect.annotateLogs("requestId", context.awsRequestId))
}

const flushMetrics = Effect.flatMap(Metrics, (metrics) => metrics.flush)
