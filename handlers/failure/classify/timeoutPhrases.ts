/** Phrases of deadlines that passed. */
import { anyOf, type PhraseRule } from "./phrases.ts"

const timeout = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "Timeout", pattern })

/** Phrases of deadlines that passed. */
export const timeoutPhrases: ReadonlyArray<PhraseRule> = [
  timeout(
    "timeout.lambda",
    /Status: timeout\b|Task timed out after|Sandbox\.Timedout|Endpoint request timed out|Function\.Timeout|execution environment .{0,40}timed out/
  ),
  timeout(
    "timeout.authentication",
    /\b(?:\w{0,24}(?:Authenticat|Sasl|SASL)\w{0,24}|login|sign-in|token endpoint|identity provider)\b[^\n]{0,160}\btimed out\b/i
  ),
  timeout(
    "timeout.deadline",
    anyOf(
      [
        /deadline (?:has )?(?:exceeded|elapsed|expired|passed)/,
        /exceeded (?:the )?(?:time limit|deadline|.{0,30}timeout)/,
        /(?:time ?limit|maximum (?:statement )?execution time) (?:was )?(?:exceeded|reached)/,
        /MaxTimeMSExpired|operation exceeded time limit|execution expired|time limit exceeded/,
        /took too long/,
        /did not (?:complete|respond|finish|answer) (?:with)?in (?:the )?(?:time|specified|allotted|allowed|configured|\d)/,
        /no (?:response|answer|reply) (?:received )?(?:within|after|in) \d|Did not observe any item/,
        /SoftTimeLimit|took longer than|longer than the (?:configured|allowed|maximum)/,
        /Maximum execution time of|(?:specified|allowed|allocated) time\b|exceeded .{0,24}time limit/,
        /TimeLimitExceeded|in the time allotted|within the allo(?:cat|t)ted time/,
        /dropped from queue after \d|properly respond after a period of time/
      ],
      "i"
    )
  ),
  timeout(
    "timeout.statement",
    anyOf(
      [
        /canceling statement due to (?:statement timeout|lock timeout|user request)|statement timeout/,
        /lock wait timeout|Lock(?: request)? time ?-?out|lock timeout|Query execution was interrupted/,
        /query_?timeout|Query (?:read )?timeout|idle-in-transaction timeout/,
        /could not obtain (?:pessimistic )?lock|could not obtain lock on row/,
        /timeout (?:acquiring|waiting for|on) (?:a )?(?:connection|lock|.{0,24}semaphore)/,
        /user requested cancel|Execution Timeout|Timed out fetching/
      ],
      "i"
    )
  ),
  timeout(
    "timeout.words",
    anyOf(
      [
        /\btimed[ -]?out\b|\btime-out\b/,
        /\btimeout (?:of \d|exceeded|expired|error|awaiting|performing|reading|writing|waiting)/,
        /\btimeout (?:during|while|when|after|at\b|occurred|was reached|reached)/,
        /\btimeout (?:has (?:expired|elapsed|occurred)|period elapsed|before|connecting|in \d)/,
        /\btimeout (?:on endpoint|on (?:read|write|request|connect\w{0,4}|socket))/,
        /\btimeout (?:for (?:request|url|operation)|\d|calling|fetching|sending)/,
        /\b(?:connect(?:ion)?|request|read|write|socket|response|headers?|body) time-?out\b/,
        /\b(?:operation|i\/o|io|handshake|query|network|stream|idle|gateway|upstream) time-?out\b/,
        /\b(?:server|client|command|acquire|pool|lock|execution|session|poll|call) time-?out\b/,
        /\b(?:receive|send|inactivity|tls handshake|upstream request|dns|lookup) time-?out\b/,
        /\b(?:transaction|selection|function|job|process|task|step|worker|http|rpc) time-?out\b/,
        /\b(?:api|service|wait|keepalive|heartbeat|ack|database|db|redis|kafka) time-?out\b|\bTimeout!/,
        /Timeout - |\bTimeout\.onTimeout\b.{0,4}never/
      ],
      "i"
    )
  ),
  timeout(
    "timeout.aborted",
    anyOf(
      [
        /\b(?:due to|because of|after|by|with) (?:a |the )?(?:\w{1,16} )?time-?out\b/,
        /\b(?:handler|awaiting \S{1,24}|\w{3,16}) timeout[.!]?$|^\w{1,24}: timeout$|\btimeout: /,
        /reason: :timeout|\(EXIT\) time out|Error from server \(Timeout\)|TimedOut\b|kind: Timeout/,
        /A task was canceled|request context canceled|This operation was aborted/,
        /The (?:user )?(?:operation|request) was aborted\b|HttpClient\.Timeout/,
        /request was canceled due to the configured|did not complete before the specified timeout/,
        /did not complete within|Client\.Timeout|in \d{3,6} ?ms$/,
        /(?:failed|unable) to .{1,80} in (?:the )?\d{2,6} ?(?:ms|milliseconds|s|seconds)\b/,
        /after (?:waiting )?\d{3,6} ?ms (?:of|without)|ms has passed since|not present in metadata after/,
        /aborted after \d|Timeout while|Greeting never received/,
        /waited \d{1,9} ?(?:ms|millis|nanoseconds|seconds|NANOSECONDS)/
      ],
      "i"
    )
  )
]
