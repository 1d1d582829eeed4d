/**
 * One execution environment: a process that runs one invocation after the other, until it times out, crashes, or is no
 * longer needed.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { randomBytes, randomUUID } from "node:crypto"
import type { FunctionConfiguration } from "./FunctionConfiguration.ts"
import type { FunctionLog, InvocationReport } from "./FunctionLog.ts"
import type { InvocationResult } from "./LambdaService.ts"
import type { Kill } from "./NextKill.ts"
import type { RuntimeApi, RuntimeError, RuntimeEvent } from "./RuntimeApi.ts"
import { maxMemoryMegabytes, type RuntimeProcess } from "./spawnRuntime.ts"

/** Lambda's limit of a synchronous invocation's event and answer, in bytes. */
export const payloadLimitBytes = 6_291_556

/** How long a start may take before it counts against the function's timeout, in milliseconds. */
const initLimitMilliseconds = 10_000

/** An environment as its function sees it. */
export interface ExecutionEnvironment {
  /** Runs one event (JSON), with what its trace header says of its chain. Only when idle, or right after the start. */
  readonly invoke: (requestId: string, event: string, lineage: string) => Promise<InvocationResult>
  /** Ends the process at once; resolves when it has gone. */
  readonly kill: () => Promise<void>
}

/** What an environment is made of, and whom it tells. */
export interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration
  readonly runtimeApi: RuntimeApi
  readonly log: FunctionLog
  readonly spawn: (runtimeApi: string) => RuntimeProcess
  /** Asked as each invocation begins: whether it is to be killed in its midst. */
  readonly nextKill: () => Kill | undefined
  /** The process waits for an event and none is in hand. */
  readonly onIdle: (environment: ExecutionEnvironment) => void
  /** The process has gone. */
  readonly onExit: (environment: ExecutionEnvironment) => void
}

type Outcome =
  | { readonly kind: "answer"; readonly body: string }
  | {
      readonly kind: "error"
      readonly error: RuntimeError
      readonly status: InvocationReport["status"]
      readonly reason?: string
    }

interface Running {
  readonly requestId: string
  readonly event: string
  readonly lineage: string
  readonly finish: (outcome: Outcome) => void
  startedAt: number | undefined
  timer: NodeJS.Timeout | undefined
  killTimer: NodeJS.Timeout | undefined
  /** What the runtime has reported, before its last output was read. */
  reported: Outcome | undefined
}

const traceIdOf = (tracing: boolean, now: number, lineage: string): string =>
  `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=${tracing ? 1 : 0};${lineage}`

const exitReason = (code: number | null, signal: NodeJS.Signals | null): string => {
  if (signal === "SIGKILL") return "Runtime exited with error: signal: killed"
  if (signal === "SIGABRT") return "Runtime exited with error: signal: aborted (core dumped)"
  if (signal !== null) return `Runtime exited with error: signal: ${signal.slice(3).toLowerCase()}`
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`
}

const platformError = (errorType: string, requestId: string, reason: string): RuntimeError => ({
  errorType,
  errorMessage: `RequestId: ${requestId} Error: ${reason}`
})

/** Starts an execution environment. */
export const startEnvironment = (options: EnvironmentOptions): ExecutionEnvironment => {
  const { configuration, log, runtimeApi } = options
  const id = randomUUID()
  const startedAt = performance.now()
  let initMilliseconds: number | undefined
  let firstReport = true
  let initError: RuntimeError | undefined
  let deliver: ((event: RuntimeEvent) => void) | undefined
  let running: Running | undefined
  let isGone = false

  const settle = (outcome: Outcome): void => {
    const ended = running
    if (ended === undefined) return
    running = undefined
    clearTimeout(ended.timer)
    clearTimeout(ended.killTimer)
    ended.finish(outcome)
  }

  const timeOut = (): void => {
    if (running === undefined) return
    const reason = `Task timed out after ${configuration.timeoutSeconds.toFixed(2)} seconds`
    const error = platformError("Sandbox.Timedout", running.requestId, reason)
    const outcome = running.reported ?? ({ kind: "error", error, status: "timeout", reason } as const)
    // The result is given once the process has gone: nothing of a timed out invocation may run on beside its retry.
    void kill().then(() => settle(outcome))
  }

  /** Kills the process in the midst of an invocation, unless it has just ended by itself. */
  const strike = ({ onKilled }: Kill): void => {
    if (running === undefined || running.reported !== undefined) return
    onKilled()
    void kill()
  }

  const begin = (): void => {
    if (running === undefined || deliver === undefined) return
    const now = Date.now()
    const timeout = configuration.timeoutSeconds * 1000
    clearTimeout(running.timer)
    running.timer = setTimeout(timeOut, timeout)
    const killing = options.nextKill()
    if (killing !== undefined) running.killTimer = setTimeout(strike, killing.afterMilliseconds, killing)
    running.startedAt = performance.now()
    const { requestId, event: body, lineage } = running
    const send = deliver
    deliver = undefined
    send({
      requestId,
      functionArn: configuration.functionArn,
      deadline: now + timeout,
      traceId: traceIdOf(configuration.tracing, now, lineage),
      body
    })
  }

  /** Keeps what the runtime reports until it asks for the next event, or ends: only then is the invocation over. */
  const report = (requestId: string, outcome: Outcome): void => {
    if (running?.requestId === requestId) running.reported = outcome
  }

  // What a process has written reaches us beside its answer: two turns of the event loop let the lines come first.
  const endInvocation = (outcome: Outcome): void => {
    setImmediate(() =>
      setImmediate(() => {
        if (running?.reported !== outcome) return
        settle(outcome)
        // A process that was killed just after its answer has nothing to wait with.
        if (deliver !== undefined && !isGone) options.onIdle(environment)
      })
    )
  }

  const address = runtimeApi.register(id, {
    onNext: (next) => {
      initMilliseconds ??= performance.now() - startedAt
      deliver = next
      if (running === undefined) options.onIdle(environment)
      else if (running.reported === undefined) begin()
      else endInvocation(running.reported)
    },
    onResponse: (requestId, body) => {
      if (Buffer.byteLength(body) <= payloadLimitBytes) return report(requestId, { kind: "answer", body })
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`
      const error = { errorType: "Function.ResponseSizeTooLarge", errorMessage }
      report(requestId, { kind: "error", error, status: "error" })
    },
    onError: (requestId, error) => report(requestId, { kind: "error", error, status: "error" }),
    onInitError: (error) => {
      initError = error
    }
  })

  const child = options.spawn(address)
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", log.output)
  const gone = new Promise<void>((resolve) => {
    const onGone = (code: number | null, signal: NodeJS.Signals | null) => {
      if (isGone) return
      isGone = true
      runtimeApi.unregister(id)
      log.flush()
      resolve()
      if (running !== undefined) {
        const reason = exitReason(code, signal)
        const error = initError ?? platformError("Runtime.ExitError", running.requestId, reason)
        const crash = { kind: "error", error, status: "error", ...(initError === undefined ? { reason } : {}) } as const
        const outcome = running.reported ?? crash
        // A process that timed out was killed by us: then `timeOut` settles first.
        setImmediate(() => settle(outcome))
      }
      options.onExit(environment)
    }
    // `close` comes after the last output; a grandchild that holds the pipes open must not keep us waiting.
    child.once("close", onGone)
    child.once("exit", (code, signal) => setTimeout(onGone, 500, code, signal).unref())
    child.once("error", (error) => {
      initError = { errorType: "Runtime.StartError", errorMessage: error.message }
      onGone(null, null)
    })
  })

  const kill = (): Promise<void> => {
    child.kill("SIGKILL")
    return gone
  }

  const environment: ExecutionEnvironment = {
    kill,
    invoke: (requestId, event, lineage) =>
      new Promise((resolve) => {
        const finish = (outcome: Outcome) => {
          const end = performance.now()
          const durationMilliseconds = end - (current.startedAt ?? startedAt)
          log.flush()
          log.report({
            requestId,
            durationMilliseconds,
            status: outcome.kind === "answer" ? "success" : outcome.status,
            reason: outcome.kind === "answer" ? undefined : outcome.reason,
            maxMemoryMegabytes: maxMemoryMegabytes(child.pid),
            initMilliseconds: firstReport ? initMilliseconds : undefined
          })
          firstReport = false
          resolve(
            outcome.kind === "answer"
              ? { requestId, durationMilliseconds, payload: parsePayload(outcome.body) }
              : { requestId, durationMilliseconds, error: outcome.error }
          )
        }
        const limit = initLimitMilliseconds + configuration.timeoutSeconds * 1000
        const current: Running = {
          requestId,
          event,
          lineage,
          finish,
          startedAt: undefined,
          timer: undefined,
          killTimer: undefined,
          reported: undefined
        }
        current.timer = setTimeout(timeOut, limit)
        running = current
        log.start(requestId)
        begin()
      })
  }
  return environment
}

const parsePayload = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
