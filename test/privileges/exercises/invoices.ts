/** What the consumer of a FIFO queue has to be able to do. */
import { randomUUID } from "node:crypto"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"
import { placeOf, sites } from "./healing.ts"
import { breakerOf } from "./orders.ts"

const site = sites.invoices
const mainQueue = (subject: Subject) => placeOf(subject, site, "mainQueueArn")
const whereabouts = (subject: Subject): string => {
  const dead = subject.depth(placeOf(subject, site, "deadLetterQueueArn"))
  return `main queue: ${subject.depth(mainQueue(subject))}; dead letters: ${dead}`
}

const consumed = async (
  subject: Subject,
  body: unknown,
  attributes: Readonly<Record<string, string>> = {}
): Promise<void> => {
  await subject.send(mainQueue(subject), { body: JSON.stringify(body), attributes, group: randomUUID() })
  await subject.aws.lambda.deliver(mainQueue(subject))
}

/** What the consumer of a FIFO queue has to be able to do. */
export const invoices: ReadonlyArray<Exercise> = [
  {
    name: "invoices: a message is consumed",
    expected: "main queue: empty; dead letters: empty",
    run: async (subject) => {
      await consumed(subject, {})
      return whereabouts(subject)
    }
  },
  {
    name: "invoices: an invalid message goes to the dead-letter queue at its first receive",
    expected: "main queue: empty; dead letters: 1 visible",
    run: async (subject) => {
      await consumed(subject, { fail: "ValidationError" })
      return whereabouts(subject)
    }
  },
  {
    name: "invoices: a message that fails for a while is tried again soon, and its dependency's breaker is told",
    expected: "main queue: 1 visible; dead letters: empty; the breaker knows",
    run: async (subject) => {
      await consumed(subject, { fail: "Timeout" })
      subject.advance(10)
      const table = placeOf(subject, site, "failuresTableName")
      return `${whereabouts(subject)}; ${await breakerOf(subject, table, "ledger-service")}`
    }
  },
  {
    name: "invoices: a healed message is confirmed",
    expected: "recovered; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const lineageId = randomUUID()
      const table = placeOf(subject, site, "failuresTableName")
      await subject.putItem(table, { lineageId, status: "healing", revision: 1, history: [] })
      const resilience = encodeEvidence({ version: 1, lineageId, firstSeen: Date.now(), healAttempts: 1 })
      await consumed(subject, {}, { resilience })
      const items = await subject.items(table)
      return `${items.find((item) => item["lineageId"] === lineageId)?.["status"]}; ${whereabouts(subject)}`
    }
  }
]
