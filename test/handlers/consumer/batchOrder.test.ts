import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { batchOrder } from "../../../handlers/consumer/batchOrder.ts"
import type { Message } from "../../../handlers/consumer/Message.ts"
import { healedEvidence } from "./records.ts"

const message = (messageId: string, receiveCount: number, options: Partial<Message> = {}): Message => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: "{}",
  attributes: {},
  receiveCount,
  sentAt: 0,
  messageGroupId: undefined,
  evidence: healedEvidence({ lineageId: messageId, isolated: true }),
  lineageId: messageId,
  firstSeen: 0,
  ...options
})

/** Runs the isolated messages of a batch in order until the culprit kills the process; answers who is left. */
const survivorsOf = (names: ReadonlyArray<string>, culprit: string, receiveCount: number): ReadonlyArray<string> => {
  const order = batchOrder(
    names.map((name) => message(name, receiveCount)),
    false
  ).alone.map(({ messageId }) => messageId)
  const finished = order.slice(0, order.indexOf(culprit))
  return names.filter((name) => !finished.includes(name))
}

describe("the order of a batch", () => {
  it("finishes every innocent among isolated messages within two receives, wherever the culprit stands", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.nat(9),
        (names, at, first) => {
          const culprit = names[at % names.length] ?? ""
          const left = survivorsOf(survivorsOf(names, culprit, first + 1), culprit, first + 2)
          expect(left).toEqual([culprit])
        }
      )
    )
  })

  it("runs every message once, isolated ones alone and all others side by side", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { maxLength: 10 }),
        fc.array(fc.boolean(), { maxLength: 10 }),
        (names, flags) => {
          const messages = names.map((name, index) =>
            flags[index] === true ? message(name, 1) : message(name, 1, { evidence: undefined })
          )
          const order = batchOrder(messages, false)
          expect([...order.sequences.flat(), ...order.alone].map(({ messageId }) => messageId).sort()).toEqual(
            [...names].sort()
          )
          expect(order.alone.every(({ evidence }) => evidence?.isolated === true)).toBe(true)
          expect(order.sequences.every((sequence) => sequence.length === 1)).toBe(true)
        }
      )
    )
  })

  it("never turns a message group of a FIFO queue about", () => {
    const group = ["a", "b", "c"].map((name) => message(name, 2, { messageGroupId: "g" }))
    expect(batchOrder(group, true).alone).toEqual(group)
  })
})
