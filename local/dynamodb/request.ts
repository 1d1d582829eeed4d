/** Reading a DynamoDB request, and answering it in DynamoDB's shapes. */
import type { ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"

/** A value in DynamoDB's own JSON, e.g. `{ "S": "text" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value is an object with properties. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The operation of a request: what follows the dot in `X-Amz-Target: DynamoDB_20120810.PutItem`. */
export const operationOf = (request: ServiceRequest): string => {
  const target = request.headers["x-amz-target"]
  return typeof target === "string" ? (target.split(".")[1] ?? "") : ""
}

/** A JSON object; an empty one for text that is none (the engine then answers as AWS does). */
export const parseObject = (text: string): JsonObject => {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

/** A table's name from its name or its ARN: AWS takes both. */
export const tableNameOf = (nameOrArn: unknown): string | undefined => {
  if (typeof nameOrArn !== "string") return undefined
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn
}

/** An answer with a JSON body. */
export const answer = (body: unknown, status = 200): ServiceResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: typeof body === "string" ? body : JSON.stringify(body)
})

/** A refusal that is not the engine's: which error of DynamoDB, and why. */
export class DynamoDbError extends Error {
  readonly code: string
  /** @param code e.g. `ValidationException`, `ResourceNotFoundException`. */
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** An error in DynamoDB's shape. */
export const errorAnswer = (status: number, code: string, message: string): ServiceResponse =>
  answer({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }, status)
