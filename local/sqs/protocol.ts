/**
 * The JSON 1.0 protocol, query-compatible, as SDK clients speak it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
import { randomUUID } from "node:crypto"
import type { ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import type { SqsError } from "./SqsError.ts"

const contentType = "application/x-amz-json-1.0"

/** The operation that a request names; `undefined` when it names none of SQS's. */
export const operationOf = (request: ServiceRequest): string | undefined => {
  const target = request.headers["x-amz-target"]
  return typeof target === "string" && target.startsWith("AmazonSQS.") ? target.slice("AmazonSQS.".length) : undefined
}

/** A successful answer. */
export const success = (output: object): ServiceResponse => ({
  status: 200,
  headers: { "content-type": contentType, "x-amzn-requestid": randomUUID() },
  body: JSON.stringify(output)
})

/** The errors that SQS models itself; any other comes from the common ones of AWS. */
const modelled =
  /^(Batch|Empty|Queue|Purge|Receipt|RequestThrottled|Resource|TooMany|InvalidA|InvalidB|InvalidM|MessageNot|OverLimit|Unsupported)/

/** An error: the shape in the body, the query protocol's code in a header, so that old and new clients know it. */
export const failure = (status: number, shape: string, code: string, message: string): ServiceResponse => {
  const type = modelled.test(shape)
    ? `com.amazonaws.sqs#${shape}`
    : `com.amazon.coral.service#${shape.endsWith("Exception") ? shape : `${shape}Exception`}`
  return {
    status,
    headers: {
      "content-type": contentType,
      "x-amzn-requestid": randomUUID(),
      "x-amzn-query-error": `${code};${status < 500 ? "Sender" : "Receiver"}`
    },
    body: JSON.stringify({ __type: type, message })
  }
}

/** An `SqsError` over the wire. */
export const failureOf = (error: SqsError): ServiceResponse =>
  failure(error.status, error.shape, error.code, error.message)
