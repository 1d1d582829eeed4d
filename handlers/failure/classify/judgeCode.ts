/** What an error code tells that came apart from its text: a table each, the most specific first. */
import type { FailureClass } from "../FailureClass.ts"
import { awsErrorClass } from "./awsErrorCodes.ts"
import { kafkaNameClass, redisCodeClass } from "./brokerCodes.ts"
import { databaseNameClass, databaseNumberClass } from "./databaseCodes.ts"
import { nameVerdict } from "./exceptionNames.ts"
import { grpcNameClass, grpcNumberClass } from "./grpcStatus.ts"
import { httpStatusClass, isSoftStatus } from "./httpStatus.ts"
import { replyClassIn } from "./replyCodes.ts"
import { sqlStateClass } from "./sqlStates.ts"
import { systemCodeClass } from "./systemCodes.ts"
import { strong, type Verdict, weak } from "./verdict.ts"

/** gRPC numbers whose text says more than they do. */
const vagueGrpc = new Set(["1", "2", "9", "10", "13"])

/** Any library may number its errors; only beside a gRPC text is a small number surely a gRPC status. */
const speaksOfGrpc = /(?:^|[\s"'(:])\d{1,2} [A-Z][A-Z_]{3,24}: |\b(?:g?rpc|StatusCode)\b/i

const speaksOfDatabase =
  /mongo|\bsql|mysql|maria|oracle|not authorized on|command \{|Server selection|\bE11000\b|exceeded time limit/i

const numberVerdict = (number: string, text: string): Verdict | undefined => {
  const reply = replyClassIn(text)
  if (reply !== undefined) return strong(reply, "reply.code")
  const grpc = speaksOfDatabase.test(text) ? undefined : grpcNumberClass(number)
  if (grpc !== undefined)
    return vagueGrpc.has(number) || !speaksOfGrpc.test(text) ? weak(grpc, "grpc.code") : strong(grpc, "grpc.code")
  const status = /^[45]\d\d$/.test(number) && !/\bSql|dbo\./.test(text) ? httpStatusClass(Number(number)) : undefined
  if (status !== undefined)
    return isSoftStatus(Number(number)) ? weak(status, "http.code") : strong(status, "http.code")
  const database = databaseNumberClass(number, text)
  return database === undefined ? undefined : strong(database, "sql.number")
}

const tables: ReadonlyArray<readonly [string, (code: string) => FailureClass | undefined]> = [
  ["sql.state", sqlStateClass],
  ["sql.name", databaseNameClass],
  ["system.code", systemCodeClass],
  ["kafka.code", kafkaNameClass],
  ["redis.code", redisCodeClass],
  ["aws.code", awsErrorClass],
  ["grpc.name", grpcNameClass]
]

/** gRPC's `UNKNOWN` and `INTERNAL` by name, and codes that mean no more than "it failed". */
const vagueNames = new Set([
  "unknown",
  "internal",
  "cancelled",
  "canceled",
  "aborted",
  "err_assertion_failed",
  "function.executionerror"
])

/** What a code says, with its text at hand where the code alone is ambiguous (1205 is one thing in MySQL and another in SQL Server). */
export const judgeCode = (code: string, text: string): Verdict | undefined => {
  const trimmed = code.trim()
  if (trimmed === "" || trimmed.length > 128) return undefined
  if (
    /^-?\d{1,5}$/.test(trimmed) &&
    (trimmed.length < 5 || sqlStateClass(trimmed) === undefined || /ORA-|oracle|^\s*[[{]/i.test(text))
  )
    return numberVerdict(trimmed, text)
  if (trimmed === "SerializationException" && /_VALUE cannot|Unexpected field/.test(text))
    return strong("ValidationError", "aws.code")
  for (const [rule, classOf] of tables) {
    const failureClass = classOf(trimmed)
    if (failureClass !== undefined)
      return vagueNames.has(trimmed.toLowerCase()) ? weak(failureClass, rule) : strong(failureClass, rule)
  }
  // Node's codes in capitals are no names: axios's `ERR_BAD_REQUEST` says 401 and 400 alike.
  const name = /^ERR_/.test(trimmed) ? undefined : nameVerdict(trimmed)
  return name === undefined || (!/[a-z]/.test(trimmed) && !name.strong)
    ? undefined
    : name.strong
      ? strong(name.class, "name.code")
      : weak(name.class, "name.code")
}
