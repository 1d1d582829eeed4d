/** One invocation of a notifier: what SNS has brought goes to its webhook, or the invocation fails and Lambda keeps it. */
import { Clock, Context, Data, Effect, Layer, type Redacted, Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { makeRotatingSecret, type RotatingSecret } from "../aws/rotatingSecret.ts"
import { SecretsManager } from "../aws/SecretsManager.ts"
import { deliver } from "./deliver.ts"
import { isFirstOk, keyOf, type Notice, noticeOf } from "./Notice.ts"
import { NotifierConfig } from "./NotifierConfig.ts"
import { SnsEvent, type SnsNotification } from "./SnsEvent.ts"
import { type WebhookError, webhookIn } from "./Webhook.ts"
import type { WebhookClient } from "./WebhookClient.ts"

/** What the function was invoked with is no event of SNS's. Its own destination keeps it. */
export class NotAnSnsEvent extends Data.TaggedError("NotAnSnsEvent") {
  override get message(): string {
    return "The notifier was invoked with something that is no event of SNS."
  }
}

/** The secret of the webhooks, as this environment knows it. */
export class WebhooksSecret extends Context.Service<WebhooksSecret, RotatingSecret<AwsError>>()(
  "resilient-queue/notifier/WebhooksSecret"
) {
  /** Read at the first notice, and again when a webhook refuses what it opens. */
  static readonly layer = Layer.effect(
    WebhooksSecret,
    Effect.gen(function* () {
      const { secretArn } = yield* NotifierConfig
      const secrets = yield* SecretsManager
      return yield* makeRotatingSecret(secrets.getSecretString(secretArn))
    })
  )
}

/** Left for the answer and the log; milliseconds. */
const margin = 2000

/** Not the schema's own error: it would quote the event. */
const decodeEvent = (event: unknown) =>
  Effect.mapError(Schema.decodeUnknownEffect(SnsEvent)(event), () => new NotAnSnsEvent())

/** Statuses of a webhook whose URL or key is no longer good, Slack's 404 and 410 among them. */
const isRefusedSecret = (error: WebhookError | AwsError): boolean =>
  error._tag === "WebhookRejected" && [401, 403, 404, 410].includes(error.status)

/** Tells the webhook, once more with the secret as it is now where it was refused. */
const tell = Effect.fnUntraced(function* (notice: Notice, deadline: number) {
  const { webhook, kind } = yield* NotifierConfig
  const secret = yield* WebhooksSecret
  const known = yield* secret.get
  const tellWith = (text: Redacted.Redacted<string>) =>
    Effect.flatMap(webhookIn(webhook, kind, text), (opened) => deliver(notice, opened, deadline))
  return yield* tellWith(known.secret).pipe(
    Effect.catchIf(
      (error) => isRefusedSecret(error) || error._tag === "WebhookMisconfigured",
      (error) =>
        Effect.flatMap(secret.renew(known), (renewed) =>
          renewed === undefined ? Effect.fail(error) : tellWith(renewed)
        )
    )
  )
})

/** Tells the webhook of a notification, and the log of how that went. */
const tellOf = Effect.fnUntraced(function* (notification: SnsNotification, deadline: number) {
  const { webhook, kind } = yield* NotifierConfig
  const notice = noticeOf(notification)
  // Each deployment of new alarms would fill a channel that people read. A program may want to know; PagerDuty resolves.
  if (kind === "slack" && isFirstOk(notice)) return
  yield* tell(notice, deadline).pipe(
    Effect.tap((status) => Effect.annotateLogs(Effect.logInfo("A webhook has accepted a notice."), { status })),
    Effect.tapError((error) =>
      Effect.annotateLogs(Effect.logError("A webhook was not told of a notice."), {
        error: error._tag,
        errorReason: "reason" in error ? error.reason : error.message
      })
    ),
    Effect.annotateLogs({ webhook, kind, notice: notice.kind, key: keyOf(notice), notificationId: notice.id })
  )
})

/**
 * Tells the webhook of each notification in the event. Fails when one of them was not accepted, so that Lambda invokes again
 * and at last hands the event to the function's destination. No error holds anything of the secret or of the notice.
 *
 * @param remainingMilliseconds until Lambda ends the function
 */
export const notify = Effect.fnUntraced(function* (
  event: unknown,
  remainingMilliseconds: number
): Effect.fn.Return<void, AwsError | NotAnSnsEvent | WebhookError, NotifierConfig | WebhookClient | WebhooksSecret> {
  const deadline = (yield* Clock.currentTimeMillis) + remainingMilliseconds - margin
  const { Records } = yield* Effect.tapError(decodeEvent(event), (error) => Effect.logError(error.message))
  const results = yield* Effect.forEach(Records, ({ Sns }) => Effect.result(tellOf(Sns, deadline)))
  const failed = results.find((result) => result._tag === "Failure")
  if (failed !== undefined) return yield* Effect.fail(failed.failure)
})
