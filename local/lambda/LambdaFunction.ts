/** A function as it runs: its files on disk, its environments, its permissions, its logs and built-in metrics. */
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join, resolve, sep } from "node:path"
import { type Account, arnOf } from "../Account.ts"
import type { CloudWatch } from "../cloudwatch/CloudWatch.ts"
import type { Clock, PolicyStatement, Principal } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { XRay } from "../xray/XRay.ts"
import { environmentPool } from "./EnvironmentPool.ts"
import { payloadLimitBytes, startEnvironment } from "./ExecutionEnvironment.ts"
import type { FunctionConfiguration } from "./FunctionConfiguration.ts"
import { functionLog } from "./FunctionLog.ts"
import type { InvocationResult } from "./LambdaService.ts"
import type { NextKill } from "./NextKill.ts"
import type { RuntimeApi } from "./RuntimeApi.ts"
import { longestChain, type RecursiveLoop, recursionOf } from "./recursion.ts"
import { spawnRuntime } from "./spawnRuntime.ts"

/** A function as it runs. */
export interface LambdaFunction {
  readonly configuration: FunctionConfiguration
  /** Base64 SHA-256 over the deployed files. */
  readonly codeSha256: string
  /** Who may invoke it, by statement id. */
  readonly permissions: Map<string, PolicyStatement>
  /** The role's session, as IAM sees it. */
  readonly principal: () => Principal
  /** The trace headers are those of the messages in the event: what is known of the chain that they belong to. */
  readonly invoke: (
    event: unknown,
    requestId?: string,
    traceHeaders?: ReadonlyArray<string>
  ) => Promise<InvocationResult>
  /** Whether it may be invoked again and again in one chain of requests. */
  readonly setRecursiveLoop: (setting: RecursiveLoop) => void
  readonly inFlight: () => number
  /** Ends the environments that have no work: the next invocation starts a new one, as after an update. */
  readonly recycle: () => Promise<void>
  /** Kills the environments. */
  readonly close: () => Promise<void>
}

/** What a function needs of the account that it runs in. */
export interface FunctionHost {
  readonly account: Account
  readonly clock: Clock
  readonly iam: Iam
  readonly cloudwatch: CloudWatch
  readonly xray: XRay
  readonly runtimeApi: RuntimeApi
  readonly maximumEnvironments: number
  readonly nextKill?: NextKill | undefined
  /** A folder of our own, which goes when Lambda is closed. */
  readonly folder: string
}

/** How long an environment is kept without work, in milliseconds. */
const idleMilliseconds = 300_000

const writeFiles = async (root: string, files: FunctionConfiguration["files"]): Promise<void> => {
  await mkdir(root, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    const path = resolve(root, name)
    if (!path.startsWith(root + sep)) throw new Error(`code: the archive's file "${name}" lies outside of it.`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

const digest = (files: FunctionConfiguration["files"]): string => {
  const hash = createHash("sha256")
  for (const name of Object.keys(files).sort())
    hash
      .update(name)
      .update("\0")
      .update(files[name] ?? "")
      .update("\0")
  return hash.digest("base64")
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
const throttledResult = (requestId: string): InvocationResult => ({
  requestId,
  throttled: true,
  error: { errorType: "TooManyRequestsException", errorMessage: "Rate Exceeded." },
  durationMilliseconds: 0
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
const recursiveResult = (requestId: string, functionName: string): InvocationResult => ({
  requestId,
  error: {
    errorType: "RecursiveInvocationException",
    errorMessage: `Lambda has detected ${functionName} being invoked in a recursive loop with other AWS resources and stopped its invocation.`
  },
  durationMilliseconds: 0
})

const logStreamName = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`

/** Whether the role lets its function do something to its log stream; without, lines are lost, as in AWS. */
const mayLog = (
  { iam, account }: FunctionHost,
  principal: Principal,
  action: "logs:CreateLogStream" | "logs:PutLogEvents",
  { logGroup, logStream }: { readonly logGroup: string; readonly logStream: string }
): boolean =>
  iam.decide(principal, {
    action,
    resource: arnOf(account, "logs", `log-group:${logGroup}:log-stream:${logStream}`),
    context: { "aws:SecureTransport": "true" }
  }).allowed

/** Writes the function's files; environments start when they are needed. */
export const lambdaFunction = async (
  host: FunctionHost,
  configuration: FunctionConfiguration
): Promise<LambdaFunction> => {
  const { account, clock, cloudwatch, iam, runtimeApi } = host
  const { functionName, roleArn, logGroup } = configuration
  const taskRoot = join(host.folder, functionName)
  await writeFiles(taskRoot, configuration.files)

  const session = () => {
    const credentials = iam.assumeRole(roleArn, functionName)
    const principal = iam.principalOf(credentials.accessKeyId)
    if (principal === undefined) throw new Error(`The role ${roleArn} has no session.`)
    return { credentials, principal }
  }

  let recursiveLoop: RecursiveLoop = "Terminate"

  /** Who sends the traces: one session for all of them. */
  let tracer: Principal | undefined

  const pool = environmentPool({
    reservedConcurrency: configuration.reservedConcurrency,
    maximumEnvironments: host.maximumEnvironments,
    whenIdleForLong: (end) => clock.schedule(idleMilliseconds, end),
    start: (callbacks) => {
      const { credentials, principal } = session()
      const logStream = logStreamName(clock.now())
      const place = { logGroup, logStream }
      const created = mayLog(host, principal, "logs:CreateLogStream", place)
      const log = functionLog(configuration, clock, (message) => {
        if (created && mayLog(host, principal, "logs:PutLogEvents", place))
          cloudwatch.putLog({ ...place, at: clock.now(), message })
      })
      return startEnvironment({
        configuration,
        runtimeApi,
        log,
        nextKill: () => host.nextKill?.(functionName),
        ...callbacks,
        spawn: (address) =>
          spawnRuntime(configuration, {
            account,
            credentials,
            taskRoot,
            logStream,
            runtimeApi: address,
            // Not a function's name: those have no dot.
            compileCache: join(host.folder, ".compiled")
          })
      })
    }
  })

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  const count = (name: string, value: number) =>
    cloudwatch.putMetric({
      namespace: "AWS/Lambda",
      name,
      dimensions: { FunctionName: functionName },
      value,
      at: clock.now()
    })

  return {
    configuration,
    codeSha256: digest(configuration.files),
    permissions: new Map(),
    principal: () => session().principal,
    inFlight: pool.inFlight,
    setRecursiveLoop: (setting) => {
      recursiveLoop = setting
    },
    invoke: async (event, requestId = randomUUID(), traceHeaders = []) => {
      const body = JSON.stringify(event) ?? "null"
      const size = Buffer.byteLength(body)
      if (size > payloadLimitBytes) {
        throw new Error(
          `RequestEntityTooLargeException: ${size} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimitBytes} bytes)`
        )
      }
      const recursion = recursionOf(configuration.functionArn, traceHeaders)
      if (recursion.count > longestChain && recursiveLoop === "Terminate") {
        count("RecursiveInvocationsDropped", 1)
        return recursiveResult(requestId, functionName)
      }
      const run = pool.invoke(requestId, body, recursion.lineage)
      count("Throttles", run === undefined ? 1 : 0)
      if (run === undefined) return throttledResult(requestId)
      const result = await run
      count("Invocations", 1)
      count("Errors", result.error === undefined ? 0 : 1)
      count("Duration", result.durationMilliseconds)
      if (configuration.tracing) {
        tracer ??= session().principal
        host.xray.record(tracer, functionName)
      }
      return result
    },
    recycle: pool.recycle,
    close: pool.close
  }
}
