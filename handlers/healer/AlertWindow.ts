/**
 * One alert a fingerprint and window, however many healers run. The first failure claims the window and publishes; those
 * after it are counted; the first one after the window carries the count. A publisher that dies is replaced after its
 * lease, so an alert may be published twice, but never not at all. Who knows from earlier that an alert is out counts those
 * of a batch in one write.
 */
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { type ConditionFailed, DynamoDb } from "../aws/DynamoDb.ts"
import { nextRevision, unchanged } from "../ledger/conditionalItem.ts"
import { LedgerConflict } from "../ledger/HealerLedger.ts"
import { sendingLeaseMilliseconds } from "./decide.ts"
import { HealerConfig } from "./HealerConfig.ts"

const StoredWindow = Schema.Struct({
  revision: Schema.Int,
  state: Schema.Literals(["publishing", "published"]),
  /** Names the handling that publishes; a message that SQS delivers to two healers at once is handled twice. */
  publisher: Schema.String,
  /** The DLQ message whose alert it is. */
  messageId: Schema.optionalKey(Schema.String),
  publishingSince: Schema.Int,
  endsAt: Schema.Int,
  /** Counted since the last alert. */
  heldBack: Schema.Int,
  /** Carried by the alert that is being published. */
  carried: Schema.Int
})

const decode = Schema.decodeUnknownOption(StoredWindow)

/** How often the window is tried again when somebody else was faster. */
const maxTries = 8

/** A count that nobody asked for in this time is let go. */
const retentionSeconds = 90 * 86_400

/** Fingerprints come from failures: their number has no bound of its own. */
const maxKnown = 1000

/** A window whose alert is out, as this function environment has seen it. */
interface Known {
  readonly publisher: string
  readonly messageId: string | undefined
  readonly endsAt: number
}

const keyOf = (fingerprint: string) => ({ lineageId: `alert#${fingerprint}` })

/** What to do about an alert: publish it with the number held back before it, or nothing more. */
export type AlertTurn =
  | { readonly _tag: "Publish"; readonly heldBack: number }
  | { readonly _tag: "HeldBack" }
  | { readonly _tag: "AlreadyPublished" }
  /** Another healer of the same message is publishing it, or has died of it: look again later, lest nobody does. */
  | { readonly _tag: "Busy"; readonly seconds: number }

/** Who alerts about what. */
export interface AlertingMessage {
  /** The DLQ message that is alerted about. */
  readonly messageId: string
  /** Names this handling of it. */
  readonly sender: string
}

/** Takes turns at alerting about a fingerprint. */
export class AlertWindow extends Context.Service<
  AlertWindow,
  {
    /** Whose turn it is: `Publish` has to be followed by `published`. */
    readonly take: (
      fingerprint: string,
      message: AlertingMessage
    ) => Effect.Effect<AlertTurn, AwsError | LedgerConflict>
    /**
     * Counts messages in one write, where an alert is known to be out that is not one of theirs; whether it has. What it knows is what
     * `take` and `published` have seen: `false` says nothing.
     *
     * @param messageIds those of the DLQ messages
     */
    readonly holdBack: (fingerprint: string, messageIds: ReadonlyArray<string>) => Effect.Effect<boolean, AwsError>
    /** The alert of this sender is out. */
    readonly published: (fingerprint: string, sender: string) => Effect.Effect<void, AwsError>
  }
>()("resilient-queue/healer/AlertWindow") {
  /** In the failure ledger's table. */
  static readonly layer = Layer.effect(
    AlertWindow,
    Effect.gen(function* () {
      const dynamoDb = yield* DynamoDb
      const { tableName, alertWindowSeconds } = yield* HealerConfig

      const known = new Map<string, Known>()
      /** What is published here, until it is out. */
      const publishing = new Map<string, Known>()

      const remember = (fingerprint: string, window: Known) => {
        if (known.size >= maxKnown) known.clear()
        known.set(fingerprint, window)
      }

      /** Adds to the count of a window, as long as it is the one that was seen. */
      const count = (
        fingerprint: string,
        seen: { readonly publisher: string; readonly state: string },
        messages: number
      ) =>
        dynamoDb.update({
          tableName,
          key: keyOf(fingerprint),
          condition: "publisher = :publisher AND #state = :state",
          update: "SET heldBack = heldBack + :messages, revision = revision + :one",
          attributes: {
            names: { "#state": "state" },
            values: { ":messages": messages, ":one": 1, ":publisher": seen.publisher, ":state": seen.state }
          }
        })

      const takeOnce = Effect.fnUntraced(function* (
        fingerprint: string,
        { messageId, sender }: AlertingMessage
      ): Effect.fn.Return<AlertTurn, AwsError | ConditionFailed> {
        const now = yield* Clock.currentTimeMillis
        const key = keyOf(fingerprint)
        const stored = yield* dynamoDb.get(tableName, key)
        const window = Option.getOrUndefined(decode(stored))

        if (window !== undefined) {
          const sameMessage = window.messageId === messageId
          if (window.state === "published" && sameMessage) return { _tag: "AlreadyPublished" }
          const running =
            window.state === "published"
              ? window.endsAt > now
              : window.publisher !== sender && window.publishingSince + sendingLeaseMilliseconds > now
          if (running && sameMessage) return { _tag: "Busy", seconds: sendingLeaseMilliseconds / 1000 }
          if (running) {
            yield* count(fingerprint, window, 1)
            const { publisher, endsAt } = window
            if (window.state === "published") remember(fingerprint, { publisher, messageId: window.messageId, endsAt })
            return { _tag: "HeldBack" }
          }
        }

        const heldBack =
          window === undefined ? 0 : window.heldBack + (window.state === "publishing" ? window.carried : 0)
        const next: typeof StoredWindow.Type = {
          revision: nextRevision(stored),
          state: "publishing",
          publisher: sender,
          messageId,
          publishingSince: now,
          endsAt: now + alertWindowSeconds * 1000,
          heldBack: 0,
          carried: heldBack
        }
        yield* dynamoDb.put({
          tableName,
          item: { ...key, ...next, expiresAt: Math.ceil(next.endsAt / 1000) + retentionSeconds },
          // What is stored but unreadable is replaced: an alert too many is better than none.
          ...unchanged(stored)
        })
        if (publishing.size >= maxKnown) publishing.clear()
        publishing.set(fingerprint, { publisher: sender, messageId, endsAt: next.endsAt })
        return { _tag: "Publish", heldBack }
      })

      return AlertWindow.of({
        take: (fingerprint, message) =>
          takeOnce(fingerprint, message).pipe(
            Effect.retry({ times: maxTries - 1, while: (error) => error._tag === "ConditionFailed" }),
            Effect.catchTag("ConditionFailed", () =>
              Effect.fail(new LedgerConflict({ lineageId: keyOf(fingerprint).lineageId }))
            )
          ),
        holdBack: Effect.fnUntraced(function* (fingerprint, messageIds) {
          const now = yield* Clock.currentTimeMillis
          const open = known.get(fingerprint)
          const own = open?.messageId === undefined || messageIds.includes(open.messageId)
          if (open === undefined || own || open.endsAt <= now) return false
          return yield* count(fingerprint, { publisher: open.publisher, state: "published" }, messageIds.length).pipe(
            Effect.as(true),
            Effect.catchTag("ConditionFailed", () =>
              Effect.as(
                Effect.sync(() => known.delete(fingerprint)),
                false
              )
            )
          )
        }),
        published: (fingerprint, sender) =>
          dynamoDb
            .update({
              tableName,
              key: keyOf(fingerprint),
              condition: "publisher = :publisher",
              update: "SET #state = :published, carried = :none, revision = revision + :one",
              attributes: {
                names: { "#state": "state" },
                values: { ":publisher": sender, ":published": "published", ":none": 0, ":one": 1 }
              }
            })
            .pipe(
              Effect.tap(() =>
                Effect.sync(() => {
                  const window = publishing.get(fingerprint)
                  if (window?.publisher === sender) remember(fingerprint, window)
                })
              ),
              Effect.asVoid,
              Effect.catchTag("ConditionFailed", () => Effect.void),
              Effect.ensuring(Effect.sync(() => publishing.delete(fingerprint)))
            )
      })
    })
  )
}
