/**
 * Message move tasks: dead letters back to their sources, or to any queue, at a bounded rate.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
import { randomUUID } from "node:crypto"
import type { Principal } from "../EmbeddedService.ts"
import type { Queue } from "./Queue.ts"
import type { QueueRegistry } from "./QueueRegistry.ts"
import { SqsError } from "./SqsError.ts"
import type { ReceivedMessage } from "./SqsService.ts"
import { nextSequenceNumber } from "./sendMessage.ts"

/** The most messages a second that one task moves. */
export const maximumMessagesPerSecond = 500

/** How often a task moves some messages. */
const tickMilliseconds = 100

/** How long a message stays hidden while a task moves it. */
const moveVisibilitySeconds = 30

/** One task. */
export interface MoveTask {
  readonly handle: string
  readonly source: Queue
  readonly destination: Queue | undefined
  /** As the caller gave it. */
  readonly rate: number | undefined
  readonly startedAt: number
  /** How many messages the source held at the start. */
  readonly toMove: number
  moved: number
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED"
  failureReason: string | undefined
}

/** Whether a principal may send to a queue. */
export type MaySend = (principal: Principal, queue: Queue) => boolean

/** What ListMessageMoveTasks keeps of a source's tasks. */
const keptTasks = 10

/** The move tasks of an account. */
export class MoveTasks {
  readonly #registry: QueueRegistry
  readonly #maySend: MaySend
  readonly #tasks = new Map<string, Array<MoveTask>>()
  readonly #timers = new Map<MoveTask, () => void>()

  constructor(registry: QueueRegistry, maySend: MaySend) {
    this.#registry = registry
    this.#maySend = maySend
  }

  start(source: Queue, destination: Queue | undefined, rate: number | undefined, principal: Principal): MoveTask {
    if (this.#registry.sourcesOf(source).length === 0) {
      throw new SqsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    }
    if (rate !== undefined && (rate < 1 || rate > maximumMessagesPerSecond)) {
      const message = `Value ${rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must provide a value between 1 and ${maximumMessagesPerSecond}.`
      throw new SqsError("InvalidParameterValue", message)
    }
    if (destination && destination.fifo !== source.fifo) {
      throw new SqsError("InvalidParameterValue", "Source and destination must be the same type of queue.")
    }
    const tasks = this.#tasks.get(source.arn) ?? []
    if (tasks[0]?.status === "RUNNING") {
      const message =
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
      throw new SqsError("InvalidParameterValue", message)
    }
    const description = JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })
    const { visible, delayed, inFlight } = source.depth()
    const task: MoveTask = {
      handle: Buffer.from(description).toString("base64"),
      source,
      destination,
      rate,
      startedAt: this.#registry.clock.now(),
      toMove: visible + delayed + inFlight,
      moved: 0,
      status: "RUNNING",
      failureReason: undefined
    }
    this.#tasks.set(source.arn, [task, ...tasks].slice(0, keptTasks))
    this.#schedule(task, principal, 0)
    return task
  }

  /** A source's tasks, newest first. */
  list(source: Queue): ReadonlyArray<MoveTask> {
    return this.#tasks.get(source.arn) ?? []
  }

  /** Ends a running task; what it moved stays moved. */
  cancel(handle: string): MoveTask {
    const task = [...this.#tasks.values()].flat().find((candidate) => candidate.handle === handle)
    if (!task) throw new SqsError("ResourceNotFoundException", "Task does not exist.")
    if (task.status !== "RUNNING") {
      throw new SqsError("InvalidParameterValue", "Only active tasks can be cancelled.")
    }
    this.#end(task, "CANCELLED")
    return task
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  #schedule(task: MoveTask, principal: Principal, milliseconds: number): void {
    const run = () => {
      this.#timers.delete(task)
      this.#move(task, principal)
    }
    this.#timers.set(task, this.#registry.clock.schedule(milliseconds, run))
  }

  #end(task: MoveTask, status: MoveTask["status"], reason?: string): void {
    task.status = status
    task.failureReason = reason
    this.#timers.get(task)?.()
    this.#timers.delete(task)
  }

  /** Moves as many as one tick allows, one at a time: sent first, deleted then. */
  #move(task: MoveTask, principal: Principal): void {
    const rate = task.rate ?? maximumMessagesPerSecond
    const interval = Math.max(tickMilliseconds, 1000 / rate)
    const quota = Math.max(1, Math.round((rate * interval) / 1000))
    for (let count = 0; count < quota; count += 1) {
      const [message] = task.moved < task.toMove ? task.source.receive(1, moveVisibilitySeconds) : []
      if (!message) {
        this.#end(task, "COMPLETED")
        return
      }
      const reason = this.#moveOne(task, principal, message)
      if (reason !== undefined) {
        task.source.putBack([message])
        this.#end(task, "FAILED", reason)
        return
      }
      task.moved += 1
    }
    this.#schedule(task, principal, interval)
  }

  /** Moves one message; answers why not. */
  #moveOne(task: MoveTask, principal: Principal, message: ReceivedMessage): string | undefined {
    const sourceArn = message.attributes["DeadLetterQueueSourceArn"]
    if (!task.destination && sourceArn === undefined) return "CouldNotDetermineMessageSource"
    const destination = task.destination ?? this.#registry.byArn(sourceArn ?? "")
    if (!destination) return "AWS.SimpleQueueService.NonExistentQueue"
    if (!this.#maySend(principal, destination)) return "AccessDenied"
    // A moved message is a new message: new id, new retention. It is not deduplicated, or a quick move would lose it.
    destination.send({
      messageId: randomUUID(),
      body: message.body,
      md5OfBody: message.md5OfBody,
      messageAttributes: message.messageAttributes,
      md5OfMessageAttributes: message.md5OfMessageAttributes,
      traceHeader: message.attributes["AWSTraceHeader"],
      senderId: message.attributes["SenderId"] ?? "",
      sentAt: this.#registry.clock.now(),
      groupId: message.attributes["MessageGroupId"],
      deduplicationId: message.attributes["MessageDeduplicationId"],
      sequenceNumber: destination.fifo ? nextSequenceNumber() : undefined
    })
    task.source.delete(message.receiptHandle)
    return undefined
  }
}
