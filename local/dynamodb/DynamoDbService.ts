/** DynamoDB inside the process: dynalite, with what it lacks put in front of it. */
import type { Account } from "../Account.ts"
import type { Clock, EmbeddedService, PolicyDocument, ServiceResponse } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { authorizationsOf } from "./authorizations.ts"
import { createEngine } from "./Engine.ts"
import { deleteExpired } from "./expiry.ts"
import type { PlainItem } from "./item.ts"
import { answer, DynamoDbError, errorAnswer, type JsonObject, operationOf, parseObject } from "./request.ts"
import { resourcePolicyResources } from "./resourcePolicy.ts"
import { dynamoDbResources } from "./resources.ts"
import { scanAll } from "./scanAll.ts"
import { Tables } from "./Tables.ts"

/** DynamoDB inside the process. */
export interface DynamoDbService extends EmbeddedService {
  readonly resources: ResourceProviders
  /** Every item of a table as plain JavaScript values, in no particular order. Rejects for an unknown table. */
  readonly items: (tableName: string) => Promise<ReadonlyArray<PlainItem>>
  /** Names of the tables, sorted. */
  readonly tableNames: () => ReadonlyArray<string>
  /** Deletes what has expired now, as the sweep does on its own. Answers how many items went. */
  readonly sweep: () => Promise<number>
  readonly close: () => void
}

/** Settings of the embedded DynamoDB. */
export interface DynamoDbOptions {
  readonly account: Account
  readonly clock: Clock
  /**
   * How often expired items are deleted. AWS promises a few days; here it is sooner, so that it can be watched.
   * @default 60,000
   */
  readonly sweepMilliseconds?: number
}

/** Starts an empty DynamoDB. */
export const createDynamoDb = (options: DynamoDbOptions): DynamoDbService => {
  const { account, clock } = options
  const tables = new Tables(createEngine(account))

  /** By the table's ARN. */
  const policies = new Map<string, PolicyDocument>()

  const sweep = () => deleteExpired(tables, clock.now())
  let closed = false
  let cancel = () => {}
  const again = () => {
    cancel = clock.schedule(options.sweepMilliseconds ?? 60_000, () => {
      const next = () => {
        if (!closed) again()
      }
      // A table deleted in the middle of a sweep ends that sweep; the next one does without it.
      sweep().then(next, next)
    })
  }
  again()

  const handle = async (operation: string, body: JsonObject, text: string): Promise<ServiceResponse> => {
    try {
      const { status, body: answered } = await tables.call(operation, body, text)
      return answer(answered, status)
    } catch (error) {
      if (error instanceof DynamoDbError) return errorAnswer(400, error.code, error.message)
      throw error
    }
  }

  return {
    signingName: "dynamodb",
    authorizations: (request) =>
      authorizationsOf(account, operationOf(request), parseObject(request.body.toString("utf8"))).map((permission) => ({
        ...permission,
        resourcePolicy: policies.get(permission.resource.replace(/\/index\/.*$/, ""))
      })),
    handle: (request) => {
      const text = request.body.toString("utf8")
      return handle(operationOf(request), parseObject(text), text)
    },
    error: (_request, status, code, message) => errorAnswer(status, code, message),
    resources: { ...dynamoDbResources(account, tables), ...resourcePolicyResources(account, tables, policies) },
    items: (tableName) => scanAll(tables, tableName),
    tableNames: () => tables.names(),
    sweep,
    close: () => {
      closed = true
      cancel()
    }
  }
}
