/** SQS as the healer of an adopted queue sees it: what it sends to its main queue becomes what the target was to get. */
import { Effect, Layer, Result } from "effect"
import { RequestRejected } from "../aws/AwsError.ts"
import { LambdaInvoke } from "../aws/LambdaInvoke.ts"
import { Sqs } from "../aws/Sqs.ts"
import { evidenceAttributeName } from "../failure/Evidence.ts"
import { decodeEvidence } from "../failure/evidenceCodec.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { AdoptedConfig } from "./AdoptedConfig.ts"
import { functionPayload, originalOf, payloadContent } from "./foreignDeadLetter.ts"

/** How many are handed to a function at a time: nobody takes them in batches. */
const concurrency = 5

const nothingToSend = new RequestRejected({
  service: "sqs",
  operation: "SendMessage",
  code: "NoPayload",
  message: "The record holds no payload that could be sent again."
})

/**
 * Sends to `mainQueueUrl` are turned into what the target was to get, and handed to the function where there is one. A
 * function carries no evidence with it: that is kept by the payload before the invocation, and claimed for the id of the
 * request after it, by which a failure of that invocation is known again. Sends to other queues (dead-letter, parking)
 * are left as they are.
 */
export const redriveLayer = (mainQueueUrl: string) =>
  Layer.effect(
    Sqs,
    Effect.gen(function* () {
      const sqs = yield* Sqs
      const lambda = yield* LambdaInvoke
      const ledger = yield* HealerLedger
      const { functionArn } = yield* AdoptedConfig
      const send: Sqs["Service"]["send"] = Effect.fnUntraced(function* (queueUrl, message, options) {
        if (queueUrl !== mainQueueUrl) return yield* sqs.send(queueUrl, message, options)
        const original = originalOf(message)
        if (original === undefined) return yield* nothingToSend
        if (functionArn === undefined) return yield* sqs.send(queueUrl, { ...message, ...original }, options)
        const payload = functionPayload(original.body)
        const evidence = decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)
        if (evidence !== undefined) yield* ledger.expectEvidence("main", payloadContent(payload), evidence)
        const requestId = yield* lambda.invokeAsync(functionArn, payload)
        // Claimed for this request, or the next failure of the same payload would be taken for this one. The invocation is
        // accepted whatever comes of it: a failure here must not be taken for one of sending, which may be tried again.
        if (evidence !== undefined && requestId !== "")
          yield* ledger
            .evidenceOf(requestId, payloadContent(payload))
            .pipe(
              Effect.catch((error) =>
                Effect.logWarning(
                  "The evidence of an invocation is not claimed: a failure of it is known by its payload."
                ).pipe(Effect.annotateLogs({ requestId, error: error._tag }))
              )
            )
        return requestId
      })
      /** Nobody else's trouble: what holds no payload is a failure of its own. */
      const sendOriginals: Sqs["Service"]["sendBatch"] = Effect.fnUntraced(function* (queueUrl, messages, options) {
        const originals = messages.map((message) => {
          const original = originalOf(message)
          return original === undefined ? undefined : { ...message, ...original }
        })
        const ready = originals.filter((original) => original !== undefined)
        const results = yield* sqs.sendBatch(queueUrl, ready, options)
        const resultOf = new Map(ready.map((original, index) => [original, results[index]]))
        return originals.map(
          (original) => (original === undefined ? undefined : resultOf.get(original)) ?? Result.fail(nothingToSend)
        )
      })
      return Sqs.of({
        ...sqs,
        send,
        sendBatch: (queueUrl, messages, options) => {
          if (queueUrl !== mainQueueUrl) return sqs.sendBatch(queueUrl, messages, options)
          return functionArn === undefined
            ? sendOriginals(queueUrl, messages, options)
            : Effect.forEach(messages, (message) => Effect.result(send(queueUrl, message, options)), { concurrency })
        }
      })
    })
  )
