/** What the name of an exception tells: exact names first, then the words that a name is made of. */
import type { FailureClass } from "../FailureClass.ts"
import { codeTable } from "./codeTable.ts"

/** What a name says; a weak name gives way to what the message says. */
export interface NameVerdict {
  readonly class: FailureClass
  readonly strong: boolean
}

const strongNames = codeTable({
  AuthFailure: `TokenExpiredError JsonWebTokenError NotBeforeError JWTExpired JWSSignatureVerificationFailed JWTClaimValidationFailed ExpiredJwtException MalformedJwtException ExpiredSignatureError
    InvalidSignatureError InvalidTokenError DecodeErrorJwt StripeAuthenticationError StripePermissionError UnauthorizedAccessException SecurityTokenException SecurityTokenExpiredException SecurityException
    BadCredentialsException NoCredentialsError PartialCredentialsError CredentialRetrievalError RefreshError InsufficientPrivilege PermissionError PermissionDeniedError AccessDeniedException AccessDeniedError
    NotAuthorizedException LockedException DisabledException AccountExpiredException CredentialsExpiredException InsufficientAuthenticationException Unauthorized Forbidden UnauthorizedError ForbiddenError
    UnauthorizedException ForbiddenException SASLAuthenticationError InvalidAuthorizationSpecification InvalidPassword SequelizeAccessDeniedError MsalServiceException AADSTS CryptographicException InvalidGrantError
    OAuth2Error InvalidClientError TokenExpiredException JWTVerificationException SignatureVerificationException SSLCertVerificationError CertificateException CertificateExpiredException CertPathValidatorException`,
  ValidationError: `ValidationError ValidationException ZodError ValiError StructError FluentValidationException ConstraintViolationException DataIntegrityViolationException DuplicateKeyException DuplicateKeyError IntegrityError
    SQLIntegrityConstraintViolationException UniqueViolation UniqueConstraintViolationException NotNullViolation ForeignKeyViolation CheckViolation StringDataRightTruncation NumericValueOutOfRange InvalidTextRepresentation
    MethodArgumentNotValidException BindException UnrecognizedPropertyException InvalidFormatException MismatchedInputException ValueInstantiationException InvalidDefinitionException ConditionalCheckFailedException
    CastError BadRequest BadRequestException BadRequestError UnprocessableEntity UnprocessableEntityException UnprocessableEntityError HttpMessageConversionException EntityExistsException NotFoundException
    ConflictException ConflictError RecordInvalid RecordNotUnique InvalidForeignKey NotNullViolationActive SequelizeValidationError SequelizeUniqueConstraintError SequelizeForeignKeyConstraintError UniqueConstraintError
    StripeInvalidRequestError StripeCardError StripeIdempotencyError RecordTooLargeException ParamValidationError BadUserInputError UserInputError DocumentError MultipleInvalid InvalidInputException DataException
    DataError DataTruncation MysqlDataTruncation DataLengthException PayloadTooLargeError TypeBoxError AssertError InvalidParameterException ArgumentOutOfRangeException InvalidMoneyException DoctrineUniqueConstraintViolation ModelValidationError`,
  BadPayload: `JSONDecodeError JsonParseException JsonEOFException JsonSyntaxException MalformedJsonException JsonReaderException JsonException JSONException JsonProcessingException StreamReadException UnicodeDecodeError
    ParserError ParseError ParseException XMLSyntaxError XmlException SAXParseException ExpatError XMLStreamException UnmarshalException BadGzipFile BadZipFile BadZipfile ZipException DataFormatException
    InvalidDataException MalformedInputException UnmappableCharacterException CharacterCodingException CharConversionException DecoderFallbackException InvalidProtocolBufferException InvalidProtocolBufferError DecodeError
    DecodeException DecodingException DecodingError DecoderException SerializationException DeserializationException RecordDeserializationException CorruptRecordException InvalidRecordException AvroRuntimeException AvroTypeException
    MessageConversionException HttpMessageNotReadableException YAMLException YAMLParseError ScannerError MalformedCSVError MalformedCsvError CsvError CsvReadException CsvMalformedException BadDataException ExtraData UnpackValueError OutOfData MessagePackException
    MessageInsufficientBufferException StreamCorruptedException URIError UnpicklingError TOMLDecodeError CBORDecodeError InvalidBSON BSONError InvalidEncodingException UnsupportedEncodingException InvalidByteSequenceError UndefinedConversionError
    IncompatibleCharacterEncodings MessageDecodeError MessageToMessageDecoder CorruptedFrameException InvalidCharacterError BufferUnderflowException TProtocolException EncodingError InvalidJSON InvalidJson MalformedXML UnmarshalTypeErrorSyntax`,
  Timeout: `TimeoutError TimeoutException Timeout TimedOut ReadTimeout ConnectTimeout WriteTimeout PoolTimeout QueryCanceled QueryCanceledError SoftTimeLimitExceeded TimeLimitExceeded WorkerLostTimeout
    TimeoutRejectedException QueryTimeoutException LockTimeoutException PessimisticLockException CannotAcquireLockException AbortError CanceledError APITimeoutError DeadlineExceeded DeadlineExceededError LockNotAvailable
    SocketTimeoutException HttpTimeoutException ReadTimeoutError ConnectTimeoutError OpenTimeout TaskCanceledException OperationCanceledException AbortException ReadTimeoutException RequestAbortedError`,
  Unknown: `NullPointerException NullReferenceException ClassCastException IndexOutOfBoundsException ArrayIndexOutOfBoundsException StackOverflowError OutOfMemoryError OutOfMemoryException NoClassDefFoundError ClassNotFoundException
    ConcurrentModificationException ArithmeticException NoSuchElementException NoSuchMethodError NoSuchFieldError AbstractMethodError ExceptionInInitializerError LinkageError UnsupportedOperationException UnsupportedVersionException
    ReferenceError EvalError AssertionError AssertionFailedError KeyError IndexError AttributeError NameError RecursionError ImportError ModuleNotFoundError UnboundLocalError MemoryError NotImplementedError ZeroDivisionError
    IndentationError NotImplementedException IndexOutOfRangeException KeyNotFoundException InvalidCastException DivideByZeroException FileNotFoundException FileNotFoundError ArgumentNullException ObjectDisposedException AccessViolationException
    StackOverflowException TypeInitializationException MissingMethodException NoMethodError LoadError FrozenError StopIteration UndefinedTable UndefinedColumn UndefinedFunction ArgumentCountError DivisionByZeroError
    BadSqlGrammarException SQLSyntaxErrorException SQLGrammarException InvalidSqlStatement NoSuchBeanDefinitionException BeanCreationException UnknownServiceError DynamicModuleError FiberFailureDie NonUniqueResultException`
})

const weakNames = codeTable({
  DependencyFailure: `OperationalError InterfaceError ResourceAccessException CommunicationException CommunicationsException RetryableException ConnectException SocketException SSLException SSLError SSLHandshakeException
    RemoteException RemoteDisconnected ClosedChannelException EOFException IOException JDBCConnectionException CannotGetJdbcConnectionException DataAccessResourceFailureException TransientDataAccessResourceException
    CannotCreateTransactionException JpaSystemException ProtocolError RemoteProtocolError IncompleteRead ChunkedEncodingError ClientConnectorError ClientOSError ServerDisconnectedError gaierror herror BrokenPipeError APIConnectionError
    HttpRequestException WebException RequestException ServerException InternalServerErrorException InternalServerError HttpServerErrorException DisconnectException RetriableException KafkaStorageException BrokerNotAvailableException
    AutoReconnect PoolClearedError MongoNetworkError MongoServerSelectionError ServerSelectionError OptimisticLockException StaleObjectStateException ObjectOptimisticLockingFailureException OptimisticLockingFailureException
    OptimisticConcurrencyException DbUpdateConcurrencyException StaleElementException VersionError ConcurrencyFailureException PessimisticLockingFailureException DeadlockLoserDataAccessException DeadlockDetected SerializationFailure TransactionRollbackError AdminShutdown
    CannotConnectNow TooManyConnections ReadOnlySqlTransaction CallNotPermittedException BulkheadFullException RequestNotPermitted BrokenCircuitException BrokenBreakerException OpenCircuitError RateLimitExceededException RateLimitError TooManyRequests
    TooManyRequestsException CommitFailedException ProducerFencedException RebalanceInProgressException MaxRetriesPerRequestError ClusterAllFailedError JedisConnectionException NoRouteToHostException UnknownHostException RetryError MaxRetryError
    ServiceUnavailable ServiceUnavailableException BadGateway InternalServiceException KafkaJSConnectionError KafkaJSNumberOfRetriesExceeded SequelizeConnectionError SequelizeDatabaseConnection StripeAPIError StripeConnectionError StripeRateLimitError`,
  ValidationError:
    "ValueError IllegalArgumentException ArgumentException ArgumentError InvalidArgumentException NumberFormatException FormatException RangeError DateTimeParseException InvalidOperationExceptionValidation NumericException DateTimeException InvalidArgument HttpClientErrorException ClientException DataTypeMismatch StripeError DomainException LengthException UnexpectedValueException PropertyValueException ConversionFailedException",
  BadPayload: "SyntaxError EOFError ClientPayloadError HttpParseError",
  Unknown:
    "ProgrammingError TypeError IllegalStateException RuntimeException InvalidOperationException Error Exception UnknownError"
})

/** In a name, words that speak for a class, the most telling first. */
const words: ReadonlyArray<readonly [RegExp, FailureClass, boolean]> = [
  [/time(?:d)?_?out|deadline|time_?limit/, "Timeout", true],
  [
    /unauthori[sz]ed|unauthenticated|authentication|authori[sz]ation|permissions?_?violation|access_?denied|permission_?denied|forbidden|credential|not_?authori[sz]ed|expired_?token|token_?expired|invalid_?token|jwt|signature|login_?fail|invalid_?api_?key/,
    "AuthFailure",
    true
  ],
  [/throttl|too_?many|rate_?limit|slow_?down|quota|limit_?exceeded|throughput/, "DependencyFailure", true],
  [
    /validation|constraint|integrity|violation|duplicate|bad_?request|unprocessable|not_?valid|required|missing_?(?:field|param|prop|required)|already_?exists|conditional_?check/,
    "ValidationError",
    true
  ],
  [
    /parse|parsing|decod|deserial|unmarshal|malformed|json|xml|yaml|csv|avro|proto(?:buf|col_?buffer)|msgpack|base64|gzip|corrupt|encoding|unicode|charset/,
    "BadPayload",
    false
  ],
  [
    /unavailable|circuit|breaker|unreachable|deadlock|internal_?serv|connection|connect|network|socket|disconnect|dns|transport|remote|broker|leader|coordinator|replica|rebalance|gateway|server_?error|retries|retry|overload|busy|unhealthy|unexpected_?close|service_?exception|dependency|upstream/,
    "DependencyFailure",
    false
  ],
  [
    /invalid|illegal|unsupported|conflict|out_?of_?range|too_?(?:large|long|big|small|short)|not_?found|not_?allowed|mismatch|bad_|missing|unknown_?(?:currency|sku|product)|insufficient|out_?of_?stock|exceeds/,
    "ValidationError",
    false
  ],
  [
    /assertion|null|undefined|not_?implemented|unsupported_?operation|out_?of_?memory|stack_?overflow|class_?cast|index_?out/,
    "Unknown",
    false
  ]
]

const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()

/** The last segment of a qualified name: Java's and Python's dots, nested classes, Ruby's and C++'s colons, PHP's backslashes. */
const lastSegment = (name: string): string =>
  name.slice(Math.max(...[".", "$", ":", "\\", "/", "#"].map((mark) => name.lastIndexOf(mark))) + 1)

/** What an exception's name says. */
export const nameVerdict = (qualified: string): NameVerdict | undefined => {
  if (qualified.length > 256) return undefined
  const name = lastSegment(qualified)
  // PyJWT's `jwt.exceptions.DecodeError`: a credential that cannot be read is no payload.
  if (/(?:^|\.)(?:jwt|jose|jwcrypto)\./i.test(qualified)) return { class: "AuthFailure", strong: true }
  const key = name.toLowerCase()
  const strong = strongNames.get(key)
  if (strong !== undefined) return { class: strong, strong: true }
  const weak = weakNames.get(key)
  if (weak !== undefined) return { class: weak, strong: false }
  const inWords = snake(name)
  for (const [pattern, failureClass, isStrong] of words)
    if (pattern.test(inWords)) return { class: failureClass, strong: isStrong }
  return undefined
}

const ending =
  /(?:error|exception|failure|fault|timeout|exceeded|violation|unavailable|denied|refused|closed|disconnected|unauthorized|forbidden|canceled|cancelled|invalid|notunique|badrequest|extradata|interrupted|aborted|notfound|notavailable|brokersavailable|malformed|expired|unreachable|limited|throttled|rejected|timedout|failed|notloaded|gaierror|badgzipfile|badzipfile|incompleteread|serializationfailure|querycanceled|deadlockdetected|insufficientprivilege|undefinedtable|undefinedcolumn|toomanyrequests)$/i

/** How many names are looked at: more never mean more. */
const maxNames = 24

/** A word in a sentence is no name: `max pool size or 'Timeout'`. A name is qualified, compound, or followed by its message. */
const standsAsName = (text: string, index: number, word: string): boolean => {
  const before = text[index - 1] ?? ""
  const after = text[index + word.length] ?? ""
  const last = lastSegment(word)
  return (
    before !== "'" &&
    before !== '"' &&
    (/[a-z][A-Z]/.test(last) || /^[:(\n>]?$/.test(after)) &&
    (/^[A-Z_]/.test(last) || /^[:\n]?$/.test(after))
  )
}

/** Names of exceptions in a text, in its order; a name is a word that ends like one. Linear. */
export const exceptionNamesIn = (text: string): ReadonlyArray<string> => {
  const names: Array<string> = []
  for (const match of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*(?:(?:\.|\$|::|\\)[A-Za-z_][A-Za-z0-9_]*)*/g)) {
    if (names.length >= maxNames) break
    const word = match[0]
    if (!standsAsName(text, match.index, word)) continue
    if (word.length < 256 && /[A-Z]|\./.test(word) && ending.test(word)) names.push(word)
  }
  return names
}
