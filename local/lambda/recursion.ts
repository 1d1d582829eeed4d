/**
 * Lambda's detection of recursive loops: a trace header counts, for each function, how often it was invoked in a chain of
 * requests. SDK clients in functions pass it on, SQS keeps it with what they send, and the next invocation reads it there.
 * A function that is not allowed to be part of a loop is not invoked for the 17th time in one chain.
 *
 * Only chains by way of SQS queues are followed here.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
import { hash } from "node:crypto"
import { Schema } from "effect"
import { decodeInputs, inputsSchema } from "../pulumi/decodeInputs.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"

/** What a function may be set to. */
export type RecursiveLoop = "Allow" | "Terminate"

/** "Approximately 16 times", says AWS. */
export const longestChain = 16

/** How often each function was invoked in a chain, by a digest of its ARN. */
type Lineage = ReadonlyMap<string, number>

const digestOf = (functionArn: string): string => hash("sha256", functionArn).slice(0, 8)

const lineageOf = (traceHeader: string): Lineage => {
  const text = /(?:^|;)\s*Lineage=([^;]*)/.exec(traceHeader)?.[1] ?? ""
  return new Map(
    text.split("|").flatMap((entry) => {
      const [, digest, count] = /^([0-9a-f]{8}):(\d+)$/.exec(entry) ?? []
      return digest === undefined ? [] : [[digest, Number(count)] as const]
    })
  )
}

/** An invocation's place in its chain. */
export interface Recursion {
  /** How often the function is invoked in this chain, this time included. */
  readonly count: number
  /** What its trace header says of the chain: `Lineage=…`. */
  readonly lineage: string
}

/** The place of a function's next invocation. Of several messages the longest chain counts. */
export const recursionOf = (functionArn: string, traceHeaders: ReadonlyArray<string>): Recursion => {
  const counts = new Map<string, number>()
  for (const [digest, count] of traceHeaders.flatMap((header) => [...lineageOf(header)]))
    counts.set(digest, Math.max(count, counts.get(digest) ?? 0))
  const own = digestOf(functionArn)
  const count = (counts.get(own) ?? 0) + 1
  counts.set(own, count)
  return { count, lineage: `Lineage=${[...counts].map(([digest, each]) => `${digest}:${each}`).join("|")}` }
}

const Inputs = inputsSchema({ functionName: Schema.String, recursiveLoop: Schema.Literals(["Allow", "Terminate"]) })

/** The Pulumi resource type `aws:lambda/functionRecursionConfig:FunctionRecursionConfig`. */
export const recursionConfigResource = (options: {
  /** By name or ARN; throws when there is none. */
  readonly find: (nameOrArn: string) => LambdaFunction
  readonly region: string
}): ResourceProviders => ({
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": async (request) => {
    const { functionName, recursiveLoop } = decodeInputs(request, Inputs)
    options.find(functionName).setRecursiveLoop(recursiveLoop)
    return { id: functionName, state: { region: options.region, ...request.inputs } }
  }
})
