/**
 * Lambda entry of the replay button. Whoever may invoke this function may replay: that is the guard.
 *
 * Environment: `MAIN_QUEUE_URL`, `ARCHIVE_BUCKET`, `FAILED_TABLE`, `FIFO`, `LOG_LEVEL`. Needs what a replay does: to find
 * and to write ledger items, to read the archive and to keep its own books there, and to send to the main queue.
 */
import { Layer } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { S3 } from "../aws/S3.ts"
import { Sqs } from "../aws/Sqs.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { replayGroup } from "./replayGroup.ts"
import type { WidgetDescription, WidgetLambdaContext } from "./WidgetEvent.ts"

const runtime = makeLambdaRuntime(
  HealerLedger.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, S3.layer, Sqs.layer)),
    Layer.provideMerge(jsonLogLayer),
    Layer.provide(StandardOut.layer)
  )
)

/** Called by CloudWatch's console for whoever clicks, with that person's credentials. */
export const handler = (event: unknown, context: WidgetLambdaContext): Promise<string | WidgetDescription> =>
  runtime.runPromise(replayGroup(event, context))
