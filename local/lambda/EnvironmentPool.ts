/** The execution environments of one function: reuse of warm ones, limits, throttling. */
import type { ExecutionEnvironment } from "./ExecutionEnvironment.ts"
import type { InvocationResult } from "./LambdaService.ts"

/** What a pool is made of. */
export interface EnvironmentPoolOptions {
  /** Starts an environment that reports to these callbacks. */
  readonly start: (callbacks: {
    readonly onIdle: (environment: ExecutionEnvironment) => void
    readonly onExit: (environment: ExecutionEnvironment) => void
  }) => ExecutionEnvironment
  /** More than this many invocations at once are throttled; `undefined`: none is. */
  readonly reservedConcurrency: number | undefined
  /** More than this many wait for an environment: this machine has fewer cores than a region of AWS. */
  readonly maximumEnvironments: number
  /** Ends an environment that has been idle for long; the answer cancels it. */
  readonly whenIdleForLong: (end: () => void) => () => void
}

/** The environments of one function. */
export interface EnvironmentPool {
  /**
   * Runs an event (JSON) in a free environment, with what its trace header says of its chain; `undefined` when the function
   * is throttled.
   */
  readonly invoke: (requestId: string, event: string, lineage: string) => Promise<InvocationResult> | undefined
  /** How many invocations run or wait. */
  readonly inFlight: () => number
  /** Ends the environments that have no work. */
  readonly recycle: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Makes an empty pool. */
export const environmentPool = (options: EnvironmentPoolOptions): EnvironmentPool => {
  const environments = new Set<ExecutionEnvironment>()
  /** The environment used last is taken first, so that a burst's surplus gets old. */
  const idle = new Map<ExecutionEnvironment, () => void>()
  const waiting: Array<{
    readonly take: (environment: ExecutionEnvironment) => void
    readonly refuse: (error: Error) => void
  }> = []
  let inFlight = 0
  let closed = false

  const start = (): ExecutionEnvironment => {
    const environment = options.start({
      onIdle: (ready) => {
        const next = waiting.shift()
        if (next !== undefined) return next.take(ready)
        const end = () => {
          idle.delete(ready)
          void ready.kill()
        }
        idle.set(ready, options.whenIdleForLong(end))
      },
      onExit: (gone) => {
        environments.delete(gone)
        idle.get(gone)?.()
        idle.delete(gone)
        const next = closed ? undefined : waiting.shift()
        next?.take(start())
      }
    })
    environments.add(environment)
    return environment
  }

  const acquire = (): ExecutionEnvironment | Promise<ExecutionEnvironment> => {
    const warm = [...idle.keys()].at(-1)
    if (warm !== undefined) {
      idle.get(warm)?.()
      idle.delete(warm)
      return warm
    }
    if (environments.size < options.maximumEnvironments) return start()
    return new Promise((take, refuse) => waiting.push({ take, refuse }))
  }

  const run = async (requestId: string, event: string, lineage: string): Promise<InvocationResult> => {
    inFlight++
    try {
      const environment = await acquire()
      return await environment.invoke(requestId, event, lineage)
    } finally {
      inFlight--
    }
  }

  return {
    invoke: (requestId, event, lineage) =>
      options.reservedConcurrency !== undefined && inFlight >= options.reservedConcurrency
        ? undefined
        : run(requestId, event, lineage),
    inFlight: () => inFlight,
    recycle: async () => {
      const resting = [...idle]
      idle.clear()
      await Promise.all(
        resting.map(([environment, cancel]) => {
          cancel()
          return environment.kill()
        })
      )
    },
    close: async () => {
      closed = true
      for (const cancel of idle.values()) cancel()
      for (const { refuse } of waiting.splice(0)) refuse(new Error("The embedded AWS has been stopped."))
      await Promise.all([...environments].map((environment) => environment.kill()))
    }
  }
}
