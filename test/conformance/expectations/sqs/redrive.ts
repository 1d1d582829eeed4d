/** What AWS documents about dead-letter queues. */
import assert from "node:assert/strict"
import { CreateQueueCommand, ListDeadLetterSourceQueuesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import {
  attributesOf,
  createQueue,
  createRedrivenQueue,
  eventuallyHasAttributes,
  type QueueAttributes,
  receiveOne,
  receiveUntilDeadLettered,
  type ScratchQueue,
  send
} from "../../fixtures/sqsQueue.ts"

const guide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
const configuring =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html"
const reference = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
const setAttributes = `${reference}/API_SetQueueAttributes.html`

const configure = ({ sqs }: ExpectationContext, { url }: ScratchQueue, Attributes: QueueAttributes) =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))

const redrivePolicy = (deadLetterTargetArn: string, maxReceiveCount: number | string = 3): QueueAttributes => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount })
})

/** Dead-letter queues. */
export const sqsRedriveExpectations = expectationsOf("sqs", [
  {
    title: "A message goes to the dead-letter queue after exactly maxReceiveCount receives",
    link: guide,
    run: async (context) => {
      const queues = await createRedrivenQueue(context, 2)
      await send(context, queues.source, "poison")
      assert.equal((await receiveUntilDeadLettered(context, queues)).receives, 2)
      await eventuallyHasAttributes(context, queues.source, {
        ApproximateNumberOfMessages: "0",
        ApproximateNumberOfMessagesNotVisible: "0"
      })
    }
  },
  {
    title: "A dead letter keeps its id, body, attributes and send time, and names its source queue",
    link: `${reference}/API_ReceiveMessage.html`,
    run: async (context) => {
      const queues = await createRedrivenQueue(context, 1)
      const MessageAttributes = { a: { DataType: "String", StringValue: "kept" } }
      const sent = await send(context, queues.source, "poison", { MessageAttributes })
      const first = await receiveOne(context, queues.source)
      const { deadLetter } = await receiveUntilDeadLettered(context, queues)
      assert.equal(deadLetter.MessageId, sent.MessageId)
      assert.equal(deadLetter.Body, "poison")
      assert.equal(deadLetter.MessageAttributes?.["a"]?.StringValue, "kept")
      assert.equal(deadLetter.Attributes?.SentTimestamp, first.Attributes["SentTimestamp"])
      assert.equal(deadLetter.Attributes?.DeadLetterQueueSourceArn, queues.source.arn)
    }
  },
  {
    title: "A dead letter's receive count goes on where the source queue left it",
    link: guide,
    run: async (context) => {
      const queues = await createRedrivenQueue(context, 2)
      await send(context, queues.source, "poison")
      const { deadLetter } = await receiveUntilDeadLettered(context, queues)
      assert.equal(deadLetter.Attributes?.ApproximateReceiveCount, "3")
    }
  },
  {
    title: "A redrive policy has to name a queue that exists",
    link: setAttributes,
    run: async (context) => {
      const queue = await createQueue(context)
      const policy = redrivePolicy(`${queue.arn}-none`)
      await refuses(configure(context, queue, policy), "InvalidParameterValue", "QueueDoesNotExist")
    }
  },
  {
    title: "maxReceiveCount has to be between 1 and 1,000",
    link: setAttributes,
    run: async (context) => {
      const deadLetters = await createQueue(context)
      const queue = await createQueue(context)
      for (const count of [0, 1001, "many"]) {
        await refuses(configure(context, queue, redrivePolicy(deadLetters.arn, count)), "InvalidParameterValue")
      }
    }
  },
  {
    title: "A redrive policy has to be JSON with both of its members",
    link: setAttributes,
    run: async (context) => {
      const queue = await createQueue(context)
      for (const RedrivePolicy of ["nonsense", JSON.stringify({ maxReceiveCount: 3 })]) {
        await refuses(configure(context, queue, { RedrivePolicy }), "InvalidParameterValue", "InvalidAttributeValue")
      }
    }
  },
  {
    title: "The dead-letter queue of a FIFO queue has to be a FIFO queue",
    link: setAttributes,
    run: async (context) => {
      const deadLetters = await createQueue(context)
      const command = new CreateQueueCommand({
        QueueName: `${context.uniqueName("mixed")}.fifo`,
        Attributes: { FifoQueue: "true", ...redrivePolicy(deadLetters.arn) }
      })
      await refuses(context.sqs.send(command), "InvalidParameterValue")
    }
  },
  {
    title: "An empty redrive policy takes the policy away",
    link: setAttributes,
    run: async (context) => {
      const { source } = await createRedrivenQueue(context, 2)
      await configure(context, source, { RedrivePolicy: "" })
      await eventuallyHasAttributes(context, source, { VisibilityTimeout: "1" })
      assert.equal((await attributesOf(context, source.url)).RedrivePolicy, undefined)
    }
  },
  {
    title: "A redrive-allow policy of denyAll keeps every queue from becoming a source",
    link: configuring,
    run: async (context) => {
      const deadLetters = await createQueue(context, {
        RedriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" })
      })
      const queue = await createQueue(context)
      await refuses(
        configure(context, queue, redrivePolicy(deadLetters.arn)),
        "InvalidParameterValue",
        "AccessDenied",
        "AccessDeniedException"
      )
    }
  },
  {
    title: "A redrive-allow policy of byQueue lets in the queues that it lists, and no other",
    link: configuring,
    run: async (context) => {
      const listed = await createQueue(context)
      const other = await createQueue(context)
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [listed.arn] })
      const deadLetters = await createQueue(context, { RedriveAllowPolicy })
      await configure(context, listed, redrivePolicy(deadLetters.arn))
      await refuses(
        configure(context, other, redrivePolicy(deadLetters.arn)),
        "InvalidParameterValue",
        "AccessDenied",
        "AccessDeniedException"
      )
    }
  },
  {
    title: "A redrive-allow policy lists no sources unless it is byQueue",
    link: setAttributes,
    run: async (context) => {
      const queue = await createQueue(context)
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "allowAll", sourceQueueArns: [queue.arn] })
      await refuses(configure(context, queue, { RedriveAllowPolicy }), "InvalidParameterValue", "InvalidAttributeValue")
    }
  },
  {
    title: "ListDeadLetterSourceQueues names the queues that use a dead-letter queue",
    link: `${reference}/API_ListDeadLetterSourceQueues.html`,
    run: async (context) => {
      const { source, deadLetters } = await createRedrivenQueue(context, 2)
      const listed = await context.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters.url }))
      assert.deepEqual(listed.queueUrls, [source.url])
    }
  }
])
