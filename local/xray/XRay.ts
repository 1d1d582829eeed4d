/**
 * X-Ray, as far as Lambda's own daemon uses it: a segment for each traced invocation, and what the daemon tells about
 * itself. Each needs a permission of the function's role; without it, it is lost and nobody is told.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
import type { Principal } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"

/** How many traces and records arrived from a function. */
export interface Received {
  readonly segments: number
  readonly telemetryRecords: number
}

/** What Lambda tells X-Ray, and what has arrived there. */
export interface XRay {
  /** Takes the segment of one invocation and the daemon's record about it, as far as the role may send them. */
  readonly record: (principal: Principal, functionName: string) => void
  /** Counted since the start. */
  readonly received: (functionName: string) => Received
}

/** Starts an X-Ray without traces. */
export const createXRay = (iam: Pick<Iam, "decide">): XRay => {
  const counts = new Map<string, Received>()
  const received = (functionName: string) => counts.get(functionName) ?? { segments: 0, telemetryRecords: 0 }
  return {
    received,
    record: (principal, functionName) => {
      // X-Ray knows no resources.
      const may = (action: string) =>
        iam.decide(principal, { action, resource: "*", context: { "aws:SecureTransport": "true" } }).allowed ? 1 : 0
      const { segments, telemetryRecords } = received(functionName)
      counts.set(functionName, {
        segments: segments + may("xray:PutTraceSegments"),
        telemetryRecords: telemetryRecords + may("xray:PutTelemetryRecords")
      })
    }
  }
}
