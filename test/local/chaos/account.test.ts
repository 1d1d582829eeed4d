import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { account, type Books } from "../../../local/chaos/account.ts"
import type { Answer } from "../../../local/chaos/placeOrders.ts"
import { type ChaosResult, holds, reportLines, toJson } from "../../../local/chaos/report.ts"
import { orderKey } from "../../../local/demo/conservation.ts"

const order = (orderId: string) => ({ orderId, itemName: "Laptop", quantity: 1 })
const keyOf = (orderId: string) => orderKey(order(orderId))
const stored = (orderId: string) => ({ ...order(orderId), storedAt: "2026-01-01T00:00:00.000Z" })
const message = (messageId: string, orderId: string) => ({ messageId, key: keyOf(orderId) })

const failure = (lineageId: string, status: LedgerItem["status"], more: Partial<LedgerItem> = {}): LedgerItem => ({
  lineageId,
  revision: 1,
  status,
  class: "Timeout",
  fingerprint: "f",
  reason: "r",
  why: "w",
  firstFailureAt: "2026-01-01T00:00:00.000Z",
  lastFailureAt: "2026-01-01T00:00:00.000Z",
  attempts: 0,
  deadLetters: [],
  history: [],
  ...more
})

const books = (more: Partial<Books>): Books => ({
  orders: [],
  ledger: [],
  archive: new Map(),
  answers: new Map(),
  taken: [],
  parked: new Set(),
  ...more
})

const accepted = (...orderIds: ReadonlyArray<string>) =>
  new Map<string, Answer>(orderIds.map((id) => [keyOf(id), "accepted"]))

const resultOf = (given: Partial<Books>, more: Partial<ChaosResult> = {}): ChaosResult => ({
  orders: 1,
  seed: 1,
  account: account(books(given)),
  refused: 0,
  retries: 0,
  faultsInjected: { throttling: 0, error: 0, latency: 0, reset: 0, "lost-response": 0, kill: 0 },
  queued: 0,
  doubleCharges: [],
  sendingSeconds: 1,
  seconds: 2,
  interrupted: false,
  ...more
})

const archivedAt = (key: string) => new Map([[key, { body: "{}", attributes: {} }]])

describe("the accounts of a chaos run", () => {
  it("hold when every order and every message has one home", () => {
    const result = resultOf({
      answers: accepted("A", "B", "C", "D"),
      taken: [message("a", "A"), message("b", "B"), message("c", "C"), message("d", "D")],
      orders: [stored("A")],
      ledger: [failure("b", "archived", { archiveKey: "x" }), failure("c", "awaiting-operator", { archiveKey: "x" })],
      archive: archivedAt("x"),
      parked: new Set(["d"])
    })
    expect(holds(result)).toBe(true)
    expect(JSON.parse(toJson(result))).toMatchObject({
      ok: true,
      accepted: 4,
      stored: 1,
      archived: 1,
      awaitingOperator: 2,
      parked: 1,
      lost: 0,
      duplicates: 0
    })
  })

  it("hold for an order that became several messages: stored once, or each of them archived", () => {
    const result = resultOf({
      answers: accepted("A", "B", "C"),
      taken: [
        message("a1", "A"),
        message("a2", "A"),
        message("b1", "B"),
        message("b2", "B"),
        message("c1", "C"),
        message("c2", "C")
      ],
      orders: [stored("A"), stored("C")],
      ledger: ["b1", "b2", "c2"].map((id) => failure(id, "archived", { archiveKey: "x" })),
      archive: archivedAt("x")
    })
    expect(holds(result)).toBe(true)
    expect(result.account.orders).toMatchObject({ accepted: 3, stored: 2, archived: 1 })
    expect(result.account.messages).toMatchObject({ accepted: 6, stored: 3, archived: 3 })
  })

  it.each<[string, Partial<Books>]>([
    ["that was accepted and is nowhere", { answers: accepted("A"), taken: [message("a", "A")] }],
    ["that never reached the queue", { answers: accepted("A") }],
    [
      "whose archive object is missing",
      { answers: accepted("A"), taken: [message("a", "A")], ledger: [failure("a", "archived", { archiveKey: "x" })] }
    ],
    [
      "one of whose messages is nowhere",
      {
        answers: accepted("A"),
        taken: [message("a1", "A"), message("a2", "A")],
        ledger: [failure("a1", "archived", { archiveKey: "x" })],
        archive: archivedAt("x")
      }
    ]
  ])("say that an order is lost %s", (_, given) => {
    const result = resultOf(given)
    expect(holds(result)).toBe(false)
    expect(JSON.parse(toJson(result))).toMatchObject({ ok: false, lost: 1, duplicates: 0 })
    expect(reportLines(result)).toContain("The conservation check does not hold (seed 1).")
  })

  it.each<[string, Partial<Books>]>([
    ["stored and archived", { orders: [stored("A")], ledger: [failure("a", "archived", { archiveKey: "x" })] }],
    ["archived and parked", { ledger: [failure("a", "archived", { archiveKey: "x" })], parked: new Set(["a"]) }]
  ])("say that a message is doubled that is %s", (_, given) => {
    const result = resultOf({
      answers: accepted("A"),
      taken: [message("a", "A")],
      archive: archivedAt("x"),
      ...given
    })
    expect(holds(result)).toBe(false)
    expect(JSON.parse(toJson(result)).duplicates).toBeGreaterThan(0)
  })

  it("say so when one of an order's messages is archived after it is known to have recovered", () => {
    const recovered = { at: "2026-01-01T00:00:00.000Z", act: "recovered", why: "" } as const
    const result = resultOf({
      answers: accepted("A"),
      taken: [message("a1", "A"), message("a2", "A")],
      orders: [stored("A")],
      ledger: [failure("a1", "archived", { archiveKey: "x", history: [recovered] })],
      archive: archivedAt("x")
    })
    expect(result.account.messages.duplicates).toEqual(["a1"])
  })

  it("count an order without a clear answer exactly when the system has it", () => {
    fc.assert(
      fc.property(fc.boolean(), (arrived) => {
        const result = resultOf({
          answers: new Map([[keyOf("A"), "undecided"]]),
          taken: arrived ? [message("a", "A")] : [],
          orders: arrived ? [stored("A")] : []
        })
        expect(result.account.orders.accepted).toBe(arrived ? 1 : 0)
        expect(holds(result)).toBe(true)
      })
    )
  })

  it("do not hold with an order that nobody sent, that was refused, a message left in a queue, or a double charge", () => {
    const good = { answers: accepted("A"), taken: [message("a", "A")], orders: [stored("A")] }
    expect(holds(resultOf(good))).toBe(true)
    expect(holds(resultOf({ ...good, orders: [stored("A"), stored("B")] }))).toBe(false)
    expect(holds(resultOf({ ...good, answers: new Map([[keyOf("A"), "refused"]]) }))).toBe(false)
    expect(holds(resultOf(good, { queued: 1 }))).toBe(false)
    expect(holds(resultOf(good, { doubleCharges: ["A"] }))).toBe(false)
  })

  it("do not hold while the ledger says that something is to be done", () => {
    const result = resultOf({
      answers: accepted("A"),
      taken: [message("a", "A")],
      orders: [stored("A")],
      ledger: [failure("a", "healing")]
    })
    expect(holds(result)).toBe(false)
    expect(reportLines(result)).toContain("never finished: a healing: w")
  })
})
