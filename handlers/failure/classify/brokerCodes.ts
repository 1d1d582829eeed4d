/**
 * Error names of Kafka's protocol and clients, and the prefixes of Redis's error replies.
 * @see https://kafka.apache.org/protocol.html#protocol_error_codes
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
import type { FailureClass } from "../FailureClass.ts"
import { codeTable } from "./codeTable.ts"

const kafka = codeTable({
  AuthFailure: `SASL_AUTHENTICATION_FAILED TOPIC_AUTHORIZATION_FAILED GROUP_AUTHORIZATION_FAILED CLUSTER_AUTHORIZATION_FAILED TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    DELEGATION_TOKEN_AUTHORIZATION_FAILED DELEGATION_TOKEN_EXPIRED DELEGATION_TOKEN_AUTH_DISABLED SECURITY_DISABLED ILLEGAL_SASL_STATE UNSUPPORTED_SASL_MECHANISM _AUTHENTICATION _SSL_AUTH`,
  ValidationError: `MESSAGE_TOO_LARGE INVALID_REQUEST INVALID_TOPIC_EXCEPTION RECORD_LIST_TOO_LARGE INVALID_TIMESTAMP INVALID_RECORD INVALID_PARTITIONS
    INVALID_CONFIG INVALID_REQUIRED_ACKS OFFSET_METADATA_TOO_LARGE TOPIC_ALREADY_EXISTS POLICY_VIOLATION MSG_SIZE_TOO_LARGE _INVALID_ARG INVALID_PRODUCER_EPOCH DUPLICATE_SEQUENCE_NUMBER`,
  BadPayload:
    "CORRUPT_MESSAGE UNSUPPORTED_COMPRESSION_TYPE INVALID_MESSAGE _BAD_MSG _BAD_COMPRESSION _VALUE_DESERIALIZATION _KEY_DESERIALIZATION",
  Timeout: "REQUEST_TIMED_OUT _MSG_TIMED_OUT _TIMED_OUT _TIMED_OUT_QUEUE",
  DependencyFailure: `LEADER_NOT_AVAILABLE NOT_LEADER_FOR_PARTITION NOT_LEADER_OR_FOLLOWER REPLICA_NOT_AVAILABLE BROKER_NOT_AVAILABLE NETWORK_EXCEPTION COORDINATOR_LOAD_IN_PROGRESS
    COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR GROUP_LOAD_IN_PROGRESS GROUP_COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR_FOR_GROUP NOT_ENOUGH_REPLICAS NOT_ENOUGH_REPLICAS_AFTER_APPEND REBALANCE_IN_PROGRESS
    ILLEGAL_GENERATION UNKNOWN_MEMBER_ID NOT_CONTROLLER KAFKA_STORAGE_ERROR FENCED_LEADER_EPOCH UNKNOWN_LEADER_EPOCH OFFSET_NOT_AVAILABLE PREFERRED_LEADER_NOT_AVAILABLE THROTTLING_QUOTA_EXCEEDED
    CONCURRENT_TRANSACTIONS UNKNOWN_TOPIC_OR_PARTITION STALE_CONTROLLER_EPOCH STALE_BROKER_EPOCH ELIGIBLE_LEADERS_NOT_AVAILABLE FETCH_SESSION_ID_NOT_FOUND MEMBER_ID_REQUIRED FENCED_INSTANCE_ID
    UNSTABLE_OFFSET_COMMIT _ALL_BROKERS_DOWN _TRANSPORT _RESOLVE _QUEUE_FULL _DESTROY _SSL _STATE COORDINATOR_FENCED FETCH_SESSION_TOPIC_ID_ERROR INVALID_FETCH_SESSION_EPOCH UNKNOWN_PRODUCER_ID`,
  Unknown:
    "UNSUPPORTED_VERSION OFFSET_OUT_OF_RANGE UNKNOWN_SERVER_ERROR INVALID_GROUP_ID INCONSISTENT_GROUP_PROTOCOL OUT_OF_ORDER_SEQUENCE_NUMBER UNSUPPORTED_FOR_MESSAGE_FORMAT"
})

/** The class of a Kafka error name; `RD_KAFKA_RESP_ERR_` and `ERR_` prefixes are ignored. */
export const kafkaNameClass = (name: string): FailureClass | undefined => {
  const key = name
    .trim()
    .toLowerCase()
    .replace(/^(?:rd_kafka_resp_|kafkajs_)?err_/, "")
  return kafka.get(key) ?? kafka.get(key.replace(/^_+/, "_"))
}

/** The last Kafka error name inside a text. */
export const kafkaClassIn = (text: string): FailureClass | undefined => {
  let found: FailureClass | undefined
  for (const [word] of text.matchAll(/\b_?[A-Z]{3,20}(?:_[A-Z]{1,20}){1,6}\b/g)) found = kafkaNameClass(word) ?? found
  return found
}

const redis = codeTable({
  AuthFailure: "NOAUTH WRONGPASS NOPERM DENIED",
  ValidationError: "BUSYKEY BUSYGROUP",
  DependencyFailure:
    "LOADING BUSY READONLY MASTERDOWN CLUSTERDOWN TRYAGAIN MISCONF OOM NOREPLICAS MOVED ASK UNKILLABLE IOERR INPROG NOGOODSLAVE NOMASTERLINK FAILOVER UNBLOCKED",
  Unknown: "WRONGTYPE NOSCRIPT EXECABORT CROSSSLOT NOPROTO NOTBUSY NOGROUP NOSUB"
})

/** Redis prefixes are ordinary words too: they count at the start of a reply, followed by an ordinary sentence. */
const redisReply =
  /(?:^|(?:Error|Exception|ERR)\w{0,4}(?: \[\w+\])?: -?|^-|: -|\n-?|\b(?:script|redis|node)[^\n:]{0,80}: )([A-Z]{3,12}) [A-Za-z'0-9]/g

const redisErr: ReadonlyArray<readonly [RegExp, FailureClass]> = [
  [
    /\bERR (?:max number of clients|server closed|Error running|Can't write|Connection|.{0,40}connection)/i,
    "DependencyFailure"
  ],
  [
    /\bERR (?:invalid password|AUTH |operation not permitted|Client sent AUTH|wrong number of arguments for 'auth')/i,
    "AuthFailure"
  ],
  [/\bERR (?:unknown (?:sub)?command|wrong number|syntax error|no such key|Error compiling|index out)/i, "Unknown"],
  [
    /\bERR (?:value is not|invalid expire|string exceeds|min or max is not|invalid DB|DB index|bit is not|increment or decrement|numkeys|Protocol error)/i,
    "ValidationError"
  ]
]

/** The class of a Redis error reply inside a text. */
export const redisClassIn = (text: string): FailureClass | undefined => {
  for (const match of text.matchAll(redisReply)) {
    const found = match[1] === undefined ? undefined : redis.get(match[1].toLowerCase())
    if (found !== undefined) return found
  }
  return redisErr.find(([pattern]) => pattern.test(text))?.[1]
}

/** The class of a Redis prefix given as a code apart from the text. */
export const redisCodeClass = (code: string): FailureClass | undefined => redis.get(code.trim().toLowerCase())
