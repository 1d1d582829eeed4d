/**
 * Asynchronous invocation: an event is accepted at once and run later, again when the function fails, and what becomes of it
 * is told to a destination.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
import { randomUUID } from "node:crypto"
import type { Clock } from "../../EmbeddedService.ts"
import type { Iam } from "../../iam/Iam.ts"
import type { SqsService } from "../../sqs/SqsService.ts"
import type { LambdaFunction } from "../LambdaFunction.ts"
import type { InvocationResult } from "../LambdaService.ts"
import { type Condition, deliverRecord } from "./deliverRecord.ts"
import { defaultEventInvokeConfig, type EventInvokeConfig } from "./EventInvokeConfig.ts"

/** The largest event that is accepted, in bytes: 1 MB. */
export const asyncPayloadLimitBytes = 1_048_576

/**
 * How long the first and the second retry wait, in milliseconds: a second for each minute that they wait on AWS.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const defaultRetryDelays: readonly [number, number] = [1000, 2000]

/** A function that is throttled gets its event again after a second, then two, four … up to five minutes. */
const throttledDelay = (throttles: number): number => Math.min(300_000, 1000 * 2 ** (throttles - 1))

/** What asynchronous invocation is made of. */
export interface AsyncInvocationOptions {
  readonly clock: Clock
  readonly iam: Pick<Iam, "decide">
  readonly sqs: Pick<SqsService, "attributes" | "queueArns" | "send">
  /** What is set, by the function's ARN. */
  readonly configs: ReadonlyMap<string, EventInvokeConfig>
  /** @default `defaultRetryDelays` */
  readonly retryDelays?: readonly [number, number] | undefined
  /** Counts a metric of the function. */
  readonly count: (functionName: string, metric: string) => void
}

/** Accepts events and runs them. */
export interface AsyncInvocations {
  /** Accepts an event; the answer is the request's id. Throws for one that is too large. */
  readonly accept: (target: LambdaFunction, event: unknown) => string
  /** How many events wait for a retry, or run. */
  readonly pending: () => number
  /** Drops what waits. */
  readonly close: () => void
}

/** Starts with no events. */
export const asyncInvocations = (options: AsyncInvocationOptions): AsyncInvocations => {
  const { clock, configs, retryDelays = defaultRetryDelays } = options
  const cancels = new Set<() => void>()
  let closed = false
  let pending = 0

  const accept = (target: LambdaFunction, event: unknown): string => {
    const size = Buffer.byteLength(JSON.stringify(event) ?? "null")
    if (size > asyncPayloadLimitBytes) {
      throw new Error(
        `RequestEntityTooLargeException: ${size} byte payload is too large for the Event invocation type (limit ${asyncPayloadLimitBytes} bytes)`
      )
    }
    const requestId = randomUUID()
    const { functionArn, functionName } = target.configuration
    const acceptedAt = clock.now()
    let invokeCount = 0
    let throttles = 0
    let last: InvocationResult | undefined
    pending += 1

    const finish = (condition: Condition): void => {
      pending -= 1
      const config = configs.get(functionArn) ?? defaultEventInvokeConfig
      const destination = condition === "Success" ? config.onSuccess : config.onFailure
      if (condition !== "Success") options.count(functionName, "AsyncEventsDropped")
      if (destination === undefined) return
      const finished = { requestId, functionArn, condition, invokeCount, event, result: last, at: clock.now() }
      if (!deliverRecord(options, target.principal(), destination, finished))
        options.count(functionName, "DestinationDeliveryFailures")
    }

    const later = (milliseconds: number): void => {
      const cancel = clock.schedule(milliseconds, () => {
        cancels.delete(cancel)
        void attempt()
      })
      cancels.add(cancel)
    }

    const attempt = async (): Promise<void> => {
      if (closed) return
      const { maximumEventAgeInSeconds, maximumRetryAttempts } = configs.get(functionArn) ?? defaultEventInvokeConfig
      if (clock.now() - acceptedAt > maximumEventAgeInSeconds * 1000) return finish("EventAgeExceeded")
      let result: InvocationResult
      try {
        result = await target.invoke(event, requestId)
      } catch {
        // Its environments were closed under it.
        pending -= 1
        return
      }
      if (closed) return
      if (result.throttled) {
        throttles += 1
        return later(throttledDelay(throttles))
      }
      invokeCount += 1
      last = result
      if (result.error === undefined) return finish("Success")
      const delay = retryDelays[invokeCount - 1]
      if (invokeCount > maximumRetryAttempts || delay === undefined) return finish("RetriesExhausted")
      later(delay)
    }

    void attempt()
    return requestId
  }

  return {
    accept,
    pending: () => pending,
    close: () => {
      closed = true
      for (const cancel of cancels) cancel()
      cancels.clear()
    }
  }
}
