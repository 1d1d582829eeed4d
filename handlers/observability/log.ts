/**
 * Structured logs: one JSON object a line, with the keys that Lambda's own JSON log format uses, so that both can be
 * queried together. Log messages are fixed sentences; what varies is in annotations, or in objects beside the sentence:
 * their fields stand in the line as annotations do. None of both replaces `timestamp`, `level` or `message`, and nothing that
 * is logged fails whoever logs it. Bodies are personal data and secrets are secrets: neither is ever annotated.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
import { Cause, Config, Effect, Layer, Logger, type LogLevel, References, Result } from "effect"
import { jsonText, structuredMessage } from "./logText.ts"
import { StandardOut } from "./StandardOut.ts"

const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
  TRACE: "Trace",
  DEBUG: "Debug",
  INFO: "Info",
  WARN: "Warn",
  ERROR: "Error",
  FATAL: "Fatal"
}

const printedCause = (cause: Cause.Cause<unknown>): string =>
  Result.getOrElse(
    Result.try(() => Cause.pretty(cause)),
    () => "a cause that cannot be printed"
  )

const writeJson = Effect.map(StandardOut, ({ writeLine }) =>
  Logger.make<unknown, void>(({ message, logLevel, cause, date, fiber }) => {
    const { text, fields } = structuredMessage(message)
    const fixed = { timestamp: date.toISOString(), level: logLevel.toUpperCase(), message: text }
    writeLine(
      jsonText({
        ...fixed,
        ...fiber.getRef(References.CurrentLogAnnotations),
        ...fields,
        ...(cause.reasons.length === 0 ? {} : { cause: printedCause(cause) }),
        // Last again: an annotation of the same name takes none of their places.
        ...fixed
      })
    )
  })
)

/** The lowest level that is logged: config `LOG_LEVEL`, in Lambda's spelling. @default INFO */
const minimumLogLevel = Layer.unwrap(
  Effect.map(Config.String("LOG_LEVEL").pipe(Config.withDefault("INFO")), (name) =>
    Layer.succeed(References.MinimumLogLevel, levels[name.toUpperCase()] ?? "Info")
  )
)

/** JSON logs to `StandardOut`, from the level that config `LOG_LEVEL` names (TRACE … FATAL, @default INFO). */
export const jsonLogLayer = Layer.mergeAll(Logger.layer([writeJson]), minimumLogLevel)
