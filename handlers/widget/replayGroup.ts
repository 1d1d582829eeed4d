/** One press of the replay button: replays a group of failures for as long as the function has time, and says how far it came. */
import { Effect, Option } from "effect"
import type { ReplayProgress, ReplaySummary } from "../replay/ReplayRequest.ts"
import { previewReplay, replay, resumeReplay } from "../replay/replay.ts"
import { sentenceHtml } from "./failureGroupsHtml.ts"
import { type ReplayPress, readPress } from "./ReplayPress.ts"
import { dryRunHtml, replayHtml } from "./replayHtml.ts"
import { sentenceOf } from "./sentenceOf.ts"
import { asksForDescription, type WidgetDescription, type WidgetLambdaContext } from "./WidgetEvent.ts"

/** What the messages in hand, the note of how far the run is, and the answer may take, in milliseconds. */
const endingMilliseconds = 10_000

/** How long the outcome of the first messages is waited for: well within the time of one press. */
const outcomeSeconds = 30

const description = `## Replay of a failure group

Called by the buttons of the failure groups' widget. It is no widget of its own.
`

/**
 * Who has pressed is not told to the function: CloudWatch calls it with the viewer's own credentials. The id of the request
 * leads to the person in CloudTrail.
 */
const pressedBy = ({ awsRequestId }: WidgetLambdaContext): string => `the dashboard (request ${awsRequestId})`

const criteriaOf = ({ fingerprint, status, from, to }: Exclude<ReplayPress, { readonly resume: string }>) => ({
  fingerprint,
  status,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to })
})

/** How long there is for work. */
const workMilliseconds = (context: WidgetLambdaContext): number =>
  Math.max(0, context.getRemainingTimeInMillis() - endingMilliseconds)

/** Begins a run, or goes on with one, for a while: the summary if it ended, and else how far it has come. */
const workFor = Effect.fnUntraced(function* (press: ReplayPress, context: WidgetLambdaContext) {
  let progress: ReplayProgress | undefined
  const onProgress = (each: ReplayProgress): void => {
    progress = each
  }
  const run =
    "resume" in press
      ? resumeReplay(press.resume, { outcomeSeconds, onProgress })
      : replay({ criteria: criteriaOf(press), by: pressedBy(context), outcomeSeconds, onProgress })
  // Out of time, the run is let go of after the messages in hand: what it has come to is written down by then.
  const ended: ReplaySummary | undefined = Option.getOrUndefined(
    yield* Effect.timeoutOption(run, workMilliseconds(context))
  )
  return { ended, progress: ended ?? progress }
})

/**
 * Answers a press. It always has an answer: what cannot be done is said in a sentence.
 * Config: `MAIN_QUEUE_URL`, `ARCHIVE_BUCKET`, `FAILED_TABLE`, `FIFO`.
 */
export const replayGroup = Effect.fnUntraced(
  function* (event: unknown, context: WidgetLambdaContext) {
    if (asksForDescription(event)) return { markdown: description } satisfies WidgetDescription
    const press = readPress(event)
    if (press === undefined)
      return sentenceHtml("Nothing was replayed: a fingerprint and a status, or the name of a run, are needed.")
    if (!("resume" in press) && press.dryRun === true)
      return yield* previewReplay({ criteria: criteriaOf(press) }).pipe(
        Effect.map(dryRunHtml),
        Effect.timeoutOption(workMilliseconds(context)),
        Effect.map(Option.getOrElse(() => sentenceHtml("There are more than can be read within one press.")))
      )
    yield* Effect.logInfo("A replay was asked for at the dashboard.").pipe(Effect.annotateLogs({ ...press }))
    const { ended, progress } = yield* workFor(press, context)
    yield* Effect.logInfo("A replay at the dashboard has come so far.").pipe(
      Effect.annotateLogs({
        runId: progress?.runId,
        selected: progress?.selected,
        replayed: progress?.replayed,
        ended: ended?.ended
      })
    )
    return replayHtml(ended, progress, context.invokedFunctionArn)
  },
  (answer, _event, context) =>
    answer.pipe(
      Effect.catchCause((cause) =>
        Effect.logError("A replay could not be begun.", cause).pipe(
          Effect.as(sentenceHtml(`Nothing was replayed: ${sentenceOf(cause)}`))
        )
      ),
      Effect.annotateLogs({ requestId: context.awsRequestId })
    )
)
