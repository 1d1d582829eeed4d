/** What AWS documents about how SNS delivers to queues. */
import assert from "node:assert/strict"
import { DeleteQueueCommand } from "@aws-sdk/client-sqs"
import { expectationsOf } from "../../Expectation.ts"
import { createQueueFor, createTopic, publish, subscribe, text, topicWithQueue } from "../../fixtures/snsTopic.ts"
import { createQueue, receiveOne } from "../../fixtures/sqsQueue.ts"

const guide = (page: string) => `https://docs.aws.amazon.com/sns/latest/dg/${page}.html`

const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`attribute-${index}`, text(`${index}`)]))

/** Delivery. */
export const snsDeliveryExpectations = expectationsOf("sns", [
  {
    title: "A queue gets a message in a JSON envelope that names its topic, id, subject and attributes",
    link: guide("sns-large-payload-raw-message-delivery"),
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context)
      const published = await publish(context, topicArn, 'a "quoted" message', {
        Subject: "subject",
        MessageAttributes: { kind: text("order"), size: { DataType: "Number", StringValue: "7" } }
      })
      const { Body = "", MessageAttributes } = await receiveOne(context, queue)
      const envelope: Readonly<Record<string, unknown>> = JSON.parse(Body)
      assert.equal(envelope["Type"], "Notification")
      assert.equal(envelope["MessageId"], published.MessageId)
      assert.equal(envelope["TopicArn"], topicArn)
      assert.equal(envelope["Subject"], "subject")
      assert.equal(envelope["Message"], 'a "quoted" message')
      assert.deepEqual(envelope["MessageAttributes"], {
        kind: { Type: "String", Value: "order" },
        size: { Type: "Number", Value: "7" }
      })
      assert.equal(MessageAttributes, undefined)
    }
  },
  {
    title: "Raw delivery hands the message over as it was published, its attributes as SQS message attributes",
    link: guide("sns-large-payload-raw-message-delivery"),
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context, { RawMessageDelivery: "true" })
      await publish(context, topicArn, '{"orderId":"O1234"}\n<&>', {
        MessageAttributes: {
          kind: text("order"),
          bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 128, 255]) }
        }
      })
      const { Body, MessageAttributes } = await receiveOne(context, queue)
      assert.equal(Body, '{"orderId":"O1234"}\n<&>')
      assert.equal(MessageAttributes?.["kind"]?.StringValue, "order")
      assert.deepEqual([...(MessageAttributes?.["bytes"]?.BinaryValue ?? [])], [0, 128, 255])
    }
  },
  {
    title: "Raw delivery takes ten attributes",
    link: guide("sns-message-attributes"),
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context, { RawMessageDelivery: "true" })
      await publish(context, topicArn, "ten", { MessageAttributes: attributes(10) })
      const { MessageAttributes } = await receiveOne(context, queue)
      assert.equal(Object.keys(MessageAttributes ?? {}).length, 10)
    }
  },
  {
    title: "With more than ten attributes, raw delivery fails as a client-side error: the message is dead-lettered",
    link: guide("sns-message-attributes"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const queue = await createQueueFor(context, topicArn)
      const deadLetters = await createQueueFor(context, topicArn)
      await subscribe(context, topicArn, queue, {
        RawMessageDelivery: "true",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn })
      })
      await publish(context, topicArn, "eleven", { MessageAttributes: attributes(11) })
      const { Body = "" } = await receiveOne(context, deadLetters)
      assert.match(Body, /eleven/)
    }
  },
  {
    title: "A message that the queue's policy refuses goes to the subscription's dead-letter queue",
    link: guide("sns-dead-letter-queues"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const closed = await createQueue(context)
      const deadLetters = await createQueueFor(context, topicArn)
      await subscribe(context, topicArn, closed, {
        RawMessageDelivery: "true",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn })
      })
      await publish(context, topicArn, "refused", { MessageAttributes: { kind: text("order") } })
      const { Body, MessageAttributes } = await receiveOne(context, deadLetters)
      assert.equal(Body, "refused")
      assert.deepEqual(Object.keys(MessageAttributes ?? {}), ["kind"])
    }
  },
  {
    title: "A message for a queue that was deleted goes to the subscription's dead-letter queue",
    link: guide("sns-dead-letter-queues"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const gone = await createQueueFor(context, topicArn)
      const deadLetters = await createQueueFor(context, topicArn)
      await subscribe(context, topicArn, gone, {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn })
      })
      await context.sqs.send(new DeleteQueueCommand({ QueueUrl: gone.url }))
      await publish(context, topicArn, "nobody home")
      const { Body = "" } = await receiveOne(context, deadLetters)
      assert.equal(JSON.parse(Body).Message, "nobody home")
    }
  },
  {
    title: "A subscription with a filter policy gets only the messages whose attributes match",
    link: guide("sns-subscription-filter-policies"),
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context, {
        RawMessageDelivery: "true",
        FilterPolicy: JSON.stringify({ kind: ["order", { prefix: "re" }], amount: [{ numeric: [">=", 10] }] })
      })
      const send = (body: string, kind: string, amount: string) =>
        publish(context, topicArn, body, {
          MessageAttributes: { kind: text(kind), amount: { DataType: "Number", StringValue: amount } }
        })
      await send("other kind", "invoice", "10")
      await send("too small", "order", "9.5")
      await publish(context, topicArn, "no attributes")
      await send("fits", "refund", "10")
      assert.equal((await receiveOne(context, queue)).Body, "fits")
    }
  },
  {
    title: "Every subscription of a topic gets its own copy",
    link: guide("sns-sqs-as-subscriber"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const queues = [await createQueueFor(context, topicArn), await createQueueFor(context, topicArn)]
      for (const queue of queues) await subscribe(context, topicArn, queue, { RawMessageDelivery: "true" })
      await publish(context, topicArn, "for both")
      for (const queue of queues) assert.equal((await receiveOne(context, queue)).Body, "for both")
    }
  },
  {
    title: "MessageStructure json gives a queue the message for sqs, or else the default",
    link: "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context, { RawMessageDelivery: "true" })
      const messages = JSON.stringify({ default: "for all", sqs: "for queues" })
      await publish(context, topicArn, messages, { MessageStructure: "json" })
      assert.equal((await receiveOne(context, queue)).Body, "for queues")
    }
  },
  {
    title: "A FIFO topic hands its queue the message group, and a repeated deduplication id once",
    link: guide("fifo-message-dedup"),
    run: async (context) => {
      const topicArn = await createTopic(context, { FifoTopic: "true" })
      const queue = await createQueueFor(context, topicArn, { FifoQueue: "true" })
      await subscribe(context, topicArn, queue, { RawMessageDelivery: "true" })
      const send = (body: string, MessageDeduplicationId: string) =>
        publish(context, topicArn, body, { MessageGroupId: "group", MessageDeduplicationId })
      await send("first", "1")
      await send("first", "1")
      await send("second", "2")
      const first = await receiveOne(context, queue, { MaxNumberOfMessages: 10 })
      assert.equal(first.Body, "first")
      assert.equal(first.Attributes["MessageGroupId"], "group")
      assert.equal(first.Attributes["MessageDeduplicationId"], "1")
    }
  }
])
