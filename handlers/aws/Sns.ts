/** SNS as an Effect service. */
import { Context, type Effect } from "effect"
import type { AwsError } from "./AwsError.ts"
import type { MessageAttributes } from "./Sqs.ts"

/** A notification to publish. */
export interface Notification {
  readonly message: string
  /** At most 100 characters of ASCII; e-mail subscriptions show it. */
  readonly subject?: string | undefined
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
>()("resilient-queue/aws/Sns") {}
