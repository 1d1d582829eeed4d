/** Orders that a person can send from the console: one of each kind that the demo has, through the same doors. */
import { randomUUID } from "node:crypto"
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { chaosItems } from "../../handlers/orders/chaos.ts"
import type { System } from "../withSystem.ts"
import type { OrderGroup, SentOrder } from "./protocol.ts"

/** How long the API may take to answer, in milliseconds. */
const answerMilliseconds = 15_000

/** Orders that are sent side by side, where there are many: each may start a process of its own. */
const sideBySide = 3

/** Sends orders to one system. */
export interface OrderDesk {
  readonly groups: ReadonlyArray<OrderGroup>
  /** Sends orders of a kind; none of one that there is not. */
  readonly send: (kind: string) => Promise<ReadonlyArray<SentOrder>>
  readonly has: (kind: string) => boolean
  readonly close: () => void
}

interface Kind {
  readonly kind: string
  readonly title: string
  readonly does: string
  readonly send: () => Promise<ReadonlyArray<SentOrder>>
}

const newOrderId = (): string => `web-${randomUUID().slice(0, 8)}`

const queueArnOf = (url: string, arns: ReadonlyArray<string>): string => {
  const name = new URL(url).pathname.split("/").at(-1)
  const arn = arns.find((each) => each.endsWith(`:${name}`))
  if (arn === undefined) throw new Error(`There is no queue ${url}.`)
  return arn
}

const described = (status: number, body: string): string => {
  try {
    const { title, detail, errors } = Object(JSON.parse(body))
    const fields = Array.isArray(errors) ? errors.map((each) => `${Object(each).field}: ${Object(each).message}`) : []
    const said = [title ?? detail, ...fields].filter((each) => typeof each === "string")
    return [`The API answered ${status}`, ...said].join(". ")
  } catch {
    return `The API answered ${status}`
  }
}

/** Opens a desk. */
export const openOrderDesk = ({ aws, issuer, outputs }: System): OrderDesk => {
  const sns = new SNSClient({
    region: aws.account.region,
    endpoint: aws.account.endpoint,
    credentials: aws.iam.administrator
  })
  const apiUrl = String(outputs["apiUrl"]).replace(/\/$/, "")
  const queueUrl = String(outputs["orderQueueUrl"])

  const authorization = async (): Promise<Readonly<Record<string, string>>> => {
    if (issuer === undefined) return {}
    const token = await (await fetch(`${issuer.url}/token?sub=console`)).text()
    return { authorization: `Bearer ${token.trim()}` }
  }

  const post = async (title: string, body: string | Uint8Array<ArrayBuffer>, orderId?: string): Promise<SentOrder> => {
    const response = await fetch(`${apiUrl}/orders`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...(await authorization()) },
      signal: AbortSignal.timeout(answerMilliseconds)
    })
    const answer = described(response.status, await response.text())
    return response.ok ? { title, orderId, answer, rejected: false } : { title, answer, rejected: true }
  }

  const order = (itemName: string, quantity = 1): Promise<SentOrder> => {
    const orderId = newOrderId()
    return post(`${itemName} ${orderId}`, JSON.stringify({ orderId, itemName, quantity, userId: "U123" }), orderId)
  }

  const publish = async (title: string, body: Readonly<Record<string, unknown>>): Promise<SentOrder> => {
    await sns.send(new PublishCommand({ TopicArn: String(outputs["orderTopicArn"]), Message: JSON.stringify(body) }))
    return { title, orderId: String(body["orderId"]), rejected: false }
  }

  const queued = async (title: string, body: string, attributeCount = 0): Promise<ReadonlyArray<SentOrder>> => {
    const names = Array.from({ length: attributeCount }, (_, index) => `a${index + 1}`)
    const messageAttributes = Object.fromEntries(names.map((name) => [name, { DataType: "String", StringValue: name }]))
    const arn = queueArnOf(queueUrl, aws.sqs.queueArns())
    const { messageId } = aws.sqs.send(arn, { body, messageAttributes, senderId: aws.account.accountId })
    return [{ title, messageId, rejected: false }]
  }

  const one = (itemName: string) => async () => [await order(itemName)]
  const many = (items: ReadonlyArray<string>) => async () => {
    const left = [...items]
    const sent: Array<SentOrder> = []
    const sendOn = async (): Promise<void> => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) sent.push(await order(item))
    }
    await Promise.all(Array.from({ length: sideBySide }, sendOn))
    return sent
  }

  const groups: ReadonlyArray<{ readonly title: string; readonly orders: ReadonlyArray<Kind> }> = [
    {
      title: "Goes well",
      orders: [
        { kind: "laptop", title: "Order a laptop", does: "is stored", send: one("Laptop") },
        {
          kind: "laptops",
          title: "Order 25 laptops",
          does: "25 orders, one after the other",
          send: many(Array(25).fill("Laptop"))
        },
        {
          kind: "thrice",
          title: "Same order, three times",
          does: "published three times, stored once",
          send: async () => {
            const body = { orderId: newOrderId(), itemName: "Laptop", quantity: 1, userId: "U123" }
            const sent = [1, 2, 3].map(() => publish(`Laptop ${body.orderId}, three times`, body))
            return (await Promise.all(sent)).slice(0, 1)
          }
        }
      ]
    },
    {
      title: "Fails on purpose",
      orders: [
        ...Object.entries(chaosItems).map(([item, { does }]) => ({
          kind: item,
          title: item,
          does,
          send: one(item)
        })),
        {
          kind: "neighbours",
          title: "Poison among nine good ones",
          does: "the innocent recover, the culprit is archived",
          send: many([
            "Laptop",
            "Laptop",
            "Laptop",
            "Laptop",
            "Poison",
            "Laptop",
            "Laptop",
            "Laptop",
            "Laptop",
            "Laptop"
          ])
        }
      ]
    },
    {
      title: "Refused by the API",
      orders: [
        {
          kind: "missing-field",
          title: "Without an item",
          does: "422 that names the field",
          send: async () => [await post("Order without an item", JSON.stringify({ quantity: 1 }))]
        },
        {
          kind: "no-quantity",
          title: "Quantity 0",
          does: "422 that names the field",
          send: async () => [await post("Quantity 0", JSON.stringify({ itemName: "Laptop", quantity: 0 }))]
        },
        {
          kind: "truncated",
          title: "Truncated JSON",
          does: "400",
          send: async () => [await post("Truncated JSON", '{"itemName":"Laptop","quan')]
        },
        {
          kind: "not-utf8",
          title: "Invalid UTF-8",
          does: "400",
          send: async () => [await post("Invalid UTF-8", Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))]
        }
      ]
    },
    {
      title: "Straight into the queue",
      orders: [
        {
          kind: "queue-not-json",
          title: "Not JSON",
          does: "archived as BAD_PAYLOAD",
          send: () => queued("Message that is not JSON", "orderId=O1;item=Laptop")
        },
        {
          kind: "queue-truncated",
          title: "Cut off",
          does: "archived as BAD_PAYLOAD",
          send: () => queued("Message that is cut off", '{"orderId":"cut","itemName":"Lap')
        },
        {
          kind: "queue-missing-field",
          title: "Without an item",
          does: "archived as VALIDATION_ERROR",
          send: () => queued("Message without an item", '{"orderId":"no-item","quantity":1}')
        },
        {
          kind: "queue-attributes",
          title: "Ten attributes of its own",
          does: "archived with all ten, evidence in the ledger",
          send: () => queued("Message with ten attributes", '{"note":"no room for an eleventh attribute"}', 10)
        }
      ]
    }
  ]
  const kinds = new Map(groups.flatMap(({ orders }) => orders.map((each) => [each.kind, each] as const)))
  return {
    groups: groups.map(({ title, orders }) => ({
      title,
      orders: orders.map(({ kind, title: name, does }) => ({ kind, title: name, does }))
    })),
    has: (kind) => kinds.has(kind),
    send: async (kind) => (await kinds.get(kind)?.send()) ?? [],
    close: () => sns.destroy()
  }
}
