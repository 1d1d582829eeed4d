/** Starts the process of an execution environment, with an environment as clean as Lambda's. */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Account } from "../Account.ts"
import type { Credentials } from "../iam/Iam.ts"
import type { FunctionConfiguration } from "./FunctionConfiguration.ts"

/** The process of an execution environment. */
export type RuntimeProcess = ChildProcessByStdio<null, Readable, Readable>

/** What a process needs besides the function's configuration. */
export interface SpawnOptions {
  readonly account: Account
  readonly credentials: Credentials
  /** The folder that holds the function's files. */
  readonly taskRoot: string
  readonly logStream: string
  /** Host, port and path of the Runtime API. */
  readonly runtimeApi: string
  /** Where compiled code is kept, so that only the first start of a function compiles it. */
  readonly compileCache: string
}

const bootstrap = fileURLToPath(new URL("./runtime/bootstrap.mjs", import.meta.url))

/**
 * The environment variables of a function: `PATH`, Lambda's own, and the function's. Nothing else of this machine's
 * environment gets in, so that neither credentials nor profiles of a real account can.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const functionEnvironment = (
  configuration: FunctionConfiguration,
  { account, credentials, taskRoot, logStream, runtimeApi }: SpawnOptions
): Record<string, string> => ({
  ...configuration.environment,
  PATH: process.env["PATH"] ?? "",
  // Lambda's processes have no home; ours would otherwise find this user's AWS profile there.
  HOME: taskRoot,
  TZ: "UTC",
  LANG: "en_US.UTF-8",
  AWS_REGION: account.region,
  AWS_DEFAULT_REGION: account.region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
  AWS_ENDPOINT_URL: account.endpoint,
  AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
  AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_LAMBDA_LOG_FORMAT: configuration.logFormat,
  ...(configuration.logFormat === "JSON" ? { AWS_LAMBDA_LOG_LEVEL: configuration.applicationLogLevel } : {}),
  LAMBDA_TASK_ROOT: taskRoot,
  _HANDLER: configuration.handler
})

/** Starts the process. Its heap is bounded as the managed runtime bounds it, by the function's memory. */
export const spawnRuntime = (configuration: FunctionConfiguration, options: SpawnOptions): RuntimeProcess =>
  spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(configuration.memoryMegabytes * 0.9)}`, bootstrap, options.compileCache],
    {
      cwd: options.taskRoot,
      env: functionEnvironment(configuration, options),
      stdio: ["ignore", "pipe", "pipe"]
    }
  )

/** The most memory that a process has held, in megabytes; `undefined` where the machine has no /proc. */
export const maxMemoryMegabytes = (pid: number | undefined): number | undefined => {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024)
  } catch {
    return undefined
  }
}
