/**
 * What each request needs from IAM.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
import { arnOf } from "../Account.ts"
import type { PolicyDocument, RequiredPermission, ServiceRequest } from "../EmbeddedService.ts"
import { Input } from "./Input.ts"
import { operationOf } from "./protocol.ts"
import type { Queue } from "./Queue.ts"
import type { QueueRegistry } from "./QueueRegistry.ts"

/** A queue's policy; it was checked when it was set. */
export const policyOf = (queue: Queue): PolicyDocument | undefined => {
  const json = queue.settings.attributes["Policy"]
  return json === undefined ? undefined : JSON.parse(json)
}

/** One action on one queue. */
export const permissionOn = (queue: Queue, action: string): RequiredPermission => ({
  action: `sqs:${action}`,
  resource: queue.arn,
  resourcePolicy: policyOf(queue)
})

// A batch needs the permission of the single action.
const actionOf = (operation: string): string => operation.replace(/Batch$/, "")

const moveTaskPermissions = (operation: string, input: Input, registry: QueueRegistry) => {
  const source = registry.byArn(input.string("SourceArn") ?? sourceOfTask(input.string("TaskHandle")) ?? "")
  if (!source) return []
  if (operation !== "StartMessageMoveTask") return [permissionOn(source, operation)]
  const destination = registry.byArn(input.string("DestinationArn") ?? "")
  return [
    ...[operation, "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) =>
      permissionOn(source, action)
    ),
    ...(destination ? [permissionOn(destination, "SendMessage")] : [])
  ]
}

const sourceOfTask = (handle: string | undefined): string | undefined =>
  handle === undefined ? undefined : /"sourceArn":"([^"]+)"/.exec(Buffer.from(handle, "base64").toString("utf8"))?.[1]

/** What a request needs; nothing for a queue or an operation that is not there: those are answered as AWS answers them. */
export const authorizationsOf = (
  request: ServiceRequest,
  registry: QueueRegistry
): ReadonlyArray<RequiredPermission> => {
  const operation = operationOf(request)
  if (operation === undefined) return []
  let input: Input
  try {
    input = Input.parse(request.body)
    return permissionsFor(operation, input, registry)
  } catch {
    // A malformed request is refused when it is handled.
    return []
  }
}

const permissionsFor = (
  operation: string,
  input: Input,
  registry: QueueRegistry
): ReadonlyArray<RequiredPermission> => {
  switch (operation) {
    case "CreateQueue": {
      const resource = arnOf(registry.account, "sqs", input.string("QueueName") ?? "")
      return [{ action: "sqs:CreateQueue", resource }]
    }
    case "ListQueues":
      return [{ action: "sqs:ListQueues", resource: arnOf(registry.account, "sqs", "*") }]
    case "GetQueueUrl": {
      const queue = registry.byName(input.string("QueueName") ?? "")
      return queue ? [permissionOn(queue, operation)] : []
    }
    case "StartMessageMoveTask":
    case "ListMessageMoveTasks":
    case "CancelMessageMoveTask":
      return moveTaskPermissions(operation, input, registry)
    default: {
      const queue = registry.byUrl(input.string("QueueUrl") ?? "")
      return queue ? [permissionOn(queue, actionOf(operation))] : []
    }
  }
}
