/** One call of the widget's function: its documentation, or the failure groups as HTML. */
import { Config, Effect, Option, Schema } from "effect"
import { failureGroupsHtml, sentenceHtml } from "./failureGroupsHtml.ts"
import { listGroups } from "./listGroups.ts"
import { sentenceOf } from "./sentenceOf.ts"
import {
  asksForDescription,
  timeRangeOf,
  type WidgetDescription,
  type WidgetLambdaContext,
  widthOf
} from "./WidgetEvent.ts"

/** What is left of the function's time for answering, in milliseconds. */
const answerMilliseconds = 2000

const description = `## Failure groups

Lists failures with one cause as one line: how many messages, in which status, since when, an example with its history, the
next step, and a button that replays them. Message bodies are never shown.

Messages that await an operator are listed whenever they failed; all others by the dashboard's time range.

### Widget parameters

Param | Description
---|---
**status** | \`open\` (default): what is not over. \`all\`: recovered and discarded messages, too.

### Example parameters

\`\`\` yaml
status: all
\`\`\`
`

const readStatus = Schema.decodeUnknownOption(Schema.Struct({ status: Schema.Literals(["open", "all"]) }))

const replayFunctionArn = Config.option(Config.NonEmptyString("REPLAY_FUNCTION_ARN"))

/** Answers the widget. It always has an answer: what cannot be read is said in a sentence. Config: `FAILED_TABLE`, `REPLAY_FUNCTION_ARN`. */
export const showGroups = Effect.fnUntraced(function* (event: unknown, context: WidgetLambdaContext) {
  if (asksForDescription(event)) return { markdown: description } satisfies WidgetDescription
  const status = Option.match(readStatus(event), { onNone: () => "open" as const, onSome: (given) => given.status })
  const replay = Option.getOrUndefined(yield* replayFunctionArn)
  const milliseconds = Math.max(0, context.getRemainingTimeInMillis() - answerMilliseconds)
  return yield* listGroups(status, timeRangeOf(event)).pipe(
    Effect.map((list) =>
      failureGroupsHtml(list, {
        status,
        functionArn: context.invokedFunctionArn,
        replayFunctionArn: replay,
        width: widthOf(event)
      })
    ),
    Effect.timeoutOption(milliseconds),
    Effect.map(
      Option.getOrElse(() =>
        sentenceHtml("Reading the failure ledger takes too long: choose a shorter time range, or refresh.")
      )
    ),
    Effect.catchCause((cause) =>
      Effect.logError("The failure groups could not be read.", cause).pipe(
        Effect.annotateLogs({ requestId: context.awsRequestId }),
        Effect.as(
          sentenceHtml(
            `The failure ledger could not be read: ${sentenceOf(cause)} Refresh to try again; the function's log says more.`
          )
        )
      )
    )
  )
})
