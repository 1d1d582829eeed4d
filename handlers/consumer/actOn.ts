/** Carries out what was decided about records: in requests of ten, several at once, each message with a result of its own. */
import { Effect, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Sqs } from "../aws/Sqs.ts"
import { batchesOf } from "../aws/sqsBatches.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { redactSecrets } from "../failure/redact.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { confirmHealed } from "./confirmHealed.ts"
import { type DeadLetter, deadLetterOf, sendDeadLetters, sendWithKeptEvidence } from "./deadLetter.ts"
import type { Action } from "./decideSettlement.ts"
import { identity, type Message } from "./Message.ts"
import type { Failed } from "./outcome.ts"
import { recordProcessed } from "./recordProcessed.ts"

const awsReason = (error: { readonly _tag: string; readonly reason?: string; readonly code?: string }): string =>
  error.reason ?? error.code ?? error._tag

const logFailed = (failed: Failed, action: Record<string, unknown>) =>
  Effect.logWarning(failed.failure.untried === true ? "record set aside untried" : "record failed").pipe(
    Effect.annotateLogs({
      ...identity(failed.message),
      class: failureCode(failed.failure.class),
      reason: redactSecrets(failed.failure.reason),
      ...(failed.failure.dependency === undefined ? {} : { dependency: failed.failure.dependency }),
      ...(failed.cause === undefined ? {} : { cause: failed.cause }),
      ...action
    })
  )

/** What was not tried has not failed. */
const countFailed = Effect.fnUntraced(function* ({ failure }: Failed) {
  if (failure.untried === true) return
  const metrics = yield* Metrics
  yield* metrics.count("MessagesFailed", { class: failure.class }, 1)
})

const confirm = (message: Message, finished: Set<string>) =>
  Effect.map(confirmHealed(message), (confirmed) => {
    if (confirmed) finished.add(message.receiptHandle)
  })

/** Notes what became of a dead letter. */
const noteSent = Effect.fnUntraced(function* (
  { failed }: Pick<DeadLetter, "failed">,
  sent: Result.Result<unknown, AwsError>,
  finished: Set<string>
) {
  const { message, failure } = failed
  yield* countFailed(failed)
  if (Result.isSuccess(sent)) {
    finished.add(message.receiptHandle)
    if (failed.setAside === true) {
      const metrics = yield* Metrics
      yield* metrics.count("SetAside", { class: failure.class }, 1)
    }
    return yield* logFailed(failed, { action: failed.setAside === true ? "set-aside" : "dead-letter" })
  }
  yield* logFailed(failed, { action: "retry" })
  yield* Effect.logError("the dead-letter queue did not take a message; it stays in the main queue").pipe(
    Effect.annotateLogs({ ...identity(message), error: sent.failure._tag, errorReason: awsReason(sent.failure) })
  )
})

const sendTogether = Effect.fnUntraced(function* (letters: ReadonlyArray<DeadLetter>, finished: Set<string>) {
  const sent = yield* sendDeadLetters(letters)
  for (const [index, letter] of letters.entries()) {
    const result = sent[index]
    if (result !== undefined) yield* noteSent(letter, result, finished)
  }
})

const sendAlone = (letter: DeadLetter, finished: Set<string>) =>
  Effect.flatMap(Effect.result(sendWithKeptEvidence(letter)), (sent) => noteSent(letter, sent, finished))

/** What is received again, and why that is logged. */
type Staying = Extract<Action, { readonly _tag: "Leave" | "Retry" }>

const logStaying = Effect.fnUntraced(function* (action: Staying) {
  if (action._tag === "Retry") {
    yield* countFailed(action.failed)
    const { delaySeconds } = action
    return yield* logFailed(action.failed, { action: "retry", ...(delaySeconds === undefined ? {} : { delaySeconds }) })
  }
  yield* Effect.annotateLogs(Effect.logInfo("record is received again, and has not failed"), identity(action.message))
})

const changeVisibility = Effect.fnUntraced(function* (staying: ReadonlyArray<Staying>) {
  const { mainQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  const changes = staying.flatMap(({ message, delaySeconds }) =>
    delaySeconds === undefined ? [] : [{ message, visibilityTimeoutSeconds: delaySeconds }]
  )
  const changed = yield* sqs.changeVisibilityBatch(
    mainQueueUrl,
    changes.map(({ message, visibilityTimeoutSeconds }) => ({
      receiptHandle: message.receiptHandle,
      visibilityTimeoutSeconds
    }))
  )
  for (const [index, { message }] of changes.entries()) {
    const result = changed[index]
    if (result === undefined || Result.isSuccess(result)) continue
    // Only the delay is lost: the queue's own visibility timeout applies.
    yield* Effect.logWarning("visibility timeout could not be changed").pipe(
      Effect.annotateLogs({ ...identity(message), errorReason: awsReason(result.failure) })
    )
  }
})

const stay = Effect.fnUntraced(function* (staying: ReadonlyArray<Staying>) {
  if (staying.some(({ delaySeconds }) => delaySeconds !== undefined)) yield* changeVisibility(staying)
  for (const action of staying) yield* logStaying(action)
})

/**
 * Carries out actions on records of which none has to wait for another; notes in `finished` which may be deleted, each as
 * soon as it may. What goes to the DLQ goes first: of that the most is lost when the time is over.
 */
export const actOn = Effect.fnUntraced(function* (
  actions: ReadonlyArray<Action>,
  finished: Set<string>,
  concurrency: number
) {
  const { fifo } = yield* ConsumerSettings
  const plain: Array<Message> = []
  const confirmed: Array<Message> = []
  const letters: Array<DeadLetter> = []
  const staying: Array<Staying> = []
  for (const action of actions) {
    if (action._tag === "Finish") plain.push(action.message)
    else if (action._tag === "Confirm") confirmed.push(action.message)
    else if (action._tag === "DeadLetter") letters.push(deadLetterOf(action.failed, fifo))
    else staying.push(action)
  }
  for (const { receiptHandle } of plain) finished.add(receiptHandle)
  yield* Effect.forEach(
    [
      ...batchesOf(letters.filter(({ hasRoom }) => hasRoom)).map((some) => sendTogether(some, finished)),
      ...letters.filter(({ hasRoom }) => !hasRoom).map((letter) => sendAlone(letter, finished)),
      ...confirmed.map((message) => confirm(message, finished)),
      ...batchesOf(staying).map(stay)
    ],
    (act) => act,
    { concurrency, discard: true }
  ).pipe(
    // All successes in one line; those that are known when it is cut short are counted, too.
    Effect.ensuring(
      Effect.suspend(() =>
        recordProcessed([...plain, ...confirmed.filter(({ receiptHandle }) => finished.has(receiptHandle))])
      )
    )
  )
})
