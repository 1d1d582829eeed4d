/**
 * What the managed Node.js runtime makes of `console`: every call is one log line with its time, request id and level,
 * tab-separated or as JSON. What a function writes to stdout itself stays as it is.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
import { format } from "node:util"

const priorities = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 }

let requestId

/** The request that later lines belong to. */
export const setLogRequestId = (id) => {
  requestId = id
}

const errorToObject = (error) => ({
  errorType: error.name,
  errorMessage: error.message,
  stackTrace: (error.stack ?? "").split("\n")
})

const replaceErrors = (_key, value) => (value instanceof Error ? { ...errorToObject(value), ...value } : value)

const jsonLine = (level, parameters) => {
  const head = { timestamp: new Date().toISOString(), level, requestId }
  if (parameters.length === 1) {
    try {
      return JSON.stringify({ ...head, message: parameters[0] }, replaceErrors)
    } catch {
      return JSON.stringify({ ...head, message: format(parameters[0]) })
    }
  }
  const error = parameters.find((parameter) => parameter instanceof Error)
  return JSON.stringify({
    ...head,
    message: format(...parameters),
    ...(error === undefined ? {} : errorToObject(error))
  })
}

// A line break would end the log event: Lambda writes a carriage return in its place.
const textLine = (level, parameters) =>
  `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parameters)}`.replaceAll("\n", "\r")

/** Replaces the console's methods; in the JSON format, lines below `minimumLevel` are left out. */
export const patchConsole = (logFormat, minimumLevel) => {
  const line = logFormat === "JSON" ? jsonLine : textLine
  const minimum = logFormat === "JSON" ? (priorities[minimumLevel.toUpperCase()] ?? priorities.INFO) : 0
  const writer =
    (level) =>
    (...parameters) => {
      if (priorities[level] >= minimum) process.stdout.write(`${line(level, parameters)}\n`)
    }
  console.trace = writer("TRACE")
  console.debug = writer("DEBUG")
  console.log = writer("INFO")
  console.info = writer("INFO")
  console.warn = writer("WARN")
  console.error = writer("ERROR")
}
