/** Creates `aws:dynamodb/table:Table`. */
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import { decodeInputs, inputsSchema, tags } from "../pulumi/decodeInputs.ts"
import {
  autoName,
  type CreatedResource,
  type CreateRequest,
  type ResourceProviders
} from "../pulumi/ResourceProvider.ts"
import { type JsonObject, parseObject } from "./request.ts"
import type { Tables } from "./Tables.ts"

const text = Schema.optional(Schema.String)
const capacity = Schema.optional(Schema.Number)
const keySchemas = Schema.optional(
  Schema.Array(Schema.Struct({ attributeName: Schema.String, keyType: Schema.String }))
)

const tableInputs = inputsSchema({
  name: text,
  attributes: Schema.optional(Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.String }))),
  hashKey: Schema.String,
  rangeKey: text,
  billingMode: text,
  readCapacity: capacity,
  writeCapacity: capacity,
  globalSecondaryIndexes: Schema.optional(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        hashKey: text,
        rangeKey: text,
        keySchemas,
        projectionType: Schema.String,
        nonKeyAttributes: Schema.optional(Schema.Array(Schema.String)),
        readCapacity: capacity,
        writeCapacity: capacity
      })
    )
  ),
  localSecondaryIndexes: Schema.optional(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        rangeKey: Schema.String,
        projectionType: Schema.String,
        nonKeyAttributes: Schema.optional(Schema.Array(Schema.String))
      })
    )
  ),
  ttl: Schema.optional(Schema.Struct({ attributeName: text, enabled: Schema.optional(Schema.Boolean) })),
  pointInTimeRecovery: Schema.optional(
    Schema.Struct({ enabled: Schema.Boolean, recoveryPeriodInDays: Schema.optional(Schema.Number) })
  ),
  deletionProtectionEnabled: Schema.optional(Schema.Boolean),
  serverSideEncryption: Schema.optional(Schema.Struct({ enabled: Schema.Boolean, kmsKeyArn: text })),
  tableClass: text,
  tags
})

type TableInputs = typeof tableInputs.Type

const keySchema = (hashKey: string | undefined, rangeKey: string | undefined) => [
  ...(hashKey === undefined ? [] : [{ AttributeName: hashKey, KeyType: "HASH" }]),
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }])
]

const projection = (index: {
  readonly projectionType: string
  readonly nonKeyAttributes?: ReadonlyArray<string> | undefined
}) => ({
  ProjectionType: index.projectionType,
  ...(index.nonKeyAttributes ? { NonKeyAttributes: index.nonKeyAttributes } : {})
})

const createTableRequest = (name: string, inputs: TableInputs): JsonObject => {
  const provisioned = inputs.billingMode !== "PAY_PER_REQUEST"
  const throughput = (of: {
    readonly readCapacity?: number | undefined
    readonly writeCapacity?: number | undefined
  }) =>
    provisioned
      ? {
          ProvisionedThroughput: { ReadCapacityUnits: of.readCapacity ?? 1, WriteCapacityUnits: of.writeCapacity ?? 1 }
        }
      : {}
  const global = (inputs.globalSecondaryIndexes ?? []).map((index) => ({
    IndexName: index.name,
    KeySchema:
      index.keySchemas?.map((key) => ({ AttributeName: key.attributeName, KeyType: key.keyType })) ??
      keySchema(index.hashKey, index.rangeKey),
    Projection: projection(index),
    ...throughput(index)
  }))
  const local = (inputs.localSecondaryIndexes ?? []).map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(inputs.hashKey, index.rangeKey),
    Projection: projection(index)
  }))
  return {
    TableName: name,
    AttributeDefinitions: (inputs.attributes ?? []).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type
    })),
    KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
    BillingMode: inputs.billingMode ?? "PROVISIONED",
    ...throughput(inputs),
    ...(global.length > 0 ? { GlobalSecondaryIndexes: global } : {}),
    ...(local.length > 0 ? { LocalSecondaryIndexes: local } : {}),
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
    Tags: Object.entries(inputs.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
  }
}

/** The provider of DynamoDB's resource types. */
export const dynamoDbResources = (account: Account, tables: Tables): ResourceProviders => {
  const createTable = async (request: CreateRequest): Promise<CreatedResource> => {
    const inputs = decodeInputs(request, tableInputs)
    const name = inputs.name ?? autoName(request)
    const call = async (operation: string, body: JsonObject) => {
      const answer = await tables.call(operation, body)
      if (answer.status === 200) return
      const error = parseObject(answer.body)
      throw new Error(
        `${request.type} "${request.name}": ${String(error["message"] ?? error["Message"] ?? answer.body)}`
      )
    }
    await call("CreateTable", createTableRequest(name, inputs))
    const ttl = inputs.ttl
    if (ttl && (ttl.enabled ?? true)) {
      if (!ttl.attributeName)
        throw new Error(`${request.type} "${request.name}": property "ttl.attributeName" is required.`)
      await call("UpdateTimeToLive", {
        TableName: name,
        TimeToLiveSpecification: { AttributeName: ttl.attributeName, Enabled: true }
      })
    }
    if (inputs.pointInTimeRecovery?.enabled) {
      await call("UpdateContinuousBackups", {
        TableName: name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      })
    }
    return {
      id: name,
      state: {
        billingMode: "PROVISIONED",
        tableClass: "STANDARD",
        ...inputs,
        name,
        arn: arnOf(account, "dynamodb", `table/${name}`),
        region: account.region,
        tagsAll: inputs.tags ?? {}
      }
    }
  }
  return { "aws:dynamodb/table:Table": createTable }
}
