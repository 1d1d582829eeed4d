/** A message that crashes its consumer once and then succeeds, with every call broken in every way: its recovery is told. */
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { type Fault, type FaultKind, faultKinds, type History, historyOf } from "./History.ts"
import { type RunOptions, runHistory } from "./runHistory.ts"

const crashesOnce = (fifo: boolean, faults: ReadonlyArray<Fault>): History => ({
  ...historyOf(1),
  fifo,
  arrivals: [
    {
      at: 0,
      behaviour: { _tag: "Crashes", times: 1 },
      group: "red",
      attributes: 0,
      orderId: "order-0",
      quantity: 1
    }
  ],
  faults,
  outages: [],
  // Every receive is the last one.
  maxReceiveCount: 1,
  batchSize: 1,
  concurrency: 1,
  visibilityTimeout: 180,
  clockSkew: 0,
  maxAttempts: 3,
  maxAgeSeconds: 86_400,
  breaker: {},
  replay: false
})

/** More calls than it takes. */
const calls = Array.from({ length: 25 }, (_, index) => index + 1)

/** Each history with one call broken, and with that call and the next one: ledger and dead-letter queue, say. */
const violations = (
  fifo: boolean,
  kinds: ReadonlyArray<FaultKind> = faultKinds,
  options: RunOptions = {}
): ReadonlyArray<string> =>
  calls.flatMap((call) =>
    kinds.flatMap((kind) =>
      [
        [{ call, kind }],
        [
          { call, kind },
          { call: call + 1, kind }
        ]
      ].flatMap((faults) => {
        const { violation } = runHistory(crashesOnce(fifo, faults), options)
        return violation === undefined ? [] : [`${kind} at call ${call}: ${violation}`]
      })
    )
  )

/** Lets a recovery go that it could tell nobody. */
const forgetful: RunOptions = {
  ports: (ports, process) =>
    process.kind === "consumer"
      ? {
          ...ports,
          sqs: {
            ...ports.sqs,
            send: (url, message, options) =>
              decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)?.recoveredAt === undefined
                ? ports.sqs.send(url, message, options)
                : Effect.succeed("not sent")
          }
        }
      : ports
}

describe.each([false, true])("the recovery of a message that every receive may be the last of, FIFO %s", (fifo) => {
  it("is told in the end, whichever call breaks", () => {
    expect(violations(fifo)).toEqual([])
  })

  it("would not be, if its consumer let it go", () => {
    expect(violations(fifo, ["refused"], forgetful).join("\n")).toMatch(/The ledger still says "healing"/)
  })
})
