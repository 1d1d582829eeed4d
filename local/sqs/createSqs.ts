/** SQS inside the process: an engine of its own behind SQS's JSON protocol. */
import type { Account } from "../Account.ts"
import type { Clock, ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import { authorizationsOf, permissionOn } from "./authorizations.ts"
import { Input } from "./Input.ts"
import { MoveTasks } from "./MoveTasks.ts"
import type { Operations } from "./Operation.ts"
import { messageOperations } from "./operations/messages.ts"
import { moveTaskOperations } from "./operations/moveTasks.ts"
import { permissionOperations } from "./operations/permissions.ts"
import { queueOperations } from "./operations/queues.ts"
import { receiveMessage } from "./operations/receive.ts"
import { failure, failureOf, operationOf, success } from "./protocol.ts"
import { QueueRegistry } from "./QueueRegistry.ts"
import { queueResources } from "./resources/queueResources.ts"
import { SqsError } from "./SqsError.ts"
import type { SqsEvent, SqsService } from "./SqsService.ts"
import { sendMessage } from "./sendMessage.ts"

const operations: Operations = {
  ...queueOperations,
  ...messageOperations,
  ...moveTaskOperations,
  ...permissionOperations,
  ReceiveMessage: receiveMessage
}

/** What SQS needs. */
export interface SqsOptions {
  readonly account: Account
  readonly clock: Clock
  /** Decides whether the starter of a move task may send to each message's source queue. */
  readonly iam: Pick<Iam, "decide">
}

/** Starts SQS: no queues yet. */
export const createSqs = ({ account, clock, iam }: SqsOptions): SqsService => {
  const listeners = new Set<(event: SqsEvent) => void>()
  const registry = new QueueRegistry(account, clock, (event) => {
    for (const listener of listeners) listener(event)
  })
  const moveTasks = new MoveTasks(
    registry,
    (principal, queue) => iam.decide(principal, permissionOn(queue, "SendMessage")).allowed
  )

  const handle = async (request: ServiceRequest): Promise<ServiceResponse> => {
    const name = operationOf(request)
    const operation = name !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined
    if (!operation) {
      const said =
        name === undefined ? "The request names no operation of AmazonSQS." : `The operation ${name} is unknown.`
      return failure(400, "UnknownOperationException", "InvalidAction", said)
    }
    try {
      const { principal, signal } = request
      const trace = request.headers["x-amzn-trace-id"]
      const traceHeader = typeof trace === "string" ? trace : undefined
      const input = Input.parse(request.body)
      return success(await operation({ input, registry, moveTasks, principal, traceHeader, signal }))
    } catch (error) {
      if (error instanceof SqsError) return failureOf(error)
      throw error
    }
  }

  return {
    signingName: "sqs",
    resources: queueResources(registry),
    authorizations: (request) => authorizationsOf(request, registry),
    handle,
    error: (_request, status, code, message) => failure(status, code, code.replace(/Exception$/, ""), message),
    send: (queueArn, message) => {
      const { messageId } = sendMessage(
        registry.require(queueArn),
        {
          body: message.body,
          messageAttributes: message.messageAttributes ?? {},
          systemAttributes: {},
          groupId: message.messageGroupId,
          deduplicationId: message.messageDeduplicationId,
          senderId: message.senderId ?? account.accountId
        },
        clock.now()
      )
      return { messageId }
    },
    receive: async (queueArn, { maxMessages, waitSeconds, signal }) => {
      const queue = registry.require(queueArn)
      const received = await queue.polls.wait({ receive: () => queue.receive(maxMessages), waitSeconds, signal })
      if (!signal.aborted) return received
      queue.putBack(received)
      return []
    },
    delete: (queueArn, receiptHandle) => registry.require(queueArn).delete(receiptHandle),
    changeVisibility: (queueArn, receiptHandle, seconds) =>
      registry.require(queueArn).changeVisibility(receiptHandle, seconds),
    depth: (queueArn) => registry.require(queueArn).depth(),
    attributes: (queueArn) => registry.attributesOf(registry.require(queueArn)),
    queueUrl: (queueArn) => registry.urlOf(registry.require(queueArn)),
    queueArns: () => registry.all().map(({ arn }) => arn),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      moveTasks.close()
      for (const queue of registry.all()) queue.polls.close()
      listeners.clear()
    }
  }
}
