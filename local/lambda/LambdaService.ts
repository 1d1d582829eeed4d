/** What the other parts of the embedded AWS ask of Lambda. */
import type { EmbeddedService, PolicyDocument } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"

/** How an invocation ended. */
export interface InvocationResult {
  readonly requestId: string
  /** The function's answer, parsed; present when it did not fail. */
  readonly payload?: unknown
  /** Set when it failed: `Unhandled`, with the error as the runtime reported it. */
  readonly error?: {
    readonly errorType: string
    readonly errorMessage: string
    readonly stackTrace?: ReadonlyArray<string>
  }
  readonly durationMilliseconds: number
  /** The function's reserved concurrency was used up: it did not run, and `error` says so. */
  readonly throttled?: true
}

/** Lambda inside the process: functions, permissions, event source mappings. */
export interface LambdaService extends EmbeddedService {
  readonly resources: ResourceProviders
  /**
   * Invokes synchronously, in a process of the function's own; waits for a free one when the machine's limit is reached,
   * and is throttled when the function's reserved concurrency is. Rejects for an unknown function, and for an event over 6 MB.
   */
  readonly invoke: (
    functionArn: string,
    event: unknown,
    options?: { readonly requestId?: string }
  ) => Promise<InvocationResult>
  /**
   * Invokes asynchronously: the answer is the id of the request, which runs later, again when the function fails, and whose
   * end is told to the function's destination. Throws for an unknown function, and for an event over 1 MB.
   */
  readonly invokeAsync: (functionArn: string, event: unknown) => string
  /** The function's resource policy, made of its permissions; `undefined` when nothing was permitted. */
  readonly resourcePolicy: (functionArn: string) => PolicyDocument | undefined
  /**
   * Has every enabled event source mapping of a queue take a batch of what is visible now, and resolves with the number of
   * messages once the function has dealt with them. For mappings that do not poll by themselves.
   */
  readonly deliver: (queueArn: string) => Promise<number>
  /** Ends a function's environments that have no work: the next invocation starts a new one, as after an update. */
  readonly recycle: (functionArn: string) => Promise<void>
  /** Resolves once no event source mapping has a batch in hand, and no invocation is running or waits for a retry. */
  readonly idle: () => Promise<void>
  /** Stops polling, lets running invocations end (up to a second), kills the rest. */
  readonly close: () => Promise<void>
}
