/** The consumer in Lambda: one runtime a function environment, one handler. */
import { Layer } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { Sqs } from "../aws/Sqs.ts"
import type { TaggedFailure } from "../failure/errors.ts"
import { Breakers } from "../ledger/Breakers.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { Metrics } from "../observability/Metrics.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { type ConsumerOptions, makeConsumer } from "./makeConsumer.ts"
import type { NotInferred, PolicyProblem } from "./PolicyProblem.ts"
import type { LambdaContext, SqsBatchResponse } from "./SqsEvent.ts"

export type { Rules } from "./ConsumerSettings.ts"
export type { RecordContext } from "./Message.ts"
export type { ConsumerOptions } from "./makeConsumer.ts"
export type { Dependencies } from "./openBodies.ts"
export type { ClassOf, Compared, CustomClassOf, NotInferred, PolicyProblem } from "./PolicyProblem.ts"
export type { LambdaContext, SqsBatchResponse } from "./SqsEvent.ts"

/** Services that every consumer has, so that the `layer` of a consumer may use them and need not provide them. */
export type ProvidedServices = DynamoDb | Sqs | FailureLedger | Breakers | Metrics | StandardOut

/** What a consumer in Lambda is made of. */
export interface ResilientConsumerOptions<A, E extends TaggedFailure, R, LayerError, Custom extends string = never>
  extends ConsumerOptions<A, E, R | ProvidedServices> {
  /**
   * What is done about each class. A class of `process` without a rule, or a rule without a class, does not compile.
   * `RECOVERY_POLICY` in the environment overrides single rules.
   */
  readonly recovery: RecoveryPolicy<Custom> &
    ([PolicyProblem<E, Custom>] extends [never] ? unknown : PolicyProblem<E, Custom>)
  /**
   * The services of `process` and `schema`, built once a function environment. `Layer.empty` when there are none. Where the
   * build fails, the batch is received again, without a word of why in its evidence, and the next invocation builds anew: what
   * may fail for a while (a secret, a connection) is better read when it is used.
   */
  readonly layer: Layer.Layer<R, LayerError, ProvidedServices>
}

/** A Lambda handler for an SQS event source with `ReportBatchItemFailures`. */
export type ConsumerHandler = (event: unknown, context: LambdaContext) => Promise<SqsBatchResponse>

/**
 * Turns an Effect program into the Lambda handler of a resilient queue's consumer. One bad record never fails its
 * neighbours; permanent failures leave the queue at their first receive, transient ones are retried with backoff, and
 * each arrives in the DLQ with its reason.
 *
 * The handler rejects, so that nothing is acknowledged, when the event is not one of SQS, when `layer` cannot be built, or
 * when the environment is incomplete: `MAIN_QUEUE_URL`, `DLQ_URL`, `QUEUE_NAME` and `FAILED_TABLE` are required.
 *
 * Records are interrupted when a fifth of the function's time is left (0.3 to 5 seconds), and not waited for: Lambda may
 * freeze what goes on, a finalizer or an uninterruptible region, and let it act in a later invocation, when the message has
 * been received again. So `process` has to be idempotent to the end, and what cannot be interrupted needs a time limit of its
 * own (`record.deadline`).
 *
 * @example
 * export const handler = resilientConsumer({
 *   schema: Schema.Struct({ sku: Schema.NonEmptyString }),
 *   process: ({ sku }) => reserve(sku),
 *   recovery: recoveryPolicy({ OutOfStock: { action: "archive" } }),
 *   layer: Inventory.layer
 * })
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const resilientConsumer = <
  A,
  E extends TaggedFailure = NotInferred,
  R = never,
  LayerError = never,
  Custom extends string = never
>(
  options: ResilientConsumerOptions<A, E, R, LayerError, Custom>
): ConsumerHandler => {
  const provided = Layer.mergeAll(FailureLedger.layer, Breakers.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, Sqs.layer, Metrics.layer)),
    Layer.provideMerge(jsonLogLayer),
    Layer.provideMerge(StandardOut.layer)
  )
  const runtime = makeLambdaRuntime(
    Layer.mergeAll(options.layer, ConsumerSettings.layer(options.recovery)).pipe(Layer.provideMerge(provided))
  )
  const consume = makeConsumer(options)
  return (event, context) => runtime.runPromise(consume(event, context))
}
