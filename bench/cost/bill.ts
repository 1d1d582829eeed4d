/** What AWS bills for a run. */
import { priceList } from "../prices.ts"
import type { CallCounter } from "../system/CallCounter.ts"

/** Dollars by service, and together. */
export type Dollars = Readonly<Record<"api" | "sqs" | "sns" | "dynamodb" | "s3" | "lambda" | "logs" | "total", number>>

/** Both functions have 512 MiB unless told otherwise. */
const memoryGigabytes = 0.5

/** Assumed, and the same for whoever is compared: the machine of a bench says nothing about Lambda's. */
export const assumedSeconds = {
  /** An invocation, for what it does besides its messages. */
  invocation: 0.01,
  /** A message or an order in it. */
  message: 0.01
} as const

/** START, END and REPORT, which Lambda writes for each invocation, as text, about. */
const lambdaLogBytes = 250

/** Adds it up. */
export const billOf = (run: {
  readonly counter: Pick<CallCounter, "dollars">
  readonly invocations: Readonly<Record<"place" | "consume" | "heal", number>>
  readonly deadLetters: number
  readonly orders: number
  readonly logBytes: number
}): Dollars => {
  const { place, consume, heal } = run.invocations
  const invocations = place + consume + heal
  const messages = run.orders * 2 + run.deadLetters
  const seconds = invocations * assumedSeconds.invocation + messages * assumedSeconds.message
  const dollars = {
    api: place * priceList.apiRequest.dollars,
    ...run.counter.dollars,
    lambda:
      invocations * priceList.lambdaInvocation.dollars +
      seconds * memoryGigabytes * priceList.lambdaGigabyteSecond.dollars,
    logs: (run.logBytes + invocations * lambdaLogBytes) * priceList.logByte.dollars
  }
  return { ...dollars, total: Object.values(dollars).reduce((sum, each) => sum + each, 0) }
}
