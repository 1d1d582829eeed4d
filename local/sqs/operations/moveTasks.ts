/** Operations on message move tasks. */
import type { MoveTask } from "../MoveTasks.ts"
import type { Operation, Operations } from "../Operation.ts"
import { invalidParameter, SqsError } from "../SqsError.ts"

const missing = (parameter: string) =>
  new SqsError(
    "ResourceNotFoundException",
    `The resource that you specified for the ${parameter} parameter doesn't exist.`
  )

const start: Operation = ({ input, registry, moveTasks, principal }) => {
  const source = registry.byArn(input.require("SourceArn"))
  if (!source) throw missing("SourceArn")
  const destinationArn = input.string("DestinationArn")
  const destination = destinationArn === undefined ? undefined : registry.byArn(destinationArn)
  if (destinationArn !== undefined && !destination) throw missing("DestinationArn")
  const rate = input.integer("MaxNumberOfMessagesPerSecond")
  return { TaskHandle: moveTasks.start(source, destination, rate, principal).handle }
}

const spelled = (task: MoveTask): object => ({
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destination ? { DestinationArn: task.destination.arn } : {}),
  ...(task.rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.rate }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  StartedTimestamp: task.startedAt,
  ...(task.failureReason === undefined ? {} : { FailureReason: task.failureReason }),
  // Only a running task can be cancelled, so only a running task shows its handle.
  ...(task.status === "RUNNING" ? { TaskHandle: task.handle } : {})
})

const list: Operation = ({ input, registry, moveTasks }) => {
  const source = registry.byArn(input.require("SourceArn"))
  if (!source) throw missing("SourceArn")
  const maximum = input.integer("MaxResults") ?? 1
  if (maximum < 1 || maximum > 10) throw invalidParameter("MaxResults", maximum, "Must be between 1 and 10.")
  return { Results: moveTasks.list(source).slice(0, maximum).map(spelled) }
}

const cancel: Operation = ({ input, moveTasks }) => ({
  ApproximateNumberOfMessagesMoved: moveTasks.cancel(input.require("TaskHandle")).moved
})

/** Starting, listing and cancelling move tasks. */
export const moveTaskOperations: Operations = {
  StartMessageMoveTask: start,
  ListMessageMoveTasks: list,
  CancelMessageMoveTask: cancel
}
