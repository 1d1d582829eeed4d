/** SNS as an Effect service. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { type MessageAttributes, sdkAttributes } from "./MessageAttribute.ts"
import { clientConfig, present, sdkCall } from "./sdkCall.ts"

export type { MessageAttribute, MessageAttributes } from "./MessageAttribute.ts"

/** A notification to publish. */
export interface Notification {
  /** Its text: up to 256 KiB with the attributes. */
  readonly message: string
  /** At most 100 characters of ASCII; e-mail subscriptions show it. */
  readonly subject?: string | undefined
  /** Its message attributes: subscriptions filter by them. @default none */
  readonly attributes?: MessageAttributes | undefined
  /** FIFO topics only. */
  readonly messageGroupId?: string | undefined
  /** FIFO topics only. */
  readonly messageDeduplicationId?: string | undefined
}

/** SNS: publish. */
export class Sns extends Context.Service<
  Sns,
  {
    /** Publishes one notification; succeeds with its message id once SNS has accepted it. */
    readonly publish: (topicArn: string, notification: Notification) => Effect.Effect<string, AwsError>
  }
>()("resilient-queue/aws/Sns") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    Sns,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new SNSClient(clientConfig)),
        (client) => Effect.sync(() => client.destroy())
      ),
      (client) =>
        Sns.of({
          publish: Effect.fnUntraced(function* (topicArn, notification) {
            const { MessageId } = yield* sdkCall({ service: "sns", operation: "Publish" }, (abortSignal) =>
              client.send(
                new PublishCommand({
                  TopicArn: topicArn,
                  Message: notification.message,
                  Subject: notification.subject,
                  MessageAttributes: sdkAttributes(notification.attributes ?? {}),
                  MessageGroupId: notification.messageGroupId,
                  MessageDeduplicationId: notification.messageDeduplicationId
                }),
                { abortSignal }
              )
            )
            return yield* present(MessageId, "a message id")
          })
        })
    )
  )
}
