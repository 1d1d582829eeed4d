/** What commands need to know of a system, found among the outputs of a stack. Pure. */
import { Result } from "effect"
import type { QueueUrls } from "../../handlers/operations/systemStatus.ts"

/** Where a system is, by the names of its resources; what no output names is not known. */
export interface SystemOutputs {
  readonly queueUrl?: string
  readonly deadLetterQueueUrl?: string
  readonly parkingQueueUrl?: string
  readonly failuresTableName?: string
  readonly archiveBucketName?: string
  /** The order system's own table. */
  readonly ordersTableName?: string
  /** The recovery policy of its functions, as `RECOVERY_POLICY` has it. */
  readonly recoveryPolicy?: string
}

/** The outputs of a stack by name. */
export type StackOutputs = Readonly<Record<string, unknown>>

/** As `ResilientQueue` calls its outputs. */
const ownNames = [
  "queueUrl",
  "deadLetterQueueUrl",
  "parkingQueueUrl",
  "failuresTableName",
  "archiveBucketName",
  "recoveryPolicy"
] as const

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const isRecord = (value: unknown): value is StackOutputs =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** What stands under these names. */
const read = (outputs: StackOutputs, nameOf: (own: string) => string): SystemOutputs =>
  Object.fromEntries(
    ownNames.flatMap((own) => {
      const found = text(outputs[nameOf(own)])
      return found === undefined ? [] : [[own, found] as const]
    })
  )

const withPrefix = (outputs: StackOutputs, prefix: string): SystemOutputs => {
  const member = outputs[prefix]
  return {
    ...read(outputs, (own) => `${prefix}${capitalized(own)}`),
    ...(isRecord(member) ? read(member, (own) => own) : {})
  }
}

/** What may stand before the names of a queue's outputs: the ledger is what every system has. */
const prefixesOf = (outputs: StackOutputs): ReadonlyArray<string> =>
  Object.entries(outputs).flatMap(([name, value]) =>
    isRecord(value) && text(value["failuresTableName"]) !== undefined
      ? [name]
      : name.endsWith("FailuresTableName") && text(value) !== undefined
        ? [name.slice(0, -"FailuresTableName".length)]
        : []
  )

/** The main queue of a program with one queue, whatever the program calls it: `orderQueueUrl`. */
const soleQueueUrl = (outputs: StackOutputs): string | undefined => {
  const urls = Object.entries(outputs).filter(
    ([name, value]) => /QueueUrl$/.test(name) && !/(?:deadLetter|parking)QueueUrl$/i.test(name) && text(value)
  )
  return urls.length === 1 ? text(urls[0]?.[1]) : undefined
}

/**
 * A system among the outputs of a stack; fails with one sentence where there are several, or none of that prefix.
 *
 * @param prefix what stands before the names: `invoices` for `invoicesQueueUrl`, or an output that is an object with them
 */
export const systemOutputs = (
  outputs: StackOutputs,
  prefix: string | undefined
): Result.Result<SystemOutputs, string> => {
  const prefixes = prefixesOf(outputs)
  if (prefix !== undefined) {
    const found = withPrefix(outputs, prefix)
    return Object.keys(found).length > 0
      ? Result.succeed(found)
      : Result.fail(
          `--queue ${prefix}: no output begins with it. ${prefixes.length === 0 ? "No output has a prefix." : `There are: ${prefixes.join(", ")}.`}`
        )
  }
  if (text(outputs["failuresTableName"]) === undefined) {
    const [only, ...others] = prefixes
    if (others.length > 0)
      return Result.fail(`The outputs have several queues (${prefixes.join(", ")}): say which with --queue.`)
    if (only !== undefined) return Result.succeed(withPrefix(outputs, only))
  }
  const queueUrl = text(outputs["queueUrl"]) ?? soleQueueUrl(outputs)
  const ordersTableName = text(outputs["ordersTableName"])
  return Result.succeed({
    ...read(outputs, (own) => own),
    ...(queueUrl === undefined ? {} : { queueUrl }),
    ...(ordersTableName === undefined ? {} : { ordersTableName })
  })
}

/** The region that a queue's URL names; `undefined` for one that is not AWS's. */
export const regionOf = (queueUrl: string | undefined): string | undefined =>
  /^https:\/\/(?:sqs\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.(?:queue\.)?amazonaws\.com(?:\.cn)?\//.exec(queueUrl ?? "")?.[1]

/** The queues of a system, as far as its outputs name them. */
export const queueUrlsOf = ({ queueUrl, deadLetterQueueUrl, parkingQueueUrl }: SystemOutputs): QueueUrls => ({
  ...(queueUrl === undefined ? {} : { main: queueUrl }),
  ...(deadLetterQueueUrl === undefined ? {} : { "dead-letter": deadLetterQueueUrl }),
  ...(parkingQueueUrl === undefined ? {} : { parking: parkingQueueUrl })
})
