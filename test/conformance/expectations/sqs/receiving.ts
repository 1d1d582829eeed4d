/** What AWS documents about receiving, hiding and deleting messages. */
import assert from "node:assert/strict"
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import {
  createQueue,
  eventuallyHasAttributes,
  receive,
  receiveCount,
  receiveOne,
  type ScratchQueue,
  send
} from "../../fixtures/sqsQueue.ts"

const guide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
const reference = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
const visibility = `${guide}/sqs-visibility-timeout.html`
const receiveMessage = `${reference}/API_ReceiveMessage.html`
const longPolls = `${guide}/sqs-short-and-long-polling.html`

const hide = ({ sqs }: ExpectationContext, { url }: ScratchQueue, ReceiptHandle: string, VisibilityTimeout: number) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }))

const remove = ({ sqs }: ExpectationContext, { url }: ScratchQueue, ReceiptHandle: string) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))

/** Receiving. */
export const sqsReceivingExpectations = expectationsOf("sqs", [
  {
    title:
      "A received message stays hidden for its visibility timeout and then comes again, counted, with a new handle",
    link: visibility,
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "2" })
      await send(context, queue, "again")
      const first = await receiveOne(context, queue)
      const receivedAt = Date.now()
      const second = await receiveOne(context, queue)
      assert.ok(Date.now() - receivedAt > 1500, "it came back too early")
      assert.equal(first.MessageId, second.MessageId)
      assert.notEqual(first.ReceiptHandle, second.ReceiptHandle)
      assert.equal(first.Attributes["ApproximateReceiveCount"], "1")
      assert.equal(second.Attributes["ApproximateReceiveCount"], "2")
      const { ApproximateFirstReceiveTimestamp } = first.Attributes
      assert.equal(second.Attributes["ApproximateFirstReceiveTimestamp"], ApproximateFirstReceiveTimestamp)
    }
  },
  {
    title: "A receive's own visibility timeout goes before the queue's",
    link: receiveMessage,
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "600" })
      await send(context, queue, "again")
      await receiveOne(context, queue, { VisibilityTimeout: 1 })
      await receiveOne(context, queue)
    }
  },
  {
    title: "A visibility timeout changed to 0 makes the message visible at once",
    link: `${reference}/API_ChangeMessageVisibility.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "back")
      await hide(context, queue, (await receiveOne(context, queue)).ReceiptHandle, 0)
      assert.equal((await receiveOne(context, queue)).Attributes["ApproximateReceiveCount"], "2")
    }
  },
  {
    title: "A longer visibility timeout counts from the change",
    link: `${reference}/API_ChangeMessageVisibility.html`,
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "1" })
      await send(context, queue, "kept")
      const { ReceiptHandle } = await receiveOne(context, queue)
      await hide(context, queue, ReceiptHandle, 3)
      const changedAt = Date.now()
      await receiveOne(context, queue)
      assert.ok(Date.now() - changedAt > 2500, "it came back too early")
    }
  },
  {
    title: "The visibility of a message that is not in flight cannot be changed",
    link: `${reference}/API_ChangeMessageVisibility.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "visible")
      const { ReceiptHandle } = await receiveOne(context, queue)
      await hide(context, queue, ReceiptHandle, 0)
      await refuses(hide(context, queue, ReceiptHandle, 10), "MessageNotInflight")
    }
  },
  {
    title: "A visibility timeout of more than 12 hours is refused with InvalidParameterValue",
    link: `${reference}/API_ChangeMessageVisibility.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "body")
      const { ReceiptHandle } = await receiveOne(context, queue)
      await refuses(hide(context, queue, ReceiptHandle, 43_201), "InvalidParameterValue")
    }
  },
  {
    title: "A deleted message does not come again",
    link: `${reference}/API_DeleteMessage.html`,
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "1" })
      await send(context, queue, "once")
      await remove(context, queue, (await receiveOne(context, queue)).ReceiptHandle)
      assert.deepEqual(await receive(context, queue, { WaitTimeSeconds: 2 }), [])
    }
  },
  {
    title: "Deleting a message twice succeeds",
    link: `${reference}/API_DeleteMessage.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "once")
      const { ReceiptHandle } = await receiveOne(context, queue)
      await remove(context, queue, ReceiptHandle)
      await remove(context, queue, ReceiptHandle)
    }
  },
  {
    title: "A message can be deleted after its visibility timeout, as long as nobody received it again",
    link: `${reference}/API_DeleteMessage.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "late")
      const { ReceiptHandle } = await receiveOne(context, queue)
      await hide(context, queue, ReceiptHandle, 0)
      await remove(context, queue, ReceiptHandle)
      assert.deepEqual(await receive(context, queue, { WaitTimeSeconds: 1 }), [])
    }
  },
  {
    title: "A receipt handle that SQS never gave is refused with ReceiptHandleIsInvalid",
    link: `${reference}/API_DeleteMessage.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(remove(context, queue, "no-such-handle"), "ReceiptHandleIsInvalid")
    }
  },
  {
    title: "A receive answers no attributes that it was not asked for",
    link: receiveMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      const MessageAttributes = { a: { DataType: "String", StringValue: "1" } }
      await send(context, queue, "body", { MessageAttributes })
      const command = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 5 })
      const [message] = (await context.sqs.send(command)).Messages ?? []
      assert.equal(message?.Body, "body")
      assert.equal(message.Attributes, undefined)
      assert.equal(message.MessageAttributes, undefined)
    }
  },
  {
    title: "Message attributes are asked for by name or by prefix",
    link: receiveMessage,
    run: async (context) => {
      const queue = await createQueue(context, { VisibilityTimeout: "0" })
      const attribute = { DataType: "String", StringValue: "1" }
      const MessageAttributes = { "order.id": attribute, "order.type": attribute, other: attribute }
      await send(context, queue, "body", { MessageAttributes })
      const asked = async (...MessageAttributeNames: Array<string>) =>
        Object.keys((await receiveOne(context, queue, { MessageAttributeNames })).MessageAttributes ?? {}).sort()
      assert.deepEqual(await asked("other"), ["other"])
      assert.deepEqual(await asked("order.*"), ["order.id", "order.type"])
      assert.deepEqual(await asked("none"), [])
    }
  },
  {
    title: "A message tells its sender, its time and its receives",
    link: receiveMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await send(context, queue, "body")
      const { Attributes } = await receiveOne(context, queue)
      assert.ok(Attributes["SenderId"])
      assert.equal(Attributes["ApproximateReceiveCount"], "1")
      const sentAt = Number(Attributes["SentTimestamp"])
      assert.ok(sentAt > 1_600_000_000_000, "SentTimestamp is not in epoch milliseconds")
      assert.ok(Number(Attributes["ApproximateFirstReceiveTimestamp"]) >= sentAt)
    }
  },
  {
    title: "More than ten messages cannot be asked for at once",
    link: receiveMessage,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(receive(context, queue, { MaxNumberOfMessages: 11 }), "InvalidParameterValue")
      await refuses(receive(context, queue, { MaxNumberOfMessages: 0 }), "InvalidParameterValue")
    }
  },
  {
    title: "A poll of more than 20 seconds is refused",
    link: longPolls,
    run: async (context) => {
      const queue = await createQueue(context)
      await refuses(receive(context, queue, { WaitTimeSeconds: 21 }), "InvalidParameterValue")
    }
  },
  {
    title: "A long poll answers as soon as a message arrives",
    link: longPolls,
    run: async (context) => {
      const queue = await createQueue(context)
      const startedAt = Date.now()
      const poll = receiveOne(context, queue, { WaitTimeSeconds: 20 })
      await send(context, queue, "wake up")
      assert.equal((await poll).Body, "wake up")
      assert.ok(Date.now() - startedAt < 15_000, "it waited for the end of the poll")
    }
  },
  {
    title: "A long poll of an empty queue answers nothing once its time has passed",
    link: longPolls,
    run: async (context) => {
      const queue = await createQueue(context)
      const startedAt = Date.now()
      assert.deepEqual(await receive(context, queue, { WaitTimeSeconds: 1 }), [])
      assert.ok(Date.now() - startedAt > 900, "it did not wait")
    }
  },
  {
    title: "A queue's own wait time makes every receive a long poll",
    link: longPolls,
    run: async (context) => {
      const queue = await createQueue(context, { ReceiveMessageWaitTimeSeconds: "1" })
      const startedAt = Date.now()
      assert.deepEqual(await receive(context, queue), [])
      assert.ok(Date.now() - startedAt > 900, "it did not wait")
    }
  },
  {
    title: "A poll that was aborted takes no message away from the next receiver",
    link: longPolls,
    run: async (context) => {
      const queue = await createQueue(context)
      const hangUp = new AbortController()
      const command = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 })
      const aborted = context.sqs.send(command, { abortSignal: hangUp.signal }).catch(() => "aborted")
      // Another request's answer says that the poll has reached the endpoint before it is given up.
      await receive(context, queue, { WaitTimeSeconds: 1 })
      hangUp.abort()
      assert.equal(await aborted, "aborted")
      await receive(context, queue)
      await send(context, queue, "for the living")
      assert.equal((await receiveOne(context, queue)).Attributes["ApproximateReceiveCount"], "1")
    }
  },
  {
    title: "The queue counts visible, hidden and delayed messages apart",
    link: `${reference}/API_GetQueueAttributes.html`,
    run: async (context) => {
      const queue = await createQueue(context)
      for (const body of ["one", "two", "three"]) await send(context, queue, body)
      await send(context, queue, "delayed", { DelaySeconds: 900 })
      await receiveCount(context, queue, 2)
      await eventuallyHasAttributes(context, queue, {
        ApproximateNumberOfMessages: "1",
        ApproximateNumberOfMessagesNotVisible: "2",
        ApproximateNumberOfMessagesDelayed: "1"
      })
    }
  }
])
