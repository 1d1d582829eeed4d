/**
 * Throttling as API Gateway does it: a bucket of tokens that fills at a rate and holds a burst.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
import type { Throttling } from "./HttpApi.ts"

/** Takes a token; `false` when there is none. */
export type TakeToken = () => boolean

/** A full bucket. */
export const tokenBucket = ({ rateLimit, burstLimit }: Throttling, now: () => number): TakeToken => {
  if (rateLimit === undefined && burstLimit === undefined) return () => true
  const rate = rateLimit ?? Number.POSITIVE_INFINITY
  const size = burstLimit ?? Math.max(1, Math.ceil(rate))
  let tokens = size
  let filledAt = now()
  return () => {
    const at = now()
    tokens = Math.min(size, tokens + (Math.max(0, at - filledAt) / 1000) * rate)
    filledAt = at
    if (!(tokens >= 1)) return false
    tokens--
    return true
  }
}
