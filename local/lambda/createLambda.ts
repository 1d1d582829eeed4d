/** Lambda inside the process: functions, permissions, event source mappings, and `Invoke` over HTTP. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Account } from "../Account.ts"
import type { CloudWatch } from "../cloudwatch/CloudWatch.ts"
import type { Clock, Principal } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { SqsService } from "../sqs/SqsService.ts"
import { createXRay, type XRay } from "../xray/XRay.ts"
import { asyncInvocations } from "./asyncInvocation/asyncInvocations.ts"
import { type EventInvokeConfig, eventInvokeConfigResource } from "./asyncInvocation/EventInvokeConfig.ts"
import { mappingResource } from "./eventSourceMapping/mappingResource.ts"
import type { Mapping } from "./eventSourceMapping/startMapping.ts"
import { functionResources } from "./functionResources.ts"
import { invokeApi } from "./invokeApi.ts"
import { type LambdaFunction, lambdaFunction } from "./LambdaFunction.ts"
import type { LambdaService } from "./LambdaService.ts"
import type { NextKill } from "./NextKill.ts"
import { startRuntimeApi } from "./RuntimeApi.ts"
import { recursionConfigResource } from "./recursion.ts"

/** What Lambda is made of. */
export interface LambdaOptions {
  readonly account: Account
  readonly clock: Clock
  readonly iam: Iam
  readonly sqs: SqsService
  readonly cloudwatch: CloudWatch
  /** How many processes one function may have; more invocations wait. @default 10 */
  readonly maximumEnvironments?: number
  /** Takes the traces. @default one that nobody reads */
  readonly xray?: XRay | undefined
  /** Whether event source mappings poll their queues by themselves; else only `deliver` has them take a batch. @default true */
  readonly polling?: boolean | undefined
  /** How long the retries of an asynchronous invocation wait, in milliseconds. @default a second and two */
  readonly asyncRetryDelays?: readonly [number, number] | undefined
  /** Kills processes in the middle of their work. @default none is */
  readonly nextKill?: NextKill | undefined
}

/** How long `close` waits for running invocations, in milliseconds. */
const graceMilliseconds = 1000

/** How often `idle` and `close` look, in milliseconds. */
const lookMilliseconds = 10

/** Lambda makes sure of the traces when a function is created. */
const refuseUntraced = (iam: Iam, principal: Principal | undefined): void => {
  if (principal === undefined) return
  const { allowed } = iam.decide(principal, {
    action: "xray:PutTraceSegments",
    resource: "*",
    context: { "aws:SecureTransport": "true" }
  })
  if (allowed) return
  throw new Error(
    "InvalidParameterValueException: The provided execution role does not have permissions to call PutTraceSegments on XRAY"
  )
}

/** Starts Lambda with no functions. */
export const createLambda = async (options: LambdaOptions): Promise<LambdaService> => {
  const { account, clock, iam, sqs, cloudwatch, maximumEnvironments = 10, nextKill, polling = true } = options
  const runtimeApi = await startRuntimeApi()
  const functions = new Map<string, LambdaFunction>()
  const names = new Set<string>()
  const creating = new Set<Promise<LambdaFunction>>()
  let closed = false
  const mappings = new Map<string, Mapping>()
  const folder = mkdtempSync(join(tmpdir(), "embedded-lambda-"))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  // For a process that ends without closing us.
  process.once("exit", removeFolder)
  const xray = options.xray ?? createXRay(iam)
  const host = { folder, account, clock, iam, cloudwatch, xray, runtimeApi, maximumEnvironments, nextKill }

  const find = (nameOrArn: string): LambdaFunction => {
    const name = /^arn:aws:lambda:[^:]+:\d+:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn
    const found = functions.get(name)
    if (found === undefined) {
      throw new Error(
        `ResourceNotFoundException: Function not found: arn:aws:lambda:${account.region}:${account.accountId}:function:${name}`
      )
    }
    return found
  }

  const running = () => [...functions.values()].some((each) => each.inFlight() > 0)
  const holding = () => [...mappings.values()].some((mapping) => mapping.busy())

  const until = async (isDone: () => boolean, limitMilliseconds = Number.POSITIVE_INFINITY): Promise<void> => {
    const end = performance.now() + limitMilliseconds
    while (!isDone() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, lookMilliseconds))
  }

  const configs = new Map<string, EventInvokeConfig>()
  const events = asyncInvocations({
    ...{ clock, iam, sqs, configs },
    retryDelays: options.asyncRetryDelays,
    count: (functionName, name) =>
      cloudwatch.putMetric({
        ...{ namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionName } },
        ...{ value: 1, at: clock.now() }
      })
  })

  const service: Pick<LambdaService, "invoke" | "invokeAsync" | "resourcePolicy"> = {
    invokeAsync: (functionArn, event) => events.accept(find(functionArn), event),
    invoke: async (functionArn, event, { requestId } = {}) => find(functionArn).invoke(event, requestId),
    resourcePolicy: (functionArn) => {
      const statements = [...find(functionArn).permissions.values()]
      return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements }
    }
  }

  return {
    ...service,
    ...invokeApi(account, service, (name) => find(name).configuration.functionArn),
    resources: {
      ...functionResources({
        account,
        now: clock.now,
        find,
        create: async (configuration) => {
          const { functionName, roleArn } = configuration
          if (names.has(functionName)) {
            throw new Error(`ResourceConflictException: Function already exist: ${functionName}`)
          }
          // Refuses a role that is unknown, or that Lambda may not assume.
          const { accessKeyId } = iam.assumeRole(roleArn, functionName)
          if (configuration.tracing) refuseUntraced(iam, iam.principalOf(accessKeyId))
          if (closed) throw new Error("The embedded AWS has been stopped.")
          names.add(functionName)
          const creation = lambdaFunction(host, configuration)
          creating.add(creation)
          const created = await creation.finally(() => creating.delete(creation))
          functions.set(functionName, created)
          return created
        }
      }),
      ...eventInvokeConfigResource({ iam, sqs, find, configs }),
      ...recursionConfigResource({ find, region: account.region }),
      ...mappingResource({ account, clock, iam, sqs, find, mappings, maximumEnvironments, polling })
    },
    deliver: async (queueArn) => {
      const own = [...mappings.values()].filter((mapping) => mapping.queueArn === queueArn)
      const counts = await Promise.all(own.map((mapping) => mapping.once()))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    recycle: (functionArn) => find(functionArn).recycle(),
    idle: () => until(() => !running() && !holding() && events.pending() === 0),
    close: async () => {
      closed = true
      // A deployment that is interrupted may still be writing files.
      await Promise.allSettled(creating)

      events.close()
      for (const mapping of mappings.values()) mapping.stop()
      await until(() => !running(), graceMilliseconds)
      await Promise.all([...functions.values()].map((each) => each.close()))
      await runtimeApi.close()
      process.off("exit", removeFolder)
      removeFolder()
    }
  }
}
