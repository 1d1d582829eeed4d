/**
 * The consumer as an Effect: a batch in, the messages to receive again out. It knows its services by their ports only,
 * so tests run it on fakes and a test clock; `resilientConsumer` puts it into Lambda.
 */
import { Clock, Effect, Result, type Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Sqs } from "../aws/Sqs.ts"
import { type BadPayload, DependencyFailure, type TaggedFailure, type ValidationError } from "../failure/errors.ts"
import type { FailureClass } from "../failure/FailureClass.ts"
import type { Breakers } from "../ledger/Breakers.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import { batchOrder } from "./batchOrder.ts"
import { type BreakerGuard, makeBreakerGuard, setAsideUntried } from "./breakerGuard.ts"
import { ConsumerSettings, type Rules } from "./ConsumerSettings.ts"
import { bodyDecoder } from "./decodeBody.ts"
import { type FailureSituation, ownFailure } from "./failureOf.ts"
import { type Message, mayHaveKeptEvidence, messageOf, type RecordContext, withEvidence } from "./Message.ts"
import { type Bodies, type Dependencies, makeBodies } from "./openBodies.ts"
import type { Outcome } from "./outcome.ts"
import { claimsAdmission, withProvenAdmission } from "./provenAdmission.ts"
import { readEvent } from "./readEvent.ts"
import { runRecords } from "./runRecords.ts"
import type { LambdaContext, SqsBatchResponse } from "./SqsEvent.ts"
import { type Settlement, settle } from "./settle.ts"

/**
 * The policy for an error channel: a rule for each of its classes, and for no other. While the compiler does not know
 * the channel yet (it looks at `recovery` before it infers `process`), and where tags are no literals, any policy.
 */
export type PolicyFor<E extends TaggedFailure> = string extends E["_tag"]
  ? {
      /** The rules, by class. */
      readonly rules: Rules
    }
  : RecoveryPolicy<Exclude<E["_tag"], FailureClass>>

/** What a consumer is made of. */
export interface ConsumerOptions<A, E extends TaggedFailure, R> {
  /** What a message body is. A body that is not JSON fails as `BadPayload`, one that breaks the schema as `ValidationError`. */
  readonly schema: Schema.Codec<A, unknown, R, unknown>
  /**
   * Handles one message. It has to be idempotent: SQS delivers at least once. Each error in its error channel is a
   * failure class by its `_tag`; a defect is `Unknown`.
   */
  readonly process: (value: A, record: RecordContext) => Effect.Effect<unknown, E, R>
  /**
   * What is done about each class. A class of `process` without a rule, or a rule without a class, does not compile.
   * `RECOVERY_POLICY` in the environment overrides single rules.
   */
  readonly recovery: PolicyFor<E>
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

/** Time kept back from the function's remaining time to act on the outcomes: a fifth, from 0.3 to 5 seconds. */
const marginOf = (remainingMilliseconds: number): number => Math.min(5000, Math.max(300, remainingMilliseconds / 5))

/** The message with the evidence that the ledger keeps for it. */
const withKeptEvidence = Effect.fnUntraced(function* (message: Message) {
  const ledger = yield* FailureLedger
  return withEvidence(message, yield* ledger.evidenceOf(message.messageId, message))
})

/** What else has to be looked up of a message before it is handled; `undefined` of most. */
const lookupOf = (message: Message): Effect.Effect<Message, AwsError, Breakers | FailureLedger> | undefined => {
  if (mayHaveKeptEvidence(message)) return withKeptEvidence(message)
  return claimsAdmission(message) ? withProvenAdmission(message) : undefined
}

/** Looks up what there is to look up of these messages; never fails. */
const lookUp = (
  messages: ReadonlyArray<Message>,
  concurrency: number
): Effect.Effect<ReadonlyMap<string, Result.Result<Message, AwsError>>, never, Breakers | FailureLedger> => {
  const lookups = messages.flatMap((message) => {
    const lookup = lookupOf(message)
    return lookup === undefined ? [] : [{ message, lookup }]
  })
  return lookups.length === 0
    ? noLookups
    : Effect.map(
        Effect.forEach(
          lookups,
          ({ message, lookup }) =>
            Effect.map(Effect.result(lookup), (found) => [message.receiptHandle, found] as const),
          { concurrency }
        ),
        (found) => new Map(found)
      )
}

const noLookups: Effect.Effect<ReadonlyMap<string, Result.Result<Message, AwsError>>> = Effect.succeed(new Map())

/** An untried record that SQS would move to the DLQ without a word is given its reason while there is time. */
const withReason = (
  maxReceiveCount: number,
  situation: Omit<FailureSituation, "receiveCount">,
  outcome: Outcome
): Outcome => {
  if (outcome._tag !== "Untried" || outcome.message.receiveCount < maxReceiveCount) return outcome
  const reason =
    outcome.why === "deadline"
      ? "not tried at its last receive: no time was left"
      : "not tried at its last receive: an earlier message of its group failed"
  const failure = ownFailure({ class: "Timeout", reason }, { ...situation, receiveCount: outcome.message.receiveCount })
  return { _tag: "Failed", message: outcome.message, failure, cause: undefined }
}

/**
 * A consumer: decodes, processes, classifies, then acts on the whole batch. Fails with a defect on an event that is not
 * one of SQS, so that Lambda reports the invocation as failed and nothing is deleted.
 */
export const makeConsumer = <A, E extends TaggedFailure, R>(options: ConsumerOptions<A, E, R>) => {
  const decodeBody = bodyDecoder(options.schema)
  const concurrency = options.concurrency ?? 10

  const tryOne = (
    { deadline, guard, refused, situation }: Invocation<A, R>,
    message: Message,
    value: A
  ): Effect.Effect<unknown, E | DependencyFailure, R> => {
    const dependency = guard.blocking(message)
    if (dependency !== undefined) {
      refused.set(message.receiptHandle, dependency)
      return Effect.fail(new DependencyFailure({ reason: "not tried", dependency }))
    }
    return options.process(value, {
      messageId: message.messageId,
      lineageId: message.lineageId,
      receiveCount: message.receiveCount,
      healAttempts: message.evidence?.healAttempts ?? 0,
      attributes: message.attributes,
      messageGroupId: message.messageGroupId,
      sentAt: message.sentAt,
      deadline,
      requestId: situation.requestId
    })
  }

  const handle = (
    invocation: Invocation<A, R>,
    message: Message
  ): Effect.Effect<unknown, E | AwsError | BadPayload | DependencyFailure | ValidationError, R> => {
    const lookup = invocation.lookups.get(message.receiptHandle)
    // Without the count of its heals the message could be healed for ever: try again later.
    return lookup !== undefined && Result.isFailure(lookup)
      ? Effect.fail(lookup.failure)
      : Effect.flatMapEager(invocation.bodies.valueOf(message), (value) => tryOne(invocation, message, value))
  }

  const runAndSettle = Effect.fnUntraced(function* (
    invocation: Invocation<A, R>,
    sequences: ReadonlyArray<ReadonlyArray<Message>>
  ) {
    const { bodies, clock, deadline, guard, refused, settings, situation } = invocation
    const messages = sequences.flat()
    yield* bodies.open(messages, concurrency, deadline)
    yield* guard.look(messages)
    const ran = yield* runRecords({
      handle: (message) => handle(invocation, message),
      sequences,
      concurrency,
      deadline,
      situation,
      redactPaths: settings.redactPaths ?? []
    })
    const here = { ...situation, at: clock.currentTimeMillisUnsafe() }
    const tried =
      refused.size === 0
        ? ran
        : ran.map((outcome) => {
            const { message } = outcome
            const dependency = refused.get(message.receiptHandle)
            return dependency === undefined || outcome._tag !== "Failed"
              ? outcome
              : setAsideUntried(message, dependency, { ...here, receiveCount: message.receiveCount })
          })
    const outcomes = yield* guard.learn(tried, here)
    return yield* settle(
      outcomes.map((outcome) => withReason(settings.maxReceiveCount, here, outcome)),
      // Dead letters of one message group keep their order.
      settings.fifo ? 1 : concurrency
    )
  })

  /** Handles the records that run apart from all others, one after the other. */
  const runAlone = Effect.fnUntraced(function* (
    invocation: Invocation<A, R>,
    alone: ReadonlyArray<Message>,
    before: ReadonlyArray<Settlement>
  ) {
    const { clock, guard, settings, situation } = invocation
    const sqs = yield* Sqs

    /** Takes finished messages off the queue, so that a crash that follows cannot take them with it. */
    const deleteFinished = (settlements: ReadonlyArray<Settlement>) =>
      Effect.forEach(
        settlements.filter(({ finished }) => finished),
        // If it fails, Lambda deletes it at the end; a crash before that means one more delivery.
        ({ message }) => Effect.ignore(sqs.delete(settings.mainQueueUrl, message.receiptHandle)),
        { concurrency, discard: true }
      )

    const settlements = [...before]
    yield* deleteFinished(settlements)
    const stoppedGroups = new Set(
      settlements.flatMap(({ message, finished }) => (finished ? [] : [message.messageGroupId]))
    )
    for (const message of alone) {
      const dependency = guard.follows(message)
      if (dependency !== undefined && !stoppedGroups.has(message.messageGroupId)) {
        const at = clock.currentTimeMillisUnsafe()
        const following = setAsideUntried(message, dependency, { ...situation, at, receiveCount: message.receiveCount })
        const settled = yield* settle([following], 1)
        settlements.push(...settled)
        if (settled.some(({ finished }) => !finished)) stoppedGroups.add(message.messageGroupId)
        continue
      }
      if (settings.fifo && stoppedGroups.has(message.messageGroupId)) {
        const here = { ...situation, at: clock.currentTimeMillisUnsafe() }
        const untried: Outcome = { _tag: "Untried", message, why: "message-group" }
        settlements.push(...(yield* settle([withReason(settings.maxReceiveCount, here, untried)], 1)))
        continue
      }
      const settled = yield* runAndSettle(invocation, [[message]])
      yield* deleteFinished(settled)
      settlements.push(...settled)
      if (settled.some(({ finished }) => !finished)) stoppedGroups.add(message.messageGroupId)
    }
    return settlements
  })

  const consume = Effect.fnUntraced(function* (event: unknown, context: LambdaContext) {
    const clock = yield* Clock.Clock
    const startedAt = clock.currentTimeMillisUnsafe()
    const remaining = context.getRemainingTimeInMillis()
    const deadline = startedAt + remaining - marginOf(remaining)
    // An event of something else is a deployment error: it must be loud, and must not acknowledge anything.
    const { Records } = yield* Effect.orDie(readEvent(event))
    const settings = yield* ConsumerSettings
    const received = Records.map(messageOf)
    const lookups = yield* lookUp(received, concurrency)
    const bodies = makeBodies(decodeBody, options.dependencies)
    const invocation: Invocation<A, R> = {
      clock,
      deadline,
      settings,
      situation: {
        rules: settings.rules,
        requestId: context.awsRequestId,
        logGroup: context.logGroupName,
        logStream: context.logStreamName
      },
      lookups,
      bodies,
      guard: makeBreakerGuard(settings, bodies.declaredBy),
      refused: new Map()
    }
    const messages =
      lookups.size === 0
        ? received
        : received.map((message) => {
            const lookup = lookups.get(message.receiptHandle)
            if (lookup === undefined) return message
            return Result.isSuccess(lookup) ? lookup.success : { ...message, pastUnknown: true }
          })
    const order = batchOrder(messages, settings.fifo)
    const together = yield* runAndSettle(invocation, order.sequences)
    const settlements = order.alone.length === 0 ? together : yield* runAlone(invocation, order.alone, together)
    yield* invocation.guard.report
    const response: SqsBatchResponse = {
      batchItemFailures: settlements
        .filter(({ finished }) => !finished)
        .map(({ message }) => ({ itemIdentifier: message.messageId }))
    }
    return response
  })

  return (event: unknown, context: LambdaContext) =>
    consume(event, context).pipe(Effect.ensuring(flushMetrics), Effect.annotateLogs("requestId", context.awsRequestId))
}

const flushMetrics = Effect.flatMap(Metrics, (metrics) => metrics.flush)

/** What one invocation works with. */
interface Invocation<A, R> {
  readonly clock: Clock.Clock
  /** When records are interrupted, epoch milliseconds. */
  readonly deadline: number
  readonly settings: ConsumerSettings["Service"]
  /** What failure records say of the situation, beside time and receive count. */
  readonly situation: Omit<FailureSituation, "at" | "receiveCount" | "redact">
  /** The results of those lookups that there had to be, by receipt handle: as a rule there are none. */
  readonly lookups: ReadonlyMap<string, Result.Result<Message, AwsError>>
  readonly bodies: Bodies<A, R>
  readonly guard: BreakerGuard
  /** Records that were not tried, with the dependency that kept them from it, by receipt handle. */
  readonly refused: Map<string, string>
}
