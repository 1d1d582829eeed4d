/**
 * Error codes of AWS services, without the suffix `Exception` and without a service prefix.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
import { type CodeTable, codeTable } from "./codeTable.ts"

const codes: CodeTable = codeTable({
  AuthFailure: `AccessDenied AllAccessDisabled AccountProblem AuthFailure AuthorizationError AuthorizationHeaderMalformed Blocked
    CredentialsProviderError CredentialsError CredentialsNotFound ExpiredToken ExpiredTokenId Forbidden IDPRejectedClaim IncompleteSignature
    InvalidAccessKeyId InvalidClientTokenId InvalidIdentityToken InvalidSecurity InvalidSecurityToken InvalidSignature InvalidToken InvalidTokenId
    InvalidGrant ExpiredIteratorToken InvalidUserID.Unauthorized KMSAccessDenied KMSDisabled KMSInvalidKeyUsage DisabledException
    MissingAuthenticationToken MissingCredentials NoCredentialProviders NotAuthorized NotSignedUp OptInRequired PasswordResetRequired RequestExpired
    RequestTimeTooSkewed SignatureDoesNotMatch TokenRefreshRequired UnauthorizedAccess UnauthorizedOperation Unauthorized UnauthorizedClient
    UnrecognizedClient UserNotConfirmed UserNotFound X509 NoCredentials PartialCredentials TokenRetrievalError UnauthorizedSSOToken SSOTokenLoadError
    CredentialRetrievalError EC2AccessDenied EFSMountAccess NO_PERMISSIONS States.Permissions ClientAuthenticationError InvalidKeyId
    PrivilegedAccessDenied CrossAccountAccessDenied ENILambdaAccessDenied DisabledKey`,
  ValidationError: `AmbiguousDependency BadDigest BadRequest BatchEntryIdsNotDistinct BatchRequestTooLong ConditionalCheckFailed Conflict DuplicateItem
    EmptyBatchRequest EntityTooLarge EntityTooSmall IdempotentParameterMismatch InvalidArgument InvalidAttributeName InvalidAttributeValue
    InvalidBatchEntryId InvalidBucketName InvalidInput InvalidMessageContents InvalidParameter InvalidParameterCombination InvalidParameterValue
    InvalidQueryParameter InvalidRange InvalidRequest InvalidParameters ItemCollectionSizeLimitExceeded KeyTooLongError MessageRejected
    MetadataTooLarge MissingAction MissingParameter MissingRequiredParameter ParameterValueInvalid PreconditionFailed RequestTooLarge
    ParamValidation TooManyEntriesInBatchRequest UnsupportedMediaType ValidationError Validation ReceiptHandleIsInvalid MessageNotInflight
    INVALID_PARAMETER INVALID_JSON EventTooLarge ResourceAlreadyExists EntityAlreadyExists AlreadyExists
    DuplicateTransaction QueueNameExists TopicLimitExceeded MissingRequiredParameter InvalidPaginationToken InvalidParameterType UnexpectedParameter
    MultipleValidationErrors RequestEntityTooLarge PayloadTooLarge MailFromDomainNotVerified CodeMismatch UsernameExists InvalidPassword`,
  BadPayload: `InvalidRequestContent MalformedInput MalformedPolicyDocument MalformedXML InvalidJSON UnmarshalError Runtime.UnmarshalError
    InvalidJsonBody ParseError`,
  Timeout: `RequestTimeout RequestTimeoutException ConnectTimeout ReadTimeout ModelTimeout TaskTimedOut TimeoutError Timeout States.Timeout
    States.HeartbeatTimeout Sandbox.Timedout Function.Timeout Lambda.Timeout EFSMountTimeout SnapStartTimeout ApiCallTimeout ApiCallAttemptTimeout
    IntegrationTimeout Function.TimedOut StatementTimeout QueryTimeout TIMEOUT`,
  DependencyFailure: `BandwidthLimitExceeded ConcurrentInvocationLimitExceeded EC2Throttled EC2Unexpected EFSIO EFSMountConnectivity EFSMountFailure
    ENILimitReached ENINotReady InternalError InternalFailure InternalServer InternalServerError InternalService InternalServiceError KMSInternal
    KMSInvalidState KMSThrottling LimitExceeded ModelNotReady NetworkingError OverLimit PriorRequestNotComplete ProvisionedThroughputExceeded
    RequestLimitExceeded RequestThrottled RequestThrottledException ReplicatedWriteConflict ResourceNotReady ResourceInUse ServiceQuotaExceeded
    ResourceConflict ServiceFailure Service ServiceUnavailable SlowDown SubnetIPAddressLimitReached ThrottledException Throttled Throttling ThrottledClient
    TooManyRequests TransactionConflict TransactionInProgress TransientError OperationAborted ModelError DependencyTimeout DependencyFailure
    HTTPClientError EndpointConnectionError ConnectionClosed ConnectionError ProxyConnectionError Lambda.Service Lambda.AWSLambda Lambda.SdkClient
    Lambda.TooManyRequests EndpointDisabled THROTTLING RATE_LIMITED SDK_CLIENT_ERROR CONNECTION_FAILURE TARGET_UNAVAILABLE INTERNAL_ERROR ServerException
    QueueDeletedRecently KmsThrottled PurgeQueueInProgress SnapStartNotReady FunctionNotReady ResourceUnavailable RateExceeded ThroughputExceeded
    UnknownEndpoint IncompleteReadError ResponseStreamingError AmazonServiceUnavailable ModelStreamError`,
  Unknown: `NonExistentQueue QueueDoesNotExist NoSuchBucket NoSuchKey NoSuchEntity ResourceNotFound TableNotFound UnknownOperation InvalidAction
    NotImplemented UnsupportedOperation NO_RESOURCE NoSuchUpload NotFound InvalidRuntime InvalidZipFile CodeStorageExceeded Runtime.ExitError
    Runtime.OutOfMemory Runtime.ImportModuleError Runtime.HandlerNotFound Runtime.UserCodeSyntaxError Runtime.UnhandledPromiseRejection
    Runtime.InvalidEntrypoint Runtime.Unknown Runtime.NoSuchHandler Runtime.MalformedHandlerName Extension.Crash Extension.ExitError Extension.InitError
    Extension.LaunchError Runtime.NodejsExit Runtime.CallbackHandlerDeprecated UnknownService UnknownServiceError Runtime.InvalidTaskConfig Runtime.Panic
    RecursiveInvocation InvalidSubnetID InvalidSecurityGroupID SnapStart Function.ExecutionError Runtime.InvalidWorkingDir`
})

/** Codes whose meaning lies in what follows them; without more they mean nothing. */
const silent = new Set(["transactioncanceled", "states.taskfailed", "unhandled", "handled", "error", "exception"])

/**
 * The class of an AWS error code: exact, without `Exception`, or its last segment
 * (`AWS.SimpleQueueService.NonExistentQueue`, `KMS.AccessDeniedException`).
 */
export const awsErrorClass = (code: string) => {
  const name = code.trim().toLowerCase()
  if (name.length > 128 || silent.has(name.replace(/exception$/, ""))) return undefined
  const found = (candidate: string) => codes.get(candidate) ?? codes.get(candidate.replace(/(?:exception|fault)$/, ""))
  return found(name) ?? found(name.slice(name.lastIndexOf(".") + 1)) ?? found(name.slice(name.lastIndexOf("#") + 1))
}

/** Where SDKs write an error code inside a text; the first group is the code. */
const places = [
  /\bAn error occurred \(([\w.:-]{1,96})\) when calling/,
  /\bError Code: ([\w.-]{1,96})/,
  /\bapi error ([\w.-]{1,96})/,
  /\bRequestID: [\w-]{0,64}, (?:HostID: [^,\n]{0,128}, )?([A-Z]\w{3,96}): /,
  /\b__type"?\s?:\s?"(?:[\w.]{1,96}#)?([\w.]{1,96})"/,
  /<Code>([\w.]{1,96})<\/Code>/,
  /^(?:Error: )?([A-Z][A-Za-z]{3,64}): [^\n]{0,2048}\n?\t?status code: \d{3}, request id:/,
  /\bErrorCode["']?\s?[:=]\s?["']?([A-Z][\w.]{1,96})/
] as const

/** The AWS error code inside a text, where an SDK wrote one. */
export const awsCodeIn = (text: string): string | undefined => {
  for (const place of places) {
    const code = place.exec(text)?.[1]
    if (code !== undefined && !/^\d+$/.test(code)) return code
  }
  return undefined
}
