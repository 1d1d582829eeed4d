/** The log of a running instance: what happens to each order, one line each, as it happens. */
import type { EmbeddedAws } from "./EmbeddedAws.ts"
import { logText, orderName, publicationText } from "./eventsText.ts"

/** How many messages are known by name; older ones go by their id again. */
const namesKept = 10_000

/** The parts of an embedded AWS that tell what happens. */
export type EventSources = Pick<EmbeddedAws, "onQueued"> & {
  readonly cloudwatch: Pick<EmbeddedAws["cloudwatch"], "onLog">
  readonly sns: Pick<EmbeddedAws["sns"], "onPublish">
  readonly sqs: Pick<EmbeddedAws["sqs"], "subscribe">
}

/** `12:00:01`, in this machine's time zone. */
const timeOfDay = (milliseconds: number): string => new Date(milliseconds).toTimeString().slice(0, 8)

/**
 * Prints what happens from now on; the answer ends that.
 *
 * @param now epoch milliseconds.
 */
export const printEvents = (
  { onQueued, cloudwatch, sns, sqs }: EventSources,
  print: (line: string) => void,
  now: () => number
): (() => void) => {
  const names = new Map<string, string>()
  const nameOf = (messageId: string): string | undefined => names.get(messageId)
  const tell = (line: string | undefined): void => {
    if (line !== undefined) print(`${timeOfDay(now())} ${line}`)
  }
  const endings = [
    onQueued(({ messageId, body }) => {
      const name = orderName(body)
      if (name === undefined) return
      names.set(messageId, name)
      const [oldest] = names.keys()
      if (names.size > namesKept && oldest !== undefined) names.delete(oldest)
    }),
    cloudwatch.onLog((event) => tell(logText(event, nameOf))),
    sns.onPublish((message) => tell(publicationText(message, nameOf))),
    sqs.subscribe(({ kind, messageId, queueArn }) => {
      if (kind !== "dead-lettered") return
      const name = nameOf(messageId) ?? `message ${messageId.slice(0, 8)}…`
      tell(`${name}: moved by SQS from ${queueArn.split(":").at(-1)} to its dead-letter queue, without a reason`)
    })
  ]
  return () => {
    for (const end of endings) end()
  }
}
