/**
 * Structured logs: one JSON object a line, with the keys that Lambda's own JSON log format uses, so that both can be
 * queried together. Log messages are fixed sentences; what varies is in annotations. Bodies are personal data and
 * secrets are secrets: neither is ever annotated.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
import { Cause, Config, Effect, Layer, Logger, type LogLevel, References } from "effect"
import { StandardOut } from "./StandardOut.ts"

const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
  TRACE: "Trace",
  DEBUG: "Debug",
  INFO: "Info",
  WARN: "Warn",
  ERROR: "Error",
  FATAL: "Fatal"
}

const messageText = (message: unknown): string => {
  if (typeof message === "string") return message
  if (!Array.isArray(message)) return String(message)
  return message.length === 1 ? messageText(message[0]) : message.map(messageText).join(" ")
}

const writeJson = Effect.map(StandardOut, ({ writeLine }) =>
  Logger.make<unknown, void>(({ message, logLevel, cause, date, fiber }) => {
    writeLine(
      JSON.stringify({
        timestamp: date.toISOString(),
        level: logLevel.toUpperCase(),
        message: messageText(message),
        ...fiber.getRef(References.CurrentLogAnnotations),
        ...(cause.reasons.length === 0 ? {} : { cause: Cause.pretty(cause) })
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
