/** What AWS documents about FIFO queues. */
import assert from "node:assert/strict"
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import {
  createQueue,
  createRedrivenQueue,
  type QueueAttributes,
  receive,
  receiveCount,
  receiveOne,
  receiveUntilDeadLettered,
  type ScratchQueue,
  send
} from "../../fixtures/sqsQueue.ts"

const guide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
const logic = `${guide}/FIFO-queues-understanding-logic.html`
const exactlyOnce = `${guide}/FIFO-queues-exactly-once-processing.html`
const sendMessage = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"

const fifo: QueueAttributes = { FifoQueue: "true", ContentBasedDeduplication: "true" }

const sendTo = (context: ExpectationContext, queue: ScratchQueue, MessageGroupId: string, body: string) =>
  send(context, queue, body, { MessageGroupId })

const remove = ({ sqs }: ExpectationContext, { url }: ScratchQueue, ReceiptHandle: string | undefined) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))

/** FIFO queues. */
export const sqsFifoExpectations = expectationsOf("sqs", [
  {
    title: "Messages of one group come in the order in which they were sent, several in one receive",
    link: logic,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      const bodies = ["1", "2", "3", "4", "5"]
      for (const body of bodies) await sendTo(context, queue, "group", body)
      const messages = await receive(context, queue, { MaxNumberOfMessages: 10, WaitTimeSeconds: 5 })
      assert.deepEqual(
        messages.map(({ Body }) => Body),
        bodies
      )
    }
  },
  {
    title: "Sequence numbers rise within a group",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      const first = await sendTo(context, queue, "group", "1")
      const second = await sendTo(context, queue, "group", "2")
      assert.ok(BigInt(first.SequenceNumber ?? 0) < BigInt(second.SequenceNumber ?? 0))
      assert.equal((await receiveOne(context, queue)).Attributes["SequenceNumber"], first.SequenceNumber)
    }
  },
  {
    title: "While a message of a group is in flight the group waits, and other groups do not",
    link: logic,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      await sendTo(context, queue, "a", "a1")
      await sendTo(context, queue, "a", "a2")
      const first = await receiveOne(context, queue)
      assert.equal(first.Body, "a1")
      assert.deepEqual(await receive(context, queue), [])
      await sendTo(context, queue, "b", "b1")
      assert.equal((await receiveOne(context, queue)).Body, "b1")
      await remove(context, queue, first.ReceiptHandle)
      assert.equal((await receiveOne(context, queue)).Body, "a2")
    }
  },
  {
    title: "A message that comes back after its visibility timeout is still before its successors",
    link: logic,
    run: async (context) => {
      const queue = await createQueue(context, { ...fifo, VisibilityTimeout: "1" })
      await sendTo(context, queue, "group", "first")
      await sendTo(context, queue, "group", "second")
      await receiveOne(context, queue)
      assert.equal((await receiveOne(context, queue)).Body, "first")
    }
  },
  {
    title: "A message without a group is refused with MissingParameter",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      await refuses(send(context, queue, "body"), "MissingParameter")
    }
  },
  {
    title: "Without content-based deduplication a message needs a deduplication id",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context, { FifoQueue: "true" })
      await refuses(sendTo(context, queue, "group", "body"), "InvalidParameterValue")
    }
  },
  {
    title: "A duplicate within five minutes is answered as the first was, and delivered once",
    link: exactlyOnce,
    run: async (context) => {
      const queue = await createQueue(context, { FifoQueue: "true" })
      const ids = { MessageGroupId: "group", MessageDeduplicationId: "same" }
      const first = await send(context, queue, "original", ids)
      const second = await send(context, queue, "repeated", ids)
      assert.equal(first.MessageId, second.MessageId)
      const messages = await receiveCount(context, queue, 1, { MaxNumberOfMessages: 10 })
      assert.deepEqual(
        messages.map(({ Body }) => Body),
        ["original"]
      )
    }
  },
  {
    title: "A duplicate of a message that was deleted is not delivered either",
    link: exactlyOnce,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      await sendTo(context, queue, "group", "once")
      await remove(context, queue, (await receiveOne(context, queue)).ReceiptHandle)
      await sendTo(context, queue, "group", "once")
      assert.deepEqual(await receive(context, queue, { WaitTimeSeconds: 1 }), [])
    }
  },
  {
    title: "Content-based deduplication goes by the body, not by the attributes",
    link: exactlyOnce,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      const MessageAttributes = { a: { DataType: "String", StringValue: "other" } }
      const first = await sendTo(context, queue, "group", "body")
      const second = await send(context, queue, "body", { MessageGroupId: "group", MessageAttributes })
      assert.equal(first.MessageId, second.MessageId)
    }
  },
  {
    title: "With a deduplication scope of messageGroup, groups do not share deduplication ids",
    link: `${guide}/high-throughput-fifo.html`,
    run: async (context) => {
      const queue = await createQueue(context, {
        ...fifo,
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId"
      })
      const first = await sendTo(context, queue, "a", "body")
      const second = await sendTo(context, queue, "b", "body")
      assert.notEqual(first.MessageId, second.MessageId)
    }
  },
  {
    title: "A FIFO queue takes no per-message delay",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      const delayed = send(context, queue, "body", { MessageGroupId: "group", DelaySeconds: 5 })
      await refuses(delayed, "InvalidParameterValue")
    }
  },
  {
    title: "A standard queue takes no deduplication id",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(send(context, queue, "body", { MessageDeduplicationId: "id" }), "InvalidParameterValue")
    }
  },
  {
    title: "A group id of more than 128 characters is refused",
    link: sendMessage,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      await refuses(sendTo(context, queue, "g".repeat(129), "body"), "InvalidParameterValue")
    }
  },
  {
    title: "A dead letter of a FIFO queue keeps its group, and its group goes on",
    link: `${guide}/sqs-dead-letter-queues.html`,
    run: async (context) => {
      const queues = await createRedrivenQueue(context, 1, { ...fifo, VisibilityTimeout: "1" })
      await sendTo(context, queues.source, "group", "poison")
      await receiveOne(context, queues.source)
      await sendTo(context, queues.source, "group", "next")
      const next = await receiveOne(context, queues.source)
      assert.equal(next.Body, "next")
      await remove(context, queues.source, next.ReceiptHandle)
      const { deadLetter } = await receiveUntilDeadLettered(context, queues)
      assert.equal(deadLetter.Body, "poison")
      assert.equal(deadLetter.Attributes?.MessageGroupId, "group")
    }
  },
  {
    title: "A receive repeated with its attempt id answers the same messages",
    link: `${guide}/using-receiverequestattemptid-request-parameter.html`,
    run: async (context) => {
      const queue = await createQueue(context, fifo)
      await sendTo(context, queue, "group", "body")
      const command = new ReceiveMessageCommand({
        QueueUrl: queue.url,
        WaitTimeSeconds: 5,
        ReceiveRequestAttemptId: "attempt-1"
      })
      const [first] = (await context.sqs.send(command)).Messages ?? []
      const [second] = (await context.sqs.send(command)).Messages ?? []
      assert.ok(first?.MessageId)
      assert.equal(second?.MessageId, first.MessageId)
    }
  }
])
