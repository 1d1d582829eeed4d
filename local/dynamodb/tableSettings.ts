/** What dynalite does not keep of a table: TTL, deletion protection, point-in-time recovery, tags. */
import { DynamoDbError, isObject, type JsonObject, tableNameOf } from "./request.ts"

/** Settings of one table. */
export interface TableSettings {
  /** Names of the key attributes: the partition key, then the sort key if there is one. */
  readonly keyNames: ReadonlyArray<string>
  ttl: { readonly attributeName: string } | undefined
  deletionProtection: boolean
  pointInTimeRecovery: boolean
  readonly tags: Map<string, string>
}

/** The settings of a new table, from its CreateTable request. */
export const newTableSettings = (body: JsonObject): TableSettings => ({
  keyNames: (Array.isArray(body["KeySchema"]) ? body["KeySchema"] : [])
    .filter(isObject)
    .map((key) => String(key["AttributeName"])),
  ttl: undefined,
  deletionProtection: body["DeletionProtectionEnabled"] === true,
  pointInTimeRecovery: false,
  tags: new Map()
})

/** The key of an item. */
export const keyOf = (settings: TableSettings, item: JsonObject): JsonObject =>
  Object.fromEntries(settings.keyNames.map((name) => [name, item[name]]))

/** Answers an operation that concerns the settings alone. */
export type SettingsOperation = (settings: TableSettings, body: JsonObject) => JsonObject

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: enabling twice is refused.
 */
const updateTimeToLive: SettingsOperation = (settings, body) => {
  const specification = body["TimeToLiveSpecification"]
  if (!isObject(specification) || typeof specification["AttributeName"] !== "string")
    throw new DynamoDbError("ValidationException", "TimeToLiveSpecification needs an AttributeName")
  const enabled = specification["Enabled"] === true
  if (enabled === (settings.ttl !== undefined))
    throw new DynamoDbError("ValidationException", `TimeToLive is already ${enabled ? "enabled" : "disabled"}`)
  settings.ttl = enabled ? { attributeName: specification["AttributeName"] } : undefined
  return { TimeToLiveSpecification: specification }
}

const describeTimeToLive: SettingsOperation = ({ ttl }) => ({
  TimeToLiveDescription: ttl
    ? { TimeToLiveStatus: "ENABLED", AttributeName: ttl.attributeName }
    : { TimeToLiveStatus: "DISABLED" }
})

const describeContinuousBackups: SettingsOperation = ({ pointInTimeRecovery }) => ({
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: pointInTimeRecovery ? "ENABLED" : "DISABLED" }
  }
})

const updateContinuousBackups: SettingsOperation = (settings, body) => {
  const specification = body["PointInTimeRecoverySpecification"]
  settings.pointInTimeRecovery = isObject(specification) && specification["PointInTimeRecoveryEnabled"] === true
  return describeContinuousBackups(settings, body)
}

const tagResource: SettingsOperation = (settings, body) => {
  putTags(settings, body["Tags"])
  return {}
}

const untagResource: SettingsOperation = (settings, body) => {
  if (Array.isArray(body["TagKeys"])) for (const key of body["TagKeys"]) settings.tags.delete(String(key))
  return {}
}

const listTagsOfResource: SettingsOperation = (settings) => ({
  Tags: [...settings.tags].map(([Key, Value]) => ({ Key, Value }))
})

/** Adds tags in the API's own spelling: a list of `Key` and `Value`. */
export const putTags = (settings: TableSettings, tags: unknown): void => {
  if (!Array.isArray(tags)) return
  for (const tag of tags) if (isObject(tag)) settings.tags.set(String(tag["Key"]), String(tag["Value"]))
}

/** The operations that concern settings alone, by name. */
export const settingsOperations: ReadonlyMap<string, SettingsOperation> = new Map(
  Object.entries({
    UpdateTimeToLive: updateTimeToLive,
    DescribeTimeToLive: describeTimeToLive,
    DescribeContinuousBackups: describeContinuousBackups,
    UpdateContinuousBackups: updateContinuousBackups,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsOfResource: listTagsOfResource
  })
)

/** The table that a settings operation is about. */
export const settingsTable = (body: JsonObject): string => tableNameOf(body["TableName"] ?? body["ResourceArn"]) ?? ""
