/** A failed call of AWS, as a line of the log. */
import { Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"

/** Logs a failed call of AWS by its kind and reason; nothing of what was sent. */
export const logAwsError = (message: string, error: AwsError, orderId?: string): Effect.Effect<void> =>
  Effect.logError(message).pipe(
    Effect.annotateLogs({
      ...(orderId === undefined ? {} : { orderId }),
      error: error._tag,
      reason: "reason" in error ? error.reason : error.code
    })
  )
