/** What AWS documents about batches. */
import assert from "node:assert/strict"
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry
} from "@aws-sdk/client-sqs"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import { createQueue, receive, receiveCount, receiveOne, type ScratchQueue, send } from "../../fixtures/sqsQueue.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${operation}.html`

const sendBatch = ({ sqs }: ExpectationContext, { url }: ScratchQueue, Entries: Array<SendMessageBatchRequestEntry>) =>
  sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))

const entries = (count: number): Array<SendMessageBatchRequestEntry> =>
  Array.from({ length: count }, (_, index) => ({ Id: `id-${index}`, MessageBody: `body ${index}` }))

/** Batches. */
export const sqsBatchExpectations = expectationsOf("sqs", [
  {
    title: "A batch of ten messages is sent at once",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      const { Successful, Failed } = await sendBatch(context, queue, entries(10))
      assert.equal(Successful?.length, 10)
      assert.equal(Failed?.length ?? 0, 0)
      const bodies = (await receiveCount(context, queue, 10)).map(({ Body }) => Body).sort()
      assert.deepEqual(
        bodies,
        entries(10)
          .map(({ MessageBody }) => MessageBody)
          .sort()
      )
    }
  },
  {
    title: "An entry that is refused does not fail its neighbours",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      const bad = { Id: "bad", MessageBody: "bell \u0007" }
      const { Successful, Failed } = await sendBatch(context, queue, [...entries(2), bad])
      assert.deepEqual(
        Successful?.map(({ Id }) => Id),
        ["id-0", "id-1"]
      )
      assert.equal(Failed?.length, 1)
      assert.equal(Failed[0]?.Id, "bad")
      assert.equal(Failed[0]?.SenderFault, true)
      assert.equal(Failed[0]?.Code, "InvalidMessageContents")
    }
  },
  {
    title: "An empty batch is refused with EmptyBatchRequest",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(sendBatch(context, queue, []), "EmptyBatchRequest")
    }
  },
  {
    title: "A batch of eleven is refused with TooManyEntriesInBatchRequest",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(sendBatch(context, queue, entries(11)), "TooManyEntriesInBatchRequest")
    }
  },
  {
    title: "Two entries of the same id are refused with BatchEntryIdsNotDistinct",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(sendBatch(context, queue, [...entries(1), ...entries(1)]), "BatchEntryIdsNotDistinct")
    }
  },
  {
    title: "An entry id with other characters than letters, digits, hyphens and underscores is refused",
    link: reference("SendMessageBatchRequestEntry"),
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(sendBatch(context, queue, [{ Id: "not.valid", MessageBody: "body" }]), "InvalidBatchEntryId")
    }
  },
  {
    title: "A batch of more than 1 MiB is refused with BatchRequestTooLong",
    link: reference("SendMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      const half = "x".repeat(600_000)
      const tooLong = entries(2).map((entry) => ({ ...entry, MessageBody: half }))
      await refuses(sendBatch(context, queue, tooLong), "BatchRequestTooLong")
    }
  },
  {
    title: "A batch deletes what its receipt handles name and reports those that are not valid",
    link: reference("DeleteMessageBatch"),
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "1" })
      await send(context, queue, "deleted")
      const { ReceiptHandle } = await receiveOne(context, queue)
      const Entries = [
        { Id: "good", ReceiptHandle },
        { Id: "bad", ReceiptHandle: "no-such-handle" }
      ]
      const answer = await context.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }))
      assert.deepEqual(
        answer.Successful?.map(({ Id }) => Id),
        ["good"]
      )
      assert.deepEqual(
        answer.Failed?.map(({ Id, Code }) => [Id, Code]),
        [["bad", "ReceiptHandleIsInvalid"]]
      )
      assert.deepEqual(await receive(context, queue, { WaitTimeSeconds: 2 }), [])
    }
  },
  {
    title: "A batch changes the visibility of each entry by itself",
    link: reference("ChangeMessageVisibilityBatch"),
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "stays hidden")
      await send(context, queue, "comes back")
      const messages = await receiveCount(context, queue, 2)
      const Entries = messages.map(({ Body, ReceiptHandle }, index) => ({
        Id: `id-${index}`,
        ReceiptHandle,
        VisibilityTimeout: Body === "comes back" ? 0 : 600
      }))
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries })
      assert.equal((await context.sqs.send(command)).Successful?.length, 2)
      assert.equal((await receiveOne(context, queue)).Body, "comes back")
      assert.deepEqual(await receive(context, queue), [])
    }
  }
])
