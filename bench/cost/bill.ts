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

/** Of the invocations of a function beyond the first one a second. */
const sampledShare = 0.05

/** What one function costs besides its calls: to be invoked, to run, to log. */
export const functionDollars = (ran: {
  readonly invocations: number
  /** Orders or messages in them. */
  readonly messages: number
  readonly logBytes: number
}): Readonly<Record<"lambda" | "logs", number>> => {
  const { invocations, messages, logBytes } = ran
  const seconds = invocations * assumedSeconds.invocation + messages * assumedSeconds.message
  return {
    lambda:
      invocations * priceList.lambdaInvocation.dollars +
      seconds * memoryGigabytes * priceList.lambdaGigabyteSecond.dollars,
    logs: (logBytes + invocations * lambdaLogBytes) * priceList.logByte.dollars
  }
}

/** What X-Ray asks for the traces of a function that is invoked so often in so many seconds, evenly. */
export const traceDollars = (invocations: number, seconds: number): number => {
  const first = Math.min(invocations, seconds)
  return (first + (invocations - first) * sampledShare) * priceList.trace.dollars
}

/** Adds it up. */
export const billOf = (run: {
  readonly counter: Pick<CallCounter, "dollars">
  readonly apiRequests: number
  readonly functions: ReadonlyArray<Parameters<typeof functionDollars>[0]>
}): Dollars => {
  const functions = run.functions.map(functionDollars)
  const sumOf = (what: "lambda" | "logs") => functions.reduce((sum, each) => sum + each[what], 0)
  const dollars = {
    api: run.apiRequests * priceList.apiRequest.dollars,
    ...run.counter.dollars,
    lambda: sumOf("lambda"),
    logs: sumOf("logs")
  }
  return { ...dollars, total: Object.values(dollars).reduce((sum, each) => sum + each, 0) }
}
