/**
 * Lambda entry of the dashboard's custom widget: the failure groups of a queue, as HTML.
 *
 * Environment: `FAILED_TABLE`; `REPLAY_FUNCTION_ARN` where there are buttons; `LOG_LEVEL`. Needs `dynamodb:Query` on the
 * table's `byStatus` index, and `dynamodb:GetItem` for the timelines.
 */
import { Layer } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { showGroups } from "./showGroups.ts"
import type { WidgetDescription, WidgetLambdaContext } from "./WidgetEvent.ts"

const runtime = makeLambdaRuntime(
  HealerLedger.layer.pipe(
    Layer.provideMerge(DynamoDb.layer),
    Layer.provideMerge(jsonLogLayer),
    Layer.provide(StandardOut.layer)
  )
)

/** Called by CloudWatch's console for whoever looks at the dashboard, with that person's credentials. */
export const handler = (event: unknown, context: WidgetLambdaContext): Promise<string | WidgetDescription> =>
  runtime.runPromise(showGroups(event, context))
