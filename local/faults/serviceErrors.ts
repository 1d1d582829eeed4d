/** The errors with which each service says that it is busy or broken, as its own documentation lists them. */

/** An error: its HTTP status, and its code in the service's own words. */
export interface ServiceError {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What a service answers when it is asked too often, and when it is broken. */
export interface ServiceErrors {
  readonly throttling: ReadonlyArray<ServiceError>
  readonly unavailable: ReadonlyArray<ServiceError>
}

const internal = "The request processing has failed because of an unknown error, exception or failure."
const unavailable = "The request has failed due to a temporary failure of the server."
const rate = "Rate exceeded"

const common: ServiceErrors = {
  throttling: [{ status: 400, code: "ThrottlingException", message: rate }],
  unavailable: [
    { status: 500, code: "InternalFailure", message: internal },
    { status: 503, code: "ServiceUnavailable", message: unavailable }
  ]
}

const errors: Readonly<Record<string, ServiceErrors>> = {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
  sqs: { ...common, throttling: [{ status: 400, code: "RequestThrottled", message: rate }] },
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
  sns: {
    throttling: [{ status: 429, code: "Throttled", message: rate }],
    unavailable: [
      { status: 500, code: "InternalError", message: internal },
      { status: 503, code: "ServiceUnavailable", message: unavailable }
    ]
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  dynamodb: {
    throttling: [
      { status: 400, code: "ThrottlingException", message: rate },
      {
        status: 400,
        code: "ProvisionedThroughputExceededException",
        message: "The level of configured provisioned throughput for the table was exceeded."
      },
      {
        status: 400,
        code: "RequestLimitExceeded",
        message: "Throughput exceeds the current throughput limit for your account."
      }
    ],
    unavailable: [
      { status: 500, code: "InternalServerError", message: "The request processing has failed." },
      { status: 503, code: "ServiceUnavailable", message: unavailable }
    ]
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
  s3: {
    throttling: [{ status: 503, code: "SlowDown", message: "Please reduce your request rate." }],
    unavailable: [
      { status: 500, code: "InternalError", message: "We encountered an internal error. Please try again." },
      { status: 503, code: "ServiceUnavailable", message: "Service is unable to handle request." }
    ]
  },
  // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
  lambda: {
    throttling: [{ status: 429, code: "TooManyRequestsException", message: "Rate Exceeded." }],
    unavailable: [{ status: 500, code: "ServiceException", message: internal }]
  }
}

/** The errors of a service, by its signing name; the common ones of AWS for one that is not known here. */
export const serviceErrors = (service: string): ServiceErrors => errors[service] ?? common
