import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { parseRedactPath, type RedactPath } from "../../../handlers/failure/redactPath.ts"
import { decodeArchivedMessage } from "../../../handlers/healer/ArchivedMessage.ts"
import { replay } from "../../../handlers/replay/replay.ts"
import { makeConsumer, whileConsuming } from "../replay/replaying.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { makeWorld } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const marker = "m4rker-c4rd"
const redactPaths = ["$.card.number"].map(parseRedactPath).filter((path): path is RedactPath => path !== undefined)
const body = JSON.stringify({ orderId: "o1", card: { number: marker, name: "Ada" } })

const failed = (className: string, text = body) =>
  deadLetter({
    messageId: "m1",
    body: text,
    attributes: {
      trace: { dataType: "String", stringValue: `card ${marker}` },
      raw: { dataType: "Binary", binaryValue: new TextEncoder().encode(`x${marker}`) },
      other: { dataType: "Binary", binaryValue: Uint8Array.of(0, 255) }
    },
    evidence: evidenceOfFailure("l1", className, start, { reason: `declined ${marker}`, detail: `card=${marker};` })
  })

/** What is Base64 in an archive object. */
const bytesIn = (object: string): ReadonlyArray<string> =>
  [...object.matchAll(/"binaryValue":"([^"]*)"/g)].map(([, text = ""]) => Buffer.from(text, "base64").toString())

const healed = Effect.fnUntraced(function* (className: string, text?: string) {
  yield* TestClock.setTime(start)
  const world = makeWorld({ redactPaths })
  yield* world.heal([failed(className, text)], "a").pipe(Effect.provide(world.layer))
  const objects = [...world.objects].map(([key, object]) => [key, object, ...bytesIn(object)])
  const written = JSON.stringify([objects, [...world.table.items.values()], world.alerts])
  const [text1 = ""] = world.objects.values()
  return { world, written, archived: decodeArchivedMessage(text1) }
})

describe("what of a body is named by path", () => {
  it.effect("is in no archive, ledger or alert; the rest of the evidence stays", () =>
    Effect.gen(function* () {
      const { written, archived } = yield* healed("AuthFailure")
      expect(written).not.toContain(marker)
      expect(archived).toMatchObject({
        body: JSON.stringify({ orderId: "o1", card: { number: "[redacted]", name: "Ada" } }),
        redacted: ["$.card.number"],
        reason: "declined [redacted]",
        correlationId: "o1",
        attributes: {
          trace: { stringValue: "card [redacted]" },
          raw: { binaryValue: new TextEncoder().encode("x[redacted]") },
          other: { binaryValue: Uint8Array.of(0, 255) }
        },
        evidence: { lineageId: "l1", failure: { reason: "declined [redacted]", detail: "card=[redacted];" } }
      })
    })
  )

  it.effect("goes back to the queue untouched with a message that is healed", () =>
    Effect.gen(function* () {
      const { world, written } = yield* healed("Timeout")
      expect(world.sent[0]?.message.body).toBe(body)
      expect(written).not.toContain(marker)
    })
  )

  it.effect("cannot be told from the rest of a body that is not JSON: none of it is archived", () =>
    Effect.gen(function* () {
      const { written, archived } = yield* healed("BadPayload", body.slice(0, -5))
      expect(written).not.toContain(marker)
      expect(archived).toMatchObject({
        body: "[redacted]",
        redacted: ["$"],
        attributes: { trace: { stringValue: "[redacted]" } }
      })
    })
  )

  it.effect("may make a reason longer, which still fits", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const world = makeWorld({ redactPaths })
      const record = deadLetter({
        messageId: "m1",
        body: JSON.stringify({ card: { number: "abc" } }),
        evidence: evidenceOfFailure("l1", "AuthFailure", start, { reason: "abc ".repeat(60) })
      })
      const left = yield* world.heal([record], "a").pipe(Effect.provide(world.layer))
      expect(left).toEqual([])
      expect(world.item("l1")?.failure?.reason.length).toBeLessThanOrEqual(256)
    })
  )
})

describe("a redacted message", () => {
  const run = (world: ReturnType<typeof makeWorld>, patch?: Record<string, unknown>) =>
    whileConsuming(
      replay(patch === undefined ? {} : { edit: { kind: "patch", patch } }).pipe(Effect.provide(world.layer)),
      makeConsumer(world, () => "recovers")
    )

  it.effect("is not replayed as it is: its consumer would take the mark for the value", () =>
    Effect.gen(function* () {
      const { world } = yield* healed("AuthFailure")
      expect(yield* run(world)).toMatchObject({ selected: 1, replayed: 0, skipped: 1 })
      expect(world.sent).toEqual([])
      expect(world.item("l1")?.status).toBe("awaiting-operator")
    })
  )

  it.effect("is replayed with an edit that restores it, which the ledger does not quote", () =>
    Effect.gen(function* () {
      const { world } = yield* healed("AuthFailure")
      expect(yield* run(world, { card: { number: marker } })).toMatchObject({ replayed: 1, skipped: 0 })
      expect(JSON.parse(world.sent[0]?.message.body ?? "")).toEqual(JSON.parse(body))
      expect(JSON.stringify([...world.table.items.values()])).not.toContain(marker)
    })
  )
})
