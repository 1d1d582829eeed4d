/** What AWS documents about message move tasks. */
import assert from "node:assert/strict"
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand
} from "@aws-sdk/client-sqs"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import {
  createQueue,
  createRedrivenQueue,
  receiveOne,
  receiveUntilDeadLettered,
  type ScratchQueue,
  send
} from "../../fixtures/sqsQueue.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${operation}.html`

const start = ({ sqs }: ExpectationContext, SourceArn: string, more: { DestinationArn?: string; rate?: number } = {}) =>
  sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn,
      ...(more.DestinationArn === undefined ? {} : { DestinationArn: more.DestinationArn }),
      ...(more.rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: more.rate })
    })
  )

const newest = async ({ sqs }: ExpectationContext, { arn }: ScratchQueue) =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn }))).Results?.[0]

/** Asks for the newest task until it has ended. */
const ended = async (context: ExpectationContext, queue: ScratchQueue): Promise<ListMessageMoveTasksResultEntry> => {
  const giveUpAt = Date.now() + 20_000
  for (;;) {
    const task = await newest(context, queue)
    if (task && task.Status !== "RUNNING" && task.Status !== "CANCELLING") return task
    assert.ok(Date.now() < giveUpAt, `the task is still ${task?.Status}`)
  }
}

/** Message move tasks. */
export const sqsMoveTaskExpectations = expectationsOf("sqs", [
  {
    title: "A move task takes dead letters back to their source queue, as new messages",
    link: reference("StartMessageMoveTask"),
    run: async (context) => {
      const queues = await createRedrivenQueue(context, 1)
      const { MessageId } = await send(context, queues.source, "poison")
      await receiveUntilDeadLettered(context, queues)
      await start(context, queues.deadLetters.arn)
      const moved = await receiveOne(context, queues.source)
      assert.equal(moved.Body, "poison")
      assert.notEqual(moved.MessageId, MessageId)
      assert.equal(moved.Attributes["ApproximateReceiveCount"], "1")
      assert.equal(moved.Attributes["DeadLetterQueueSourceArn"], undefined)
    }
  },
  {
    title: "A move task takes dead letters to another queue when it is told one",
    link: reference("StartMessageMoveTask"),
    run: async (context) => {
      const { deadLetters } = await createRedrivenQueue(context, 1)
      const destination = await createQueue(context)
      await send(context, deadLetters, "stray")
      await start(context, deadLetters.arn, { DestinationArn: destination.arn })
      assert.equal((await receiveOne(context, destination)).Body, "stray")
    }
  },
  {
    title: "A finished task is listed with its state and counts, and without a handle",
    link: reference("ListMessageMoveTasks"),
    run: async (context) => {
      const { deadLetters } = await createRedrivenQueue(context, 1)
      const destination = await createQueue(context)
      await send(context, deadLetters, "stray")
      await start(context, deadLetters.arn, { DestinationArn: destination.arn })
      const task = await ended(context, deadLetters)
      assert.equal(task.Status, "COMPLETED")
      assert.equal(task.SourceArn, deadLetters.arn)
      assert.equal(task.DestinationArn, destination.arn)
      assert.equal(task.ApproximateNumberOfMessagesMoved, 1)
      assert.ok(task.StartedTimestamp)
      assert.equal(task.TaskHandle, undefined)
    }
  },
  {
    title: "A message that was sent to the dead-letter queue itself has no source to go back to: the task fails",
    link: reference("ListMessageMoveTasks"),
    run: async (context) => {
      const { deadLetters } = await createRedrivenQueue(context, 1)
      await send(context, deadLetters, "stray")
      await start(context, deadLetters.arn)
      const task = await ended(context, deadLetters)
      assert.equal(task.Status, "FAILED")
      assert.equal(task.FailureReason, "CouldNotDetermineMessageSource")
    }
  },
  {
    title: "Only one task a source queue runs at a time, and a running one can be cancelled",
    link: reference("CancelMessageMoveTask"),
    run: async (context) => {
      const { deadLetters } = await createRedrivenQueue(context, 1)
      const { arn: DestinationArn } = await createQueue(context)
      for (let count = 0; count < 30; count += 1) await send(context, deadLetters, "stray")
      const { TaskHandle } = await start(context, deadLetters.arn, { DestinationArn, rate: 1 })
      await refuses(start(context, deadLetters.arn, { DestinationArn }), "InvalidParameterValue")
      await context.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
      const task = await ended(context, deadLetters)
      assert.equal(task.Status, "CANCELLED")
      assert.ok((task.ApproximateNumberOfMessagesMoved ?? 0) < 30)
    }
  },
  {
    title: "The source of a move task has to be some queue's dead-letter queue",
    link: reference("StartMessageMoveTask"),
    run: async (context) => {
      const { arn } = await createQueue(context)
      await refuses(start(context, arn), "InvalidParameterValue")
    }
  },
  {
    title: "The source of a move task has to exist",
    link: reference("StartMessageMoveTask"),
    run: async (context) => {
      const { arn } = await createQueue(context)
      await refuses(start(context, `${arn}-none`), "ResourceNotFoundException")
    }
  },
  {
    title: "A task moves at most 500 messages a second",
    link: reference("StartMessageMoveTask"),
    run: async (context) => {
      const { deadLetters } = await createRedrivenQueue(context, 1)
      await refuses(start(context, deadLetters.arn, { rate: 501 }), "InvalidParameterValue")
    }
  }
])
