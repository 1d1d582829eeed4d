/** Evaluating a Pulumi program inside the process, with the Pulumi SDK and an engine of our own. */
import { dirname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { runtime } from "@pulumi/pulumi"
import type { Invoke } from "./invokes.ts"
import { createResourceMonitor, type RegisteredResource } from "./ResourceMonitor.ts"
import type { ResourceProviders } from "./ResourceProvider.ts"
import { type ConfigValue, readStackConfig } from "./stackConfig.ts"

/** What to evaluate, and with what. */
export interface EvaluationOptions {
  /** The program's main module, with `Pulumi.yaml` beside it. Node keeps modules: one evaluation a process and program. */
  readonly program: URL | string
  /** The stack, for `Pulumi.<stack>.yaml`. */
  readonly stack: string
  /** Values that take precedence over the stack file's; a key without a namespace is the project's. @default none */
  readonly config?: Readonly<Record<string, ConfigValue | undefined>> | undefined
  readonly providers: ResourceProviders
  /** Functions that the program may call, by token. @default none */
  readonly invokes?: Readonly<Record<string, Invoke>> | undefined
  /** Told of each resource once it exists. */
  readonly onResource?: ((resource: RegisteredResource) => void) | undefined
  /** Ends the evaluation early: it fails with the signal's reason once what is being created exists. */
  readonly signal?: AbortSignal | undefined
}

/** How an evaluation ended. */
export interface Evaluation {
  /** The stack's outputs, secrets unwrapped; empty when it failed. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly resources: ReadonlyArray<RegisteredResource>
  /** The first thing that went wrong: one sentence that names the resource, or what the program threw. */
  readonly error: Error | undefined
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** Evaluates a program: each resource that it registers is created by its provider. Never rejects. */
export const evaluateProgram = async (options: EvaluationOptions): Promise<Evaluation> => {
  const url = options.program instanceof URL ? options.program : pathToFileURL(options.program)
  const directory = dirname(fileURLToPath(url))
  const failure = Promise.withResolvers<never>()
  let firstError: Error | undefined
  // Raced below; until then, or after the race is over, nobody else listens.
  failure.promise.catch((error: unknown) => {
    firstError = asError(error)
  })
  const onAbort = (): void => failure.reject(options.signal?.reason)
  let resources = (): ReadonlyArray<RegisteredResource> => []
  try {
    const { project, values } = readStackConfig(directory, options.stack, options.config)
    const monitor = createResourceMonitor({
      project,
      stack: options.stack,
      directory,
      providers: options.providers,
      invokes: options.invokes ?? {},
      onResource: options.onResource ?? (() => undefined),
      onError: failure.reject
    })
    resources = monitor.resources
    runtime.setMockOptions(monitor.service, project, options.stack, false, "organization")
    runtime.setAllConfig({ ...values })
    // What an `apply` throws reaches nobody but this event.
    process.on("unhandledRejection", failure.reject)
    options.signal?.addEventListener("abort", onAbort)
    let outputs: Readonly<Record<string, unknown>> | undefined
    try {
      options.signal?.throwIfAborted()
      const evaluate = async () => {
        const given = await runtime.runInPulumiStack(() => import(url.href))
        await runtime.disconnect()
        return given
      }
      outputs = await Promise.race([evaluate(), failure.promise])
    } finally {
      // A failure leaves creations under way: they end before the services that they use may be stopped.
      await monitor.settled()
      // Rejections that nobody handles are told of after the promises of this turn have run.
      await new Promise((resolve) => setImmediate(resolve))
      process.off("unhandledRejection", failure.reject)
      options.signal?.removeEventListener("abort", onAbort)
    }
    if (firstError !== undefined) throw firstError
    return { outputs: { ...outputs }, resources: resources(), error: undefined }
  } catch (error) {
    // Tells the SDK that what is still pending has been explained, or its exit handler reports it as leaked.
    runtime.terminateRpcs()
    return { outputs: {}, resources: resources(), error: asError(error) }
  }
}
