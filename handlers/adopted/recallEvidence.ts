/**
 * A function carries no evidence with it: its dead letters are known again by the id of the request that failed, for
 * which the healer has claimed the evidence when it invoked the function; and by the payload, where the healer died before.
 */
import { Effect } from "effect"
import { messageOf } from "../consumer/Message.ts"
import type { SqsEvent, SqsRecord } from "../consumer/SqsEvent.ts"
import { evidenceAttributeName } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { failedRequestId, functionPayload, originalOf, payloadContent } from "./foreignDeadLetter.ts"

/** How many look-ups are made at a time. */
const concurrency = 5

const recall = Effect.fnUntraced(function* (record: SqsRecord) {
  const message = messageOf(record)
  const requestId = message.evidence === undefined ? failedRequestId(message) : undefined
  const original = requestId === undefined ? undefined : originalOf(message)
  if (requestId === undefined || original === undefined) return record
  const ledger = yield* HealerLedger
  const evidence = yield* ledger.evidenceOf(requestId, payloadContent(functionPayload(original.body)))
  if (evidence === undefined) return record
  const carried = { dataType: "String", stringValue: encodeEvidence(evidence) }
  return { ...record, messageAttributes: { ...record.messageAttributes, [evidenceAttributeName]: carried } }
})

/** The records with their evidence, and the ids of those whose evidence could not be looked up: SQS gives them out again. */
export const recallEvidence = Effect.fnUntraced(function* ({ Records }: SqsEvent) {
  const left: Array<string> = []
  const records = yield* Effect.forEach(
    Records,
    (record) =>
      recall(record).pipe(
        Effect.map((recalled): ReadonlyArray<SqsRecord> => [recalled]),
        Effect.catchCause((cause) => {
          left.push(record.messageId)
          return Effect.as(Effect.logError("The evidence of a failed message could not be read.", cause), [])
        })
      ),
    { concurrency }
  )
  return { event: { Records: records.flat() } satisfies SqsEvent, left }
})
