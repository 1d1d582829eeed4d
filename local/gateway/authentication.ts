/** Who sends a request, from its SigV4 credential. Signatures are not checked: on loopback the key id is enough. */
import type { IncomingHttpHeaders } from "node:http"

/** The credential scope of a signed request. */
export interface CredentialScope {
  readonly accessKeyId: string
  readonly region: string
  /** The service's signing name, e.g. `sqs`. */
  readonly service: string
}

/**
 * The credential scope in the `Authorization` header, or in the query of a presigned URL; `undefined` when the request
 * is not signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export const credentialScope = (headers: IncomingHttpHeaders, url: URL): CredentialScope | undefined => {
  const header = /^AWS4-HMAC-SHA256\s.*?Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1]
  const written = header ?? url.searchParams.get("X-Amz-Credential") ?? ""
  const [accessKeyId, date, region, service, terminator, ...rest] = written.split("/")
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request" || rest.length > 0) return undefined
  return { accessKeyId, region, service }
}

/** The service that an unsigned request is meant for, guessed from its shape; `undefined` when nothing tells. */
export const serviceOfUnsigned = (headers: IncomingHttpHeaders): string | undefined => {
  const target = headers["x-amz-target"]
  if (typeof target === "string")
    return target.startsWith("DynamoDB_") ? "dynamodb" : target.startsWith("AmazonSQS") ? "sqs" : undefined
  return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true ? "sns" : "s3"
}

/** An error's HTTP status and code. */
export interface ErrorCode {
  readonly status: number
  readonly code: string
}

/** What a service calls the errors that every service has. */
export interface CommonErrors {
  readonly accessDenied: ErrorCode
  readonly unknownKey: ErrorCode
  readonly unsigned: ErrorCode
  readonly tooLarge: ErrorCode
  readonly internal: ErrorCode
}

const queryErrors: CommonErrors = {
  accessDenied: { status: 403, code: "AccessDenied" },
  unknownKey: { status: 403, code: "InvalidClientTokenId" },
  unsigned: { status: 403, code: "MissingAuthenticationToken" },
  tooLarge: { status: 413, code: "RequestEntityTooLarge" },
  internal: { status: 500, code: "InternalFailure" }
}

const jsonErrors: CommonErrors = {
  accessDenied: { status: 400, code: "AccessDeniedException" },
  unknownKey: { status: 400, code: "UnrecognizedClientException" },
  unsigned: { status: 400, code: "MissingAuthenticationTokenException" },
  tooLarge: { status: 413, code: "RequestEntityTooLargeException" },
  internal: { status: 500, code: "InternalServerError" }
}

const errorsByService: Readonly<Record<string, CommonErrors>> = {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  sqs: queryErrors,
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
  sns: { ...queryErrors, accessDenied: { status: 403, code: "AuthorizationError" } },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  dynamodb: jsonErrors,
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  s3: {
    accessDenied: { status: 403, code: "AccessDenied" },
    unknownKey: { status: 403, code: "InvalidAccessKeyId" },
    unsigned: { status: 403, code: "AccessDenied" },
    tooLarge: { status: 400, code: "EntityTooLarge" },
    internal: { status: 500, code: "InternalError" }
  },
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
  secretsmanager: { ...jsonErrors, internal: { status: 500, code: "InternalServiceError" } },
  // https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
  lambda: {
    accessDenied: { status: 403, code: "AccessDeniedException" },
    unknownKey: { status: 403, code: "UnrecognizedClientException" },
    unsigned: { status: 403, code: "MissingAuthenticationTokenException" },
    tooLarge: { status: 413, code: "RequestTooLargeException" },
    internal: { status: 500, code: "ServiceException" }
  }
}

/** The names of the common errors in a service, by its signing name. */
export const commonErrors = (service: string): CommonErrors => errorsByService[service] ?? queryErrors
