/** What every SQS operation gets. */
import type { Principal } from "../EmbeddedService.ts"
import type { Input } from "./Input.ts"
import type { MoveTasks } from "./MoveTasks.ts"
import type { Queue } from "./Queue.ts"
import type { QueueRegistry } from "./QueueRegistry.ts"
import { queueDoesNotExist, SqsError } from "./SqsError.ts"

/** A request to one operation. */
export interface OperationRequest {
  readonly input: Input
  readonly registry: QueueRegistry
  readonly moveTasks: MoveTasks
  readonly principal: Principal
  /** The trace header that the request came with, which SQS keeps with what is sent. */
  readonly traceHeader?: string | undefined
  readonly signal: AbortSignal
}

/** One operation: the members of its answer, or an `SqsError`. */
export type Operation = (request: OperationRequest) => object | Promise<object>

/** Operations by name, e.g. `SendMessage`. */
export type Operations = Readonly<Record<string, Operation>>

/** The queue of a request's `QueueUrl`. */
export const queueOf = ({ input, registry }: OperationRequest): Queue => {
  const url = input.require("QueueUrl")
  if (/\s/.test(url)) throw new SqsError("InvalidAddress", `The address ${url} is not valid for this endpoint.`)
  const queue = registry.byUrl(url)
  if (!queue) throw queueDoesNotExist()
  return queue
}

/** A message's SenderId: a role's session or an account. */
export const senderIdOf = (principal: Principal, accountId: string): string => {
  switch (principal.kind) {
    case "administrator":
      return accountId
    case "role":
      return `${principal.roleName}:${principal.sessionName}`
    case "service":
      return principal.service
  }
}
