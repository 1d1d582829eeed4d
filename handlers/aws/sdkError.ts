/**
 * Which typed error a rejected call of the AWS SDK is. AWS speaks of the same trouble under many codes (each service,
 * and each protocol of it, has its own), so the order is: code, transport, HTTP status.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
import { AuthFailure, DependencyFailure, Timeout } from "../failure/errors.ts"
import { type AwsError, RequestRejected } from "./AwsError.ts"

/** A call to AWS: what the error's reason is made of. */
export interface AwsCall {
  /** The service, e.g. `sqs`: the dependency of classified failures. */
  readonly service: string
  /** The operation, e.g. `SendMessage`. */
  readonly operation: string
}

const authorization =
  /AccessDenied|^AccessDisabled|^AuthFailure$|^Authorization(Error|Header)|^NotAuthorized|^UnauthorizedOperation|ExpiredToken|^TokenRefreshRequired|^RequestExpired|^InvalidClientTokenId|^InvalidAccessKeyId|^InvalidToken|^InvalidSecurity|^MissingAuthenticationToken|^SignatureDoesNotMatch|^InvalidSignature|^IncompleteSignature|^UnrecognizedClient|^OptInRequired|^RequestTimeTooSkewed|^CredentialsProviderError|^TokenProviderError/i

const throttling =
  /Throttl|^RequestLimitExceeded|^ProvisionedThroughputExceeded|^TooManyRequests|^SlowDown|^BandwidthLimitExceeded|^LimitExceededException|^OverLimit|^PriorRequestNotComplete/i

const unavailable =
  /^InternalError|^InternalFailure|^InternalServer|^ServiceUnavailable|^ServiceFailure|^TransactionInProgress|^OperationAborted|^KMS\.?InternalException|^KMSInternal/i

const transport =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|ERR_SOCKET_CONNECTION_TIMEOUT|ERR_SSL.*|CERT_.*|UND_ERR_SOCKET)$/

const deadline = /^(TimeoutError|RequestTimeout|RequestTimeoutException|ETIMEDOUT|ESOCKETTIMEDOUT)$/

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

/** Codes of an error and of what caused it (Node wraps refused connections to several addresses in an AggregateError). */
const transportCodes = (error: unknown, depth = 0): ReadonlyArray<string> => {
  if (depth > 3) return []
  const own = text(property(error, "code"))
  const nested = property(error, "errors")
  return [
    ...(own === undefined ? [] : [own]),
    ...(Array.isArray(nested) ? nested.flatMap((each) => transportCodes(each, depth + 1)) : []),
    ...(property(error, "cause") === undefined ? [] : transportCodes(property(error, "cause"), depth + 1))
  ]
}

const retryAfterSeconds = (error: unknown): number | undefined => {
  const headers = property(property(error, "$response"), "headers")
  const seconds = Number(text(property(headers, "retry-after")))
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= 86_400 ? seconds : undefined
}

/**
 * The typed error of a rejected SDK call. Total: whatever was thrown, it answers.
 */
export const awsErrorOf = (call: AwsCall, error: unknown): AwsError => {
  const name = text(property(error, "name")) ?? text(property(error, "Code")) ?? "UnknownError"
  const status = property(property(error, "$metadata"), "httpStatusCode")
  const message = text(property(error, "message")) ?? ""
  const codes = [name, ...transportCodes(error)]
  const code = codes.find((each) => each !== "Error" && each !== "AggregateError") ?? name
  const fields = {
    reason: `${call.service} ${call.operation}: ${code}`,
    detail: message,
    dependency: call.service,
    cause: error
  }
  const matches = (pattern: RegExp): boolean => codes.some((each) => pattern.test(each))

  if (matches(authorization)) return new AuthFailure(fields)
  if (matches(throttling)) return new DependencyFailure({ ...fields, retryAfterSeconds: retryAfterSeconds(error) })
  if (matches(deadline) || status === 408) return new Timeout(fields)
  if (matches(unavailable) || matches(transport)) return new DependencyFailure(fields)
  if (status === 401 || status === 403) return new AuthFailure(fields)
  if (status === 429 || (typeof status === "number" && status >= 500)) {
    return new DependencyFailure({ ...fields, retryAfterSeconds: retryAfterSeconds(error) })
  }
  // A status says that AWS has refused the request. Without one nobody knows how far it came: a broken connection has many
  // names, and an answer that cannot be read may be that of a request that was carried out.
  if (typeof status === "number" && status >= 300) return new RequestRejected({ ...call, code, message, cause: error })
  return new DependencyFailure(fields)
}

/** Codes of requests that did not reach AWS, or that it turned away before it did anything. */
const turnedAway =
  /: (ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|\S*Throttl\S*|TooManyRequests\S*|RequestLimitExceeded|OverLimit)$/

/** Whether a call certainly had no effect. Of any other failed call it cannot be known: its answer may have been lost. */
export const hadNoEffect = (error: AwsError): boolean =>
  error._tag === "AuthFailure" ||
  error._tag === "RequestRejected" ||
  (error._tag === "DependencyFailure" && turnedAway.test(error.reason))

/** What SQS says of a message that is larger than its queue takes. */
const tooLarge = /must be shorter than \d+ bytes|^MessageTooLong$/

/** Whether SQS has refused a message for its size. */
export const wasTooLarge = (error: AwsError): boolean =>
  error._tag === "RequestRejected" && (tooLarge.test(error.message) || tooLarge.test(error.code))
