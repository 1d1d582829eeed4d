/** What has to be looked up of messages before they are handled: of most of them nothing. */
import { Clock, Effect, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Timeout } from "../failure/errors.ts"
import type { Breakers } from "../ledger/Breakers.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { type Message, mayHaveKeptEvidence, withEvidence } from "./Message.ts"
import { claimsAdmission, withProvenAdmission } from "./provenAdmission.ts"
import { runUntil } from "./runUntil.ts"

/** The results of lookups, by receipt handle. */
export type Lookups = ReadonlyMap<string, Result.Result<Message, AwsError>>

/** The message with the evidence that the ledger keeps for it. */
const withKeptEvidence = Effect.fnUntraced(function* (message: Message) {
  const ledger = yield* FailureLedger
  return withEvidence(message, yield* ledger.evidenceOf(message.messageId, message))
})

/** What there is to look up of a message. */
const lookupOf = (message: Message): Effect.Effect<Message, AwsError, Breakers | FailureLedger> | undefined => {
  if (mayHaveKeptEvidence(message)) return withKeptEvidence(message)
  return claimsAdmission(message) ? withProvenAdmission(message) : undefined
}

const noAnswer = Result.fail(new Timeout({ reason: "no answer in time", dependency: "dynamodb" }))

/** Looks up what there is to look up of these messages, in half of the time until the deadline: the other half is theirs. */
export const lookUp = (
  messages: ReadonlyArray<Message>,
  concurrency: number,
  deadline: number
): Effect.Effect<Lookups, never, Breakers | FailureLedger> => {
  const lookups = messages.flatMap((message) => {
    const lookup = lookupOf(message)
    return lookup === undefined ? [] : [{ receiptHandle: message.receiptHandle, lookup }]
  })
  if (lookups.length === 0) return noLookups
  const found = new Map<string, Result.Result<Message, AwsError>>(
    lookups.map(({ receiptHandle }) => [receiptHandle, noAnswer])
  )
  const all = Effect.forEach(
    lookups,
    ({ receiptHandle, lookup }) => Effect.map(Effect.result(lookup), (result) => void found.set(receiptHandle, result)),
    { concurrency, discard: true }
  )
  return Effect.flatMap(Clock.currentTimeMillis, (now) =>
    // Found is what was found by then: what comes later is not looked at.
    Effect.map(runUntil(all, now + (deadline - now) / 2), () => new Map(found))
  )
}

const noLookups: Effect.Effect<Lookups> = Effect.succeed(new Map())

/** A message with what was found of it. Where the ledger could not be asked, its past is unknown. */
export const withLookup = (message: Message, lookups: Lookups): Message => {
  const lookup = lookups.get(message.receiptHandle)
  if (lookup === undefined) return message
  return Result.isSuccess(lookup) ? lookup.success : { ...message, pastUnknown: true }
}
