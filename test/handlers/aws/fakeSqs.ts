/** SQS in memory: it accepts what it is told and remembers it. */
import { Effect, Layer } from "effect"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { type OutgoingMessage, Sqs } from "../../../handlers/aws/Sqs.ts"
import { maxMessageBytes, messageBytes } from "../../../handlers/failure/room.ts"
import { makeInjectedFailures } from "./injectedFailures.ts"

/** What SQS says of a message that is larger than its queue takes. */
export const tooLarge = (bytes: number) =>
  new RequestRejected({
    service: "sqs",
    operation: "SendMessage",
    code: "InvalidParameterValue",
    message: `One or more parameters are invalid. Reason: Message must be shorter than ${bytes} bytes.`
  })

/** A fresh SQS. Operations for failure injection: `send`, `changeVisibility`, `delete`. */
export const makeFakeSqs = () => {
  const failures = makeInjectedFailures()
  let maximumMessageSize = maxMessageBytes
  const sent: Array<{ readonly queueUrl: string; readonly messageId: string; readonly message: OutgoingMessage }> = []
  const visibility: Array<{
    readonly queueUrl: string
    readonly receiptHandle: string
    readonly visibilityTimeoutSeconds: number
  }> = []
  const deleted: Array<{ readonly queueUrl: string; readonly receiptHandle: string }> = []

  const send = (queueUrl: string, message: OutgoingMessage) =>
    Effect.andThen(
      failures.call("send"),
      Effect.suspend(() => {
        if (Object.keys(message.attributes).length > 10) {
          return Effect.fail(
            new RequestRejected({
              service: "sqs",
              operation: "SendMessage",
              code: "InvalidParameterValue",
              message: "Number of message attributes [11] exceeds the allowed maximum [10]."
            })
          )
        }
        if (messageBytes(message.body, message.attributes) > maximumMessageSize)
          return Effect.fail(tooLarge(maximumMessageSize))
        const messageId = `sent-${sent.length + 1}`
        sent.push({ queueUrl, messageId, message })
        return Effect.succeed(messageId)
      })
    )

  const changeVisibility = (queueUrl: string, receiptHandle: string, visibilityTimeoutSeconds: number) =>
    Effect.andThen(
      failures.call("changeVisibility"),
      Effect.sync(() => void visibility.push({ queueUrl, receiptHandle, visibilityTimeoutSeconds }))
    )

  const remove = (queueUrl: string, receiptHandle: string) =>
    Effect.andThen(
      failures.call("delete"),
      Effect.sync(() => void deleted.push({ queueUrl, receiptHandle }))
    )

  const requests: Record<string, number> = {}
  const requested = (name: string) =>
    Effect.sync(() => {
      requests[name] = (requests[name] ?? 0) + 1
    })

  return {
    ...failures,
    /** How many batch requests were made, by their name. */
    requests,
    sent,
    visibility,
    deleted,
    /** Refuses what is larger, in bytes. */
    takeAtMost: (bytes: number) => {
      maximumMessageSize = bytes
    },
    layer: Layer.succeed(Sqs, {
      send,
      // Entry by entry: each can be made to fail.
      sendBatch: (queueUrl, messages) =>
        Effect.andThen(
          requested("sendBatch"),
          Effect.forEach(messages, (message) => Effect.result(send(queueUrl, message)))
        ),
      changeVisibility,
      changeVisibilityBatch: (queueUrl, changes) =>
        Effect.andThen(
          requested("changeVisibilityBatch"),
          Effect.forEach(changes, ({ receiptHandle, visibilityTimeoutSeconds }) =>
            Effect.result(changeVisibility(queueUrl, receiptHandle, visibilityTimeoutSeconds))
          )
        ),
      delete: remove,
      deleteBatch: (queueUrl, receiptHandles) =>
        Effect.forEach(receiptHandles, (receiptHandle) => Effect.result(remove(queueUrl, receiptHandle)))
    })
  }
}
