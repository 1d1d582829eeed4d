/** A notifier's Lambda entry: tells one webhook what is published to the alert topic. */
import { Layer } from "effect"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { SecretsManager } from "../aws/SecretsManager.ts"
import type { LambdaContext } from "../consumer/SqsEvent.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { NotifierConfig } from "./NotifierConfig.ts"
import { notify, WebhooksSecret } from "./notify.ts"
import { WebhookClient } from "./WebhookClient.ts"

const layer = WebhooksSecret.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(NotifierConfig.layer, SecretsManager.layer, WebhookClient.layer)),
  Layer.provideMerge(jsonLogLayer),
  Layer.provideMerge(StandardOut.layer)
)

const runtime = makeLambdaRuntime(layer)

/** Handles one event of SNS's. */
export const handler = (event: unknown, context: LambdaContext): Promise<void> =>
  runtime.runPromise(notify(event, context.getRemainingTimeInMillis()))
