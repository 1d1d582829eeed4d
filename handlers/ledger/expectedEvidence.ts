/**
 * Evidence of messages that have no room for it, kept before they are sent. Their ids are not known then, so it is kept by
 * what they are made of, and whoever receives such a message first claims it for the message's id. Of messages that are
 * the same in every byte it does not matter which one claims which evidence; but no evidence is claimed twice, so that
 * together they are not healed more often than each of them may be.
 */
import { createHash } from "node:crypto"
import { Clock, Effect, Option, Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { DynamoDb } from "../aws/DynamoDb.ts"
import type { MessageAttributes } from "../aws/MessageAttribute.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { DependencyFailure } from "../failure/errors.ts"
import { decodeEvidence, encodeEvidence } from "../failure/evidenceCodec.ts"
import { changeItem } from "./conditionalItem.ts"

/** Where a message is sent, or received. */
export type EvidenceQueue = "main" | "dead-letter"

/** What a message without room for evidence is made of. */
export interface MessageContent {
  readonly body: string
  readonly attributes: MessageAttributes
  readonly messageGroupId?: string | undefined
}

/** How long it stays: a day longer than SQS keeps any message. */
const retentionSeconds = 15 * 86_400

/** Of messages that are the same in every byte, this many are kept apart: DynamoDB stores 400 KB an item. */
const maxEntries = 60

/** How often a change is tried on what the item has become meanwhile. */
const maxTries = 8

const Stored = Schema.Struct({
  entries: Schema.Array(
    Schema.Struct({ evidence: Schema.String, /** Who has claimed it. */ messageId: Schema.optionalKey(Schema.String) })
  )
})

type Entry = (typeof Stored.Type)["entries"][number]

const decode = Schema.decodeUnknownOption(Stored)

const keyOf = (queue: EvidenceQueue, { body, attributes, messageGroupId }: MessageContent) => {
  const sorted = Object.entries(attributes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      dataType,
      stringValue ?? "",
      binaryValue === undefined ? "" : Buffer.from(binaryValue).toString("base64")
    ])
  const digest = createHash("sha256")
    .update(JSON.stringify([body, sorted, messageGroupId ?? ""]))
    .digest("hex")
  return { lineageId: `evidence#${queue}#${digest}` }
}

/** Changes the entries of one content; `change` answers `undefined` where nothing is to be written. */
const modify = Effect.fnUntraced(function* <A>(
  dynamoDb: DynamoDb["Service"],
  tableName: string,
  key: { readonly lineageId: string },
  change: (entries: ReadonlyArray<Entry>) => { readonly entries: ReadonlyArray<Entry> | undefined; readonly answer: A }
): Effect.fn.Return<A, AwsError> {
  const { answer } = yield* changeItem({ dynamoDb, tableName, key, maxTries }, (stored) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      // What is stored but unreadable is replaced.
      const known = Option.getOrUndefined(decode(stored))
      const { entries, answer } = change(known?.entries ?? [])
      const expiresAt = Math.floor(now / 1000) + retentionSeconds
      return { item: entries === undefined ? undefined : { entries, expiresAt }, answer }
    })
  ).pipe(
    Effect.catchTag("ConditionFailed", () =>
      Effect.fail(new DependencyFailure({ reason: "kept evidence kept changing", dependency: "dynamodb" }))
    )
  )
  return answer
})

/** Those that are claimed are the first to go where there are too many: they have been found already. */
const bounded = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> => {
  const tooMany = entries.length - maxEntries
  if (tooMany <= 0) return entries
  const claimed = entries.filter(({ messageId }) => messageId !== undefined).slice(0, tooMany)
  return entries.filter((entry) => !claimed.includes(entry)).slice(-maxEntries)
}

/** Keeps evidence of a message that is about to be sent. Repeating it with the same evidence changes nothing. */
export const expectEvidence = (
  dynamoDb: DynamoDb["Service"],
  tableName: string,
  queue: EvidenceQueue,
  content: MessageContent,
  evidence: Evidence
): Effect.Effect<void, AwsError> => {
  const text = encodeEvidence(evidence)
  return modify(dynamoDb, tableName, keyOf(queue, content), (entries) => ({
    entries: entries.some((entry) => entry.evidence === text && entry.messageId === undefined)
      ? undefined
      : bounded([...entries, { evidence: text }]),
    answer: undefined
  }))
}

/**
 * The evidence of a received message: what its id has claimed, else what nobody has claimed, which is then its own.
 * A message of the dead-letter queue may have been moved there by SQS: it is looked for in both.
 */
export const claimEvidence = Effect.fnUntraced(function* (
  dynamoDb: DynamoDb["Service"],
  tableName: string,
  queue: EvidenceQueue,
  content: MessageContent,
  messageId: string
): Effect.fn.Return<Evidence | undefined, AwsError> {
  for (const each of queue === "dead-letter" ? (["dead-letter", "main"] as const) : (["main"] as const)) {
    const text = yield* modify(dynamoDb, tableName, keyOf(each, content), (entries) => {
      const own = entries.find((entry) => entry.messageId === messageId)
      const free = entries.find((entry) => entry.messageId === undefined)
      return own !== undefined || free === undefined
        ? { entries: undefined, answer: own?.evidence }
        : {
            entries: entries.map((entry) => (entry === free ? { ...entry, messageId } : entry)),
            answer: free.evidence
          }
    })
    const evidence = decodeEvidence(text)
    if (evidence !== undefined) return evidence
  }
  return undefined
})
