/** AddPermission and RemovePermission: statements of a queue's policy, by label. */

import type { PolicyStatement } from "../../EmbeddedService.ts"
import { policyOf } from "../authorizations.ts"
import { type Operation, type Operations, queueOf } from "../Operation.ts"
import type { Queue } from "../Queue.ts"
import { invalidParameter, missingParameter } from "../SqsError.ts"

const statementsOf = (queue: Queue): ReadonlyArray<PolicyStatement> => {
  const statement = policyOf(queue)?.Statement ?? []
  return "Effect" in statement ? [statement] : statement
}

const policyWith = (queue: Queue, statements: ReadonlyArray<PolicyStatement>): Readonly<Record<string, string>> => {
  const document = { Version: "2012-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, Statement: statements }
  return { Policy: statements.length === 0 ? "" : JSON.stringify(document) }
}

const addPermission: Operation = (request) => {
  const queue = queueOf(request)
  const label = request.input.require("Label")
  const accounts = request.input.strings("AWSAccountIds")
  const actions = request.input.strings("Actions")
  if (accounts.length === 0) throw missingParameter("AWSAccountIds")
  if (actions.length === 0) throw missingParameter("Actions")
  const statements = statementsOf(queue)
  if (statements.some(({ Sid }) => Sid === label)) throw invalidParameter("Label", label, "Already exists.")
  const statement: PolicyStatement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
    Action: actions.map((action) => `SQS:${action}`),
    Resource: queue.arn
  }
  request.registry.configure(queue, policyWith(queue, [...statements, statement]))
  return {}
}

const removePermission: Operation = (request) => {
  const queue = queueOf(request)
  const label = request.input.require("Label")
  const statements = statementsOf(queue)
  const rest = statements.filter(({ Sid }) => Sid !== label)
  if (rest.length === statements.length) {
    throw invalidParameter("Label", label, "can't find label on existing policy.")
  }
  request.registry.configure(queue, policyWith(queue, rest))
  return {}
}

/** Statements of a queue's policy, by label. */
export const permissionOperations: Operations = { AddPermission: addPermission, RemovePermission: removePermission }
