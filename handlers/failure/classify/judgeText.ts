/** The rules for one piece of error text, in their order: what is most specific comes first. */
import { authPhrases } from "./authPhrases.ts"
import { awsCodeIn, awsErrorClass } from "./awsErrorCodes.ts"
import { kafkaClassIn, redisClassIn } from "./brokerCodes.ts"
import { codeWordsIn } from "./codeWords.ts"
import { databaseClassIn } from "./databaseCodes.ts"
import { decodePhrases } from "./decodePhrases.ts"
import { dependencyPhrases } from "./dependencyPhrases.ts"
import { exceptionNamesIn, nameVerdict } from "./exceptionNames.ts"
import { grpcStatusIn } from "./grpcStatus.ts"
import { httpStatusClass, httpStatusIn, isSoftStatus, statusOfReasonPhrase } from "./httpStatus.ts"
import { firstPhrase, type PhraseRule } from "./phrases.ts"
import { programmerPhrases } from "./programmerPhrases.ts"
import { replyClassIn } from "./replyCodes.ts"
import { sqlStateClass, sqlStateIn } from "./sqlStates.ts"
import { systemCodeClass, systemCodeIn } from "./systemCodes.ts"
import { timeoutPhrases } from "./timeoutPhrases.ts"
import { validationDocuments, validationPhrases } from "./validationPhrases.ts"
import { strong, type Verdict, weak } from "./verdict.ts"

type Rule = (text: string) => Verdict | undefined

const phrase =
  (rules: ReadonlyArray<PhraseRule>): Rule =>
  (text) => {
    const rule = firstPhrase(rules, text)
    return rule === undefined ? undefined : strong(rule.class, rule.id)
  }

const pick = (rules: ReadonlyArray<PhraseRule>, ...ids: ReadonlyArray<string>): ReadonlyArray<PhraseRule> =>
  rules.filter((rule) => ids.includes(rule.id))

/** Reasons of a cancelled DynamoDB transaction: one contended item is enough to try again. */
const transactionReasons: Rule = (text) =>
  /TransactionCancell?ed|Transaction cancell?ed/.test(text)
    ? /TransactionConflict|Throttling|ProvisionedThroughput/.test(text)
      ? strong("DependencyFailure", "aws.transaction-conflict")
      : /ConditionalCheckFailed|ValidationError|ItemCollectionSize|DuplicateItem/.test(text)
        ? strong("ValidationError", "aws.transaction-condition")
        : undefined
    : undefined

const aws: Rule = (text) => {
  const code = awsCodeIn(text)
  const failureClass = code === undefined ? undefined : awsErrorClass(code)
  return failureClass === undefined ? undefined : strong(failureClass, "aws.code-in-text")
}

const database: Rule = (text) => {
  const failureClass = databaseClassIn(text) ?? sqlStateClass(sqlStateIn(text) ?? "")
  return failureClass === undefined ? undefined : strong(failureClass, "sql.code-in-text")
}

const grpc: Rule = (text) => {
  const status = grpcStatusIn(text)
  return status === undefined || status.vague ? undefined : strong(status.class, "grpc.status-in-text")
}

const vagueGrpc: Rule = (text) => {
  const status = grpcStatusIn(text)
  return status === undefined ? undefined : strong(status.class, "grpc.vague-status")
}

const system: Rule = (text) => {
  const code = systemCodeIn(text)
  const failureClass = code === undefined ? undefined : systemCodeClass(code)
  return failureClass === undefined ? undefined : strong(failureClass, "system.code-in-text")
}

const reply: Rule = (text) => {
  const failureClass = replyClassIn(text)
  return failureClass === undefined ? undefined : strong(failureClass, "reply.code-in-text")
}

/** Whether a text names throttling, which some services answer with 403. */
export const isThrottled = (text: string): boolean =>
  /rate[ _-]?limit|throttl|quota[ _]?(?:was |has been |is )?exceeded|OverQuota|too[ _]?many[ _]?requests|request[ _]?limit[ _]?exceeded|requests?[ _]limit exceeded|limit(?: for \S{1,64})? exceeded/i.test(
    text
  )

const throttled: Rule = (text) =>
  httpStatusIn(text) === 403 && isThrottled(text) ? strong("DependencyFailure", "http.throttled") : undefined

const broker: Rule = (text) => {
  const redis = redisClassIn(text)
  if (redis !== undefined) return strong(redis, "redis.reply")
  const kafka = kafkaClassIn(text)
  return kafka === undefined ? undefined : strong(kafka, "kafka.code-in-text")
}

const http =
  (soft: boolean): Rule =>
  (text) => {
    const status = httpStatusIn(text) ?? statusOfReasonPhrase(text)
    const failureClass = status === undefined || isSoftStatus(status) !== soft ? undefined : httpStatusClass(status)
    return failureClass === undefined
      ? undefined
      : soft
        ? weak(failureClass, "http.status-4xx")
        : strong(failureClass, "http.status")
  }

/** The last of the leading names is the most specific: `ExecutionException: TimeoutException: …`. */
const strongName: Rule = (text) => {
  const found = exceptionNamesIn(text)
    .map(nameVerdict)
    .filter((verdict) => verdict?.strong === true)
    .at(-1)
  return found === undefined ? undefined : strong(found.class, "name.exact")
}

/** JavaScript's and Python's own names for a call that cannot work; more telling phrases have had their turn. */
const languageName: Rule = (text) =>
  /^(?:Uncaught |Error: )?(?:TypeError|RangeError)(?: \[\w+\])?:/.test(text)
    ? strong("Unknown", "name.language")
    : undefined

/** A leading name that is an AWS error code: `ResourceNotFoundException: …`. */
const awsName: Rule = (text) => {
  const code = /^(?:[\w.]{0,120}\.)?([A-Z]\w{3,80}): /.exec(text)?.[1]
  const failureClass = code === undefined || ambiguousNames.has(code) ? undefined : awsErrorClass(code)
  return failureClass === undefined ? undefined : strong(failureClass, "aws.name")
}

/** Names that AWS shares with other libraries, which mean something else by them. */
const ambiguousNames = new Set([
  "SerializationException",
  "HttpClientErrorException",
  "NotFoundException",
  "ParseError",
  "ServiceException",
  "ConnectionError",
  "TimeoutError",
  "Timeout"
])

const dependencyName: Rule = (text) => {
  const verdict = weakName(text)
  return verdict?.class === "DependencyFailure" ? verdict : undefined
}

const weakName: Rule = (text) => {
  const found = exceptionNamesIn(text)
    .map(nameVerdict)
    .filter((verdict) => verdict !== undefined && verdict.class !== "Unknown")
    .at(-1)
  return found === undefined ? undefined : weak(found.class, "name.words")
}

const weakPhrase =
  (rules: ReadonlyArray<PhraseRule>): Rule =>
  (text) => {
    const rule = firstPhrase(rules, text)
    return rule === undefined ? undefined : weak(rule.class, rule.id)
  }

/** A broken connection ends the stream: that says nothing about the payload. */
const brokenConnection: Rule = (text) =>
  /Connection\w{0,16}(?:Exception|Error): [^\n]{0,24}(?:end of stream|EOF)|use of closed network connection|(?:connection|read|write)[^\n]{0,24} reset by peer/i.test(
    text
  )
    ? strong("DependencyFailure", "dependency.end-of-stream")
    : undefined

const rules: ReadonlyArray<Rule> = [
  phrase(pick(decodePhrases, "decode.sql-json")),
  phrase(validationDocuments),
  phrase(pick(timeoutPhrases, "timeout.lambda")),
  phrase(programmerPhrases),
  phrase(pick(timeoutPhrases, "timeout.authentication")),
  reply,
  transactionReasons,
  grpc,
  aws,
  database,
  phrase(pick(authPhrases, "auth.aws")),
  throttled,
  http(false),
  system,
  broker,
  brokenConnection,
  phrase(decodePhrases),
  phrase(pick(timeoutPhrases, "timeout.deadline", "timeout.statement")),
  phrase(pick(authPhrases, "auth.certificate")),
  awsName,
  phrase(pick(authPhrases, "auth.violation")),
  strongName,
  phrase(pick(authPhrases, "auth.oauth")),
  http(true),
  phrase(timeoutPhrases),
  phrase(authPhrases),
  phrase(dependencyPhrases),
  phrase(pick(validationPhrases, "validation.aws")),
  languageName,
  phrase(pick(validationPhrases, "validation.constraint", "validation.value", "validation.aws", "validation.required")),
  vagueGrpc,
  dependencyName,
  codeWordsIn,
  weakPhrase(pick(validationPhrases, "validation.business")),
  weakName
]

/** A quoted word that is called a value is data: `invalid value "UNAUTHORIZED"` is about no credential. */
const withoutLiterals = (text: string): string =>
  text.replace(
    /\b(value|literal|enum|enum \w{1,64}:|got|received|instead of|choice|option)(:? ?)(["'`])[A-Za-z_]\w{1,40}\3/g,
    "$1$2$3…$3"
  )

/** What the first rule that fits says of a piece of error text. */
export const judgeText = (text: string): Verdict | undefined => {
  const evidence = withoutLiterals(text)
  for (const rule of rules) {
    const verdict = rule(evidence)
    if (verdict !== undefined) return verdict
  }
  return undefined
}

/** The decoder's phrases alone: they say more than a code such as `BadRequest` beside them. */
export const judgeDecoding: Rule = phrase(decodePhrases)
