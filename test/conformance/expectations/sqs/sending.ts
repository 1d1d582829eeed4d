/** What AWS documents about sending messages. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import type { MessageAttributeValue } from "@aws-sdk/client-sqs"
import { expectationsOf, refuses } from "../../Expectation.ts"
import { createQueue, receive, receiveOne, send } from "../../fixtures/sqsQueue.ts"

const sendMessage = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"
const metadata = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html"
const quotas = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"
const delays = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"

const megabyte = 1_048_576

const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue })

const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`attribute${index}`, text("value")]))

/** Sending. */
export const sqsSendingExpectations = expectationsOf("sqs", [
  {
    title: "SendMessage answers the MD5 of the body",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      const { MD5OfMessageBody, MessageId } = await send(context, queue, "Grüße")
      assert.equal(MD5OfMessageBody, createHash("md5").update("Grüße").digest("hex"))
      assert.match(MessageId ?? "", /^[0-9a-f-]{36}$/)
    }
  },
  {
    title: "SendMessage answers the MD5 of the attributes, computed from their lengths, names, types and values",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      const length = (bytes: number) => Buffer.from([0, 0, 0, bytes])
      const encoded = Buffer.concat([length(1), Buffer.from("a"), length(6), Buffer.from("String")])
      const value = Buffer.concat([Buffer.from([1]), length(2), Buffer.from("xy")])
      const expected = createHash("md5")
        .update(Buffer.concat([encoded, value]))
        .digest("hex")
      const sent = await send(context, queue, "body", { MessageAttributes: { a: text("xy") } })
      assert.equal(sent.MD5OfMessageAttributes, expected)
    }
  },
  {
    title: "An empty body is refused",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, ""), "MissingParameter", "InvalidParameterValue")
    }
  },
  {
    title: "A body with a control character is refused with InvalidMessageContents",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, "bell \u0007"), "InvalidMessageContents")
    }
  },
  {
    title: "Tab, line feed, carriage return and characters beyond the basic plane arrive as they were sent",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      const body = "a\tb\nc\rd \u{1F680} \uE000"
      await send(context, queue, body)
      assert.equal((await receiveOne(context, queue)).Body, body)
    }
  },
  {
    title: "Ten attributes arrive, strings, numbers and binary values as they were sent",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      const MessageAttributes: Record<string, MessageAttributeValue> = {
        ...attributes(8),
        number: { DataType: "Number.int", StringValue: "42" },
        binary: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 254, 255]) }
      }
      await send(context, queue, "body", { MessageAttributes })
      const received = (await receiveOne(context, queue)).MessageAttributes ?? {}
      assert.equal(Object.keys(received).length, 10)
      assert.equal(received["number"]?.DataType, "Number.int")
      assert.deepEqual([...(received["binary"]?.BinaryValue ?? [])], [0, 1, 254, 255])
    }
  },
  {
    title: "An eleventh attribute is refused",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, "body", { MessageAttributes: attributes(11) }), "InvalidParameterValue")
    }
  },
  {
    title: "An attribute has to have a type that starts with String, Number or Binary",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      const MessageAttributes = { a: { DataType: "Boolean", StringValue: "true" } }
      await refuses(send(context, queue, "body", { MessageAttributes }), "InvalidParameterValue")
    }
  },
  {
    title: "An attribute of type Number has to be a number",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      const MessageAttributes = { a: { DataType: "Number", StringValue: "twelve" } }
      await refuses(send(context, queue, "body", { MessageAttributes }), "InvalidParameterValue")
    }
  },
  {
    title: "An attribute without a value is refused",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, "body", { MessageAttributes: { a: text("") } }), "InvalidParameterValue")
    }
  },
  {
    title: "Attribute names that start with AWS. or Amazon. are refused",
    link: metadata,
    run: async (context) => {
      const queue = await createQueue(context)
      const named = (name: string) => send(context, queue, "body", { MessageAttributes: { [name]: text("value") } })
      await refuses(named("AWS.reserved"), "InvalidParameterValue")
      await refuses(named("Amazon.reserved"), "InvalidParameterValue")
    }
  },
  {
    title: "A message of exactly 1 MiB is accepted, one of a byte more is refused",
    link: quotas,
    run: async (context) => {
      const queue = await createQueue(context, { MaximumMessageSize: String(megabyte) })
      await send(context, queue, "x".repeat(megabyte))
      await refuses(send(context, queue, "x".repeat(megabyte + 1)), "InvalidParameterValue")
    }
  },
  {
    title: "Attributes count towards a message's size",
    link: quotas,
    run: async (context) => {
      const queue = await createQueue(context, { MaximumMessageSize: "1024" })
      const MessageAttributes = { a: text("value") }
      await refuses(send(context, queue, "x".repeat(1020), { MessageAttributes }), "InvalidParameterValue")
    }
  },
  {
    title: "A delay of more than 900 seconds is refused",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, "body", { DelaySeconds: 901 }), "InvalidParameterValue")
    }
  },
  {
    title: "A delayed message cannot be received before its delay has passed",
    link: delays,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "later", { DelaySeconds: 2 })
      const sentAt = Date.now()
      assert.deepEqual(await receive(context, queue), [])
      await receiveOne(context, queue)
      assert.ok(Date.now() - sentAt > 1500, "it came too early")
    }
  },
  {
    title: "A queue's delay holds for messages without one; a message's own delay of 0 goes first",
    link: delays,
    run: async (context) => {
      const queue = await createQueue(context, { DelaySeconds: "2" })
      await send(context, queue, "the queue's delay")
      await send(context, queue, "no delay", { DelaySeconds: 0 })
      assert.equal((await receiveOne(context, queue)).Body, "no delay")
      assert.equal((await receiveOne(context, queue)).Body, "the queue's delay")
    }
  },
  {
    title: "The trace header is the one system attribute that can be sent, and arrives",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      const trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
      const sent = await send(context, queue, "body", { MessageSystemAttributes: { AWSTraceHeader: text(trace) } })
      assert.ok(sent.MD5OfMessageSystemAttributes)
      assert.equal((await receiveOne(context, queue)).Attributes["AWSTraceHeader"], trace)
    }
  }
])
