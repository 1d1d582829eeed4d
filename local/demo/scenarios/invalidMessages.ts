/** What is no valid order: refused by the API, archived when it is in the queue already. */
import type { ApiAnswer, RunningSystem } from "../RunningSystem.ts"
import { type Scenario, text } from "./Scenario.ts"

/** SQS takes no larger message: there is no room for evidence beside it. */
const largestMessageBytes = 1024 * 1024

/** The fields that a problem document blames. */
const blamedFields = (answer: ApiAnswer): string => {
  const errors =
    typeof answer.body === "object" && answer.body !== null ? Reflect.get(answer.body, "errors") : undefined
  if (!Array.isArray(errors)) return "no field"
  return errors.map((error: unknown) => String(Object(error).field)).join(", ")
}

const rejected = (name: string, expected: string, order: Parameters<RunningSystem["placeOrder"]>[0]): Scenario => ({
  name,
  expected,
  run: async (system) => {
    const answer = await system.placeOrder(order)
    return answer.status === 422 ? `422 naming ${blamedFields(answer)}` : String(answer.status)
  }
})

const sentToQueue = (name: string, expected: string, body: string): Scenario => ({
  name,
  expected,
  run: async (system) => {
    await system.send(body)
    return text(await system.ending(body))
  }
})

/** What is no valid order. */
export const invalidMessages: ReadonlyArray<Scenario> = [
  rejected("missing field, through the API", "422 naming itemName", { quantity: 1 }),
  rejected("quantity 0, through the API", "422 naming quantity", { itemName: "Laptop", quantity: 0 }),
  rejected("truncated JSON, through the API", "400", Buffer.from('{"itemName":"Laptop","quan')),
  rejected("invalid UTF-8, through the API", "400", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
  sentToQueue("missing field, in the queue", "archived VALIDATION_ERROR", '{"orderId":"no-item","quantity":1}'),
  sentToQueue(
    "quantity 0, in the queue",
    "archived VALIDATION_ERROR",
    '{"orderId":"none","userId":"U1","itemName":"Laptop","quantity":0}'
  ),
  sentToQueue("a test message, in the queue", "archived VALIDATION_ERROR", '{"message": "This is a test message."}'),
  sentToQueue("not JSON, in the queue", "archived BAD_PAYLOAD", "orderId=O1;item=Laptop"),
  sentToQueue("truncated JSON, in the queue", "archived BAD_PAYLOAD", '{"orderId":"cut","itemName":"Lap'),
  {
    name: "ten message attributes of its own, in the queue",
    expected: "archived VALIDATION_ERROR, with all 10 attributes",
    run: async (system) => {
      const body = '{"note":"no room for an eleventh attribute"}'
      await system.send(body, 10)
      return `${text(await system.ending(body))}, with all ${system.archivedAttributes(body).length} attributes`
    }
  },
  sentToQueue(
    "a message of the largest size, in the queue",
    "archived VALIDATION_ERROR",
    JSON.stringify({ note: "x".repeat(largestMessageBytes - 11) })
  ),
  sentToQueue("bytes that were not UTF-8, in the queue", "archived BAD_PAYLOAD", "\ufffd\ufffd{\ufffd")
]
