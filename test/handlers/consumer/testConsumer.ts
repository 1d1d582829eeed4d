/** A consumer on fakes: what it was told, what it did. */
import { Effect, Layer, Schema } from "effect"
import { ConsumerSettings } from "../../../handlers/consumer/ConsumerSettings.ts"
import type { RecordContext } from "../../../handlers/consumer/Message.ts"
import { makeConsumer } from "../../../handlers/consumer/makeConsumer.ts"
import type { Dependencies } from "../../../handlers/consumer/openBodies.ts"
import { type Evidence, evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import type { ClassifiedFailure } from "../../../handlers/failure/errors.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { RedactPath } from "../../../handlers/failure/redactPath.ts"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { defaultRecoveryPolicy, type RecoveryRule } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { makeFakeSqs } from "../aws/fakeSqs.ts"
import { makeFakeBreakers } from "../ledger/fakeBreakers.ts"
import { makeCollectedMetrics } from "../observability/collectedMetrics.ts"
import { makeCollectedOutput } from "../observability/collectedOutput.ts"
import { makeFakeLedger } from "./fakeLedger.ts"
import { lambdaContext, type sqsEvent } from "./records.ts"

/** What the tests' messages are. */
export const Thing = Schema.Struct({ name: Schema.NonEmptyString, count: Schema.optionalKey(Schema.Int) })

/** What the tests' messages are. */
export type Thing = typeof Thing.Type

/** URLs of the test's queues. */
export const mainQueueUrl = "https://sqs/main"
export const deadLetterQueueUrl = "https://sqs/dead-letters"

/** What a test may choose. */
export interface TestConsumerOptions {
  readonly process: (thing: Thing, record: RecordContext) => Effect.Effect<unknown, ClassifiedFailure>
  readonly rules?: Readonly<Record<string, RecoveryRule>>
  readonly dependencies?: Dependencies<Thing>
  readonly fifo?: boolean
  readonly maxReceiveCount?: number
  readonly concurrency?: number
  readonly redactPaths?: ReadonlyArray<RedactPath>
  readonly remainingMilliseconds?: number
}

/** A consumer on fakes, and the fakes. */
export const makeTestConsumer = (options: TestConsumerOptions) => {
  const sqs = makeFakeSqs()
  const ledger = makeFakeLedger()
  const breakers = makeFakeBreakers()
  const metrics = makeCollectedMetrics()
  const output = makeCollectedOutput()
  const layer = Layer.mergeAll(
    sqs.layer,
    ledger.layer,
    breakers.layer,
    metrics.layer,
    jsonLogLayer.pipe(Layer.provide(output.layer)),
    Layer.succeed(ConsumerSettings, {
      mainQueueUrl,
      deadLetterQueueUrl,
      maxReceiveCount: options.maxReceiveCount ?? 3,
      fifo: options.fifo ?? false,
      rules: options.rules ?? defaultRecoveryPolicy.rules,
      redactPaths: options.redactPaths ?? []
    })
  )
  const consume = makeConsumer({
    schema: Thing,
    process: options.process,
    dependencies: options.dependencies,
    concurrency: options.concurrency
  })
  return {
    sqs,
    ledger,
    breakers,
    metrics,
    output,
    /** Runs one invocation; answers the ids that are to be received again. */
    run: (event: ReturnType<typeof sqsEvent>) =>
      consume(event, lambdaContext(options.remainingMilliseconds)).pipe(
        Effect.map(({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
        Effect.provide(layer)
      ),
    /** Runs one invocation on whatever it is given. */
    runUnknown: (event: unknown) => consume(event, lambdaContext()).pipe(Effect.provide(layer)),
    /** The evidence on the n-th message that was sent. */
    evidenceSent: (index = 0): Evidence | undefined =>
      decodeEvidence(sqs.sent[index]?.message.attributes[evidenceAttributeName]?.stringValue),
    /** The log, a record a line. */
    logs: (): ReadonlyArray<unknown> => output.lines.map((line): unknown => JSON.parse(line))
  }
}
