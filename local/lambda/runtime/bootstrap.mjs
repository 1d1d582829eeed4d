/**
 * The process of an execution environment: a client of the Lambda Runtime API that loads the function's handler and
 * hands it one event after the other, as the managed Node.js 24 runtime does. Plain JavaScript, because every cold
 * start loads it and stripping types costs more than the rest of the start.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import http from "node:http"
import { enableCompileCache, flushCompileCache } from "node:module"
import { patchConsole, setLogRequestId } from "./console.mjs"
import { loadHandler } from "./loadHandler.mjs"

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
const agent = new http.Agent({ keepAlive: true })

/** The request id of the event in hand; `undefined` between two. */
let current

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const request = http.request(`${base}${path}`, { method, agent, headers }, (response) => {
      const chunks = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }))
      response.on("error", reject)
    })
    request.on("error", reject)
    request.end(body)
  })

/** An error as the Runtime API takes it. */
const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

const postError = (path, error) => {
  const body = describe(error)
  return call("POST", path, JSON.stringify(body), {
    "Content-Type": "application/json",
    "Lambda-Runtime-Function-Error-Type": body.errorType
  })
}

let isDying = false

/** Reports what nobody caught, and ends the process: the state of the program is not to be trusted any more. */
const dieOf = (error, label, exitCode) => {
  // Writing of it may fail in turn, as when whoever read our output was killed: without end, if that were told as well.
  if (isDying) return
  isDying = true
  console.error(label, error)
  const path = current === undefined ? "/init/error" : `/invocation/${current}/error`
  const exit = () => process.exit(exitCode)
  postError(path, error).then(exit, exit)
}

const named = (name, error) => {
  Object.defineProperty(error, "name", { value: name, configurable: true })
  return error
}

const contextOf = (headers, deadline) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
  awsRequestId: headers["lambda-runtime-aws-request-id"],
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now())
})

const serialise = (result) => {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null"
  } catch (error) {
    throw named("Runtime.MarshalError", new Error(`Unable to stringify response body: ${error.message}`))
  }
}

const runOne = async (handler) => {
  const { headers, body } = await call("GET", "/invocation/next")
  const requestId = headers["lambda-runtime-aws-request-id"]
  if (headers["lambda-runtime-trace-id"]) process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"]
  current = requestId
  setLogRequestId(requestId)
  let answer
  try {
    const context = contextOf(headers, Number(headers["lambda-runtime-deadline-ms"]))
    answer = serialise(await handler(JSON.parse(body), context))
  } catch (error) {
    console.error("Invoke Error", error)
    await postError(`/invocation/${requestId}/error`, error)
    current = undefined
    return
  }
  current = undefined
  await call("POST", `/invocation/${requestId}/response`, answer, { "Content-Type": "application/json" })
}

patchConsole(process.env.AWS_LAMBDA_LOG_FORMAT ?? "Text", process.env.AWS_LAMBDA_LOG_LEVEL ?? "")

process.on("uncaughtException", (error) => dieOf(error, "Uncaught Exception", 129))
process.on("unhandledRejection", (reason) => {
  const error = named("Runtime.UnhandledPromiseRejection", new Error(String(reason)))
  if (reason instanceof Error) error.stack = reason.stack
  dieOf(error, "Unhandled Promise Rejection", 128)
})
// An empty event loop with an event in hand: the handler waits for a promise that nothing will ever settle.
process.on("beforeExit", () => {
  if (current === undefined) return
  const message =
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled."
  dieOf(named("Runtime.NodeJsExit", new Error(message)), "Invoke Error", 1)
})

const [, , compileCache] = process.argv
if (compileCache !== undefined) enableCompileCache(compileCache)

try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? "", process.env._HANDLER ?? "")
  // Now, because most environments end by being killed.
  flushCompileCache()
  // The environment has gone when the Runtime API does not answer: there is nobody left to report to.
  const serve = () => runOne(handler).then(serve, () => process.exit(0))
  serve()
} catch (error) {
  dieOf(error, "Uncaught Exception", 1)
}
