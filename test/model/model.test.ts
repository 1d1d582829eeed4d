/** The model proves itself: programs that break an invariant are caught, and a history is the same each time it runs. */
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { firstViolation } from "./checkHistories.ts"
import { type History, historyOf } from "./History.ts"
import type { Process } from "./Process.ts"
import type { Ports } from "./ports.ts"
import { realPrograms } from "./programs.ts"
import { type RunOptions, runHistory } from "./runHistory.ts"
import { shrink } from "./shrink.ts"

const seeds = 300

/** Other ports for the processes of one kind. */
const ofKind =
  (kind: Process["kind"], change: (ports: Ports) => Ports): NonNullable<RunOptions["ports"]> =>
  (ports, process) =>
    process.kind === kind ? change(ports) : ports

const sizeOf = (history: History | undefined): number =>
  history === undefined ? 0 : history.arrivals.length + history.faults.length + history.outages.length

describe("the model", () => {
  it("gives the same timeline each time a history runs", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const once = runHistory(historyOf(seed), { timeline: true })
      expect(once.timeline.length).toBeGreaterThan(3)
      expect(runHistory(historyOf(seed), { timeline: true })).toEqual(once)
    }
  })

  it("catches a consumer that acknowledges messages that have failed", () => {
    // In history 4 a copy in the dead-letter queue outlives what was acknowledged, and the loss shows when that one goes.
    const found = firstViolation(5, seeds, {
      programs: {
        ...realPrograms,
        consume: (event, context) => Effect.as(realPrograms.consume(event, context), { batchItemFailures: [] })
      }
    })
    expect(found?.violation).toMatch(/is lost: deleted from the main queue/)
  })

  it("catches a consumer that sends to the dead-letter queue after it has acknowledged", () => {
    const found = firstViolation(1, seeds, {
      ports: ofKind("consumer", (ports) => ({
        ...ports,
        sqs: {
          ...ports.sqs,
          // Says that it is sent, then sends it.
          send: (url, message) =>
            Effect.as(Effect.forkDetach(Effect.delay(ports.sqs.send(url, message), "2 seconds")), "on its way")
        }
      }))
    })
    expect(found?.violation).toMatch(/is lost: deleted from the main queue/)
  })

  it("catches a healer that does not count its attempts", () => {
    const found = firstViolation(1, seeds, {
      ports: ofKind("healer", (ports) => ({
        ...ports,
        dynamoDb: {
          ...ports.dynamoDb,
          put: (request) =>
            ports.dynamoDb.put(
              "attempts" in request.item ? { ...request, item: { ...request.item, attempts: 0 } } : request
            )
        }
      }))
    })
    expect(found?.violation).toMatch(/was healed \d+ times/)
  })

  it("catches a healer whose writes to the ledger are not conditional", () => {
    const found = firstViolation(1, 3000, {
      ports: ofKind("healer", (ports) => ({
        ...ports,
        dynamoDb: { ...ports.dynamoDb, put: ({ tableName, item }) => ports.dynamoDb.put({ tableName, item }) }
      }))
    })
    expect(found?.violation).toBeDefined()
  })

  it("catches a healer that changes a body", () => {
    const found = firstViolation(1, seeds, {
      ports: ofKind("healer", (ports) => ({
        ...ports,
        sqs: {
          ...ports.sqs,
          sendBatch: (url, messages, options) =>
            ports.sqs.sendBatch(
              url,
              messages.map((message) => ({ ...message, body: message.body.trim() })),
              options
            )
        }
      }))
    })
    expect(found?.violation).toMatch(/A body was changed/)
  })

  it("catches a healer that publishes without looking whether an alert is out", () => {
    const found = firstViolation(1, seeds, {
      ports: ofKind("healer", (ports) => ({
        ...ports,
        dynamoDb: {
          ...ports.dynamoDb,
          get: (table, key) =>
            String(key["lineageId"]).startsWith("alert#") ? Effect.succeed(undefined) : ports.dynamoDb.get(table, key),
          put: (request) =>
            String(request.item["lineageId"]).startsWith("alert#")
              ? ports.dynamoDb.put({ tableName: request.tableName, item: request.item })
              : ports.dynamoDb.put(request)
        }
      }))
    })
    expect(found?.violation).toMatch(/A second alert/)
  })

  it("catches a consumer that stores orders without a condition", () => {
    const found = firstViolation(1, seeds, {
      ports: ofKind("consumer", (ports) => ({
        ...ports,
        dynamoDb: { ...ports.dynamoDb, put: ({ tableName, item }) => ports.dynamoDb.put({ tableName, item }) }
      }))
    })
    expect(found?.violation).toMatch(/was stored a second time/)
  })

  it("makes a failing history smaller, and it still fails", () => {
    const options = {
      programs: {
        ...realPrograms,
        heal: (event: unknown, sender: string) => Effect.as(realPrograms.heal(event, sender), { batchItemFailures: [] })
      }
    }
    const failing = Array.from({ length: 60 }, (_, index) => historyOf(index + 1))
      .filter((each) => each.arrivals.length > 2 && runHistory(each, options).violation !== undefined)
      .slice(0, 3)
    const shrunk = failing.map((history) => shrink(history, (each) => runHistory(each, options)))
    expect(shrunk).toHaveLength(3)
    for (const [index, smallest] of shrunk.entries()) {
      expect(runHistory(smallest, options).violation).toMatch(/is lost/)
      // One of them needs all of its messages, and none of its faults.
      expect(sizeOf(smallest)).toBeLessThan(sizeOf(failing[index]))
    }
    // A healer that forgets what it leaves loses a message without any help.
    expect(shrunk).toContainEqual(
      expect.objectContaining({
        arrivals: [expect.objectContaining({ at: 0, attributes: 0 })],
        faults: [],
        outages: []
      })
    )
  })
})
