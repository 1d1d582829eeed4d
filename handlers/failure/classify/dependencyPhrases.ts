/** Phrases of dependencies that refused or broke. */
import { anyOf, type PhraseRule } from "./phrases.ts"

const dependency = (id: string, pattern: RegExp): PhraseRule => ({ id, class: "DependencyFailure", pattern })

/** Phrases of dependencies that refused or broke. */
export const dependencyPhrases: ReadonlyArray<PhraseRule> = [
  dependency(
    "dependency.refused",
    anyOf(
      [
        /connection (?:was )?refused|connect(?:ion)? ECONNREFUSED|actively refused/,
        /No connection could be made|Connection to \S{1,200} refused/,
        /refused (?:the )?(?:to connect|connection|stream)|REFUSED_STREAM/,
        /connection (?:attempt )?(?:was )?(?:rejected|declined)/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.dropped",
    anyOf(
      [
        /connection (?:\S{1,80} to \S{1,80} )?(?:was |is |has been |is already |got |unexpectedly |forcibly )*(?:reset|closed|lost|aborted|dropped|terminated|broken|interrupted|ended|destroyed|shut ?down)/,
        /closed by (?:remote|the remote|peer|server|foreign)/,
        /(?:lost|broken|dead|bad|stale|closed) connection|socket hang up|broken pipe|other side closed/,
        /server closed (?:the )?connection|server has gone away|Remote end closed|ServerDisconnected/,
        /server disconnected|forcibly closed|unexpectedly closed|Remote host (?:closed|terminated)/,
        /EOF (?:occurred|received|on)|": EOF$|end-of-file on communication|Channel closed|Not connected\b/,
        /NotConnected|closed (?:the )?connection/,
        /(?:prematurely|unexpected(?:ly)?) (?:close|end|disconnect)|premature close|peer closed/,
        /reset by peer|connection terminated|terminating connection|before secure TLS connection/,
        /Communications link failure|Stream isn't writeable|Connection is closed|HTTP\/2 connection/,
        /GOAWAY|RST_STREAM|stream (?:was )?(?:reset|closed|error)|NoHttpResponse|failed to respond/,
        /IncompleteRead|ChunkedEncodingError|invalid chunk|Response ended prematurely/,
        /transport (?:is )?(?:closing|closed|error)|transport connection|link failure/,
        /client is (?:closed|offline)/,
        /(?:session|channel|pool|client|topology|driver) (?:is |was |has been )?(?:closed|destroyed)\b/,
        /all (?:connections|brokers|nodes|hosts|servers) .{0,20}(?:down|failed|unavailable|closed)/,
        /brokers are down|disconnected from|invalid connection|^(?:TypeError: )?terminated$/,
        /in closed state|Cannot enqueue|No more data to read from socket|transport failure/,
        /transport-level|Connection(?:Exception|Error)?: Unexpected end|until invalid transaction/,
        /while reading response|socket error: EOF|reconnect/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.network",
    anyOf(
      [
        /getaddrinfo|no such host|Name or service not known|nodename nor servname|name resolution/,
        /Name does not resolve|could not (?:resolve|translate)|couldn't resolve|cannot resolve/,
        /failed to resolve|(?:Unknown|unresolved) host|UnknownHost|DNS|No address associated/,
        /No route to host|(?:host|network) is (?:unreachable|down)/,
        /network (?:error|is unreachable|failure|unreachable|changed)|network-related|\bunreachable\b/,
        /could(?: not|n't) (?:be )?connect/,
        /(?:failed|unable|impossible|not possible|can't|cannot|can not|error) (?:to )?(?:connect|connecting|establish (?:a )?(?:new )?connection|open (?:a )?(?:TCP )?connection|open socket|reach|dial|acquire (?:JDBC )?connection|obtain (?:JDBC )?connection|get a (?:resource|connection) from)/,
        /Can't reach|could not (?:open|get|obtain|acquire) (?:JDBC )?(?:a )?connection|Failed to connect/,
        /connection (?:error|failure|failed|exception|could not|problem|issue)|error trying to connect/,
        /connect error|connection attempt failed|not possible to connect/,
        /No connection (?:is |established|available|could)|connection\(s\)|connect: |failed to open TCP/,
        /fetch failed|Failed to fetch|Network Error|NetworkError|Load failed|error sending request/,
        /upstream connect error|no healthy upstream/,
        /no (?:nodes?|servers?|hosts?|brokers?|replicas?|endpoints?) (?:was |were |is |are )?available/,
        /no (?:healthy|available|live|reachable|alive) (?:upstream|host|server|node|broker|backend|connection|channel|endpoint|instance|replica|target)s?/,
        /reset before headers|proxy (?:error|connect)|bad gateway|server misbehaving|resolution fail/,
        /BrokersAvailable|CoordinatorNotFound|BrokerNotFound|endpoints? (?:were|was) (?:un)?reachable/,
        /Connect call failed|refresh slots cache|no living connections|Empty reply|all shards failed/,
        /fault filter abort|out of available brokers|out of brokers/,
        /(?:failed to|cannot|can't|unable to) (?:find|discover) (?:group )?coordinator/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.tls",
    anyOf(
      [
        /(?:ssl|tls)[^\n]{0,40}(?:handshake|alert|error|routines|protocol|record|connection|failure)/,
        /handshake (?:failed|failure|error)|wrong version number|SSLError|SSLException/,
        /packet length too long|Unrecognized SSL message|no (?:application )?protocol/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.throttled",
    anyOf(
      [
        /throttl|rate (?:limit|exceeded)|ratelimit|rate of requests/,
        /too many (?:requests|connections|clients|active|concurrent|messages|open connections|login attempts)/,
        /slow ?down\b|reduce (?:your|the) (?:request )?(?:rate|frequency)/,
        /(?:quota|throughput|request limit|capacity|concurrency limit|limit) (?:for .{0,80} )?(?:was |has been |is )?(?:exceeded|exhausted|reached)/,
        /exceed(?:ed|s) (?:your |the )?(?:current )?(?:quota|rate|capacity|throughput|.{0,24}limit for)/,
        /provisioned throughput|Over Quota|requests? (?:is|was|are) (?:being )?(?:throttled|rate)/,
        /Reduce the frequency/,
        /max(?:imum)? (?:number of )?(?:clients|connections|retries|concurrent)[^\n]{0,40}(?:reached|exceeded|limit|request)/,
        /remaining connection slots/,
        /connection (?:limit|pool|slots)[^\n]{0,30}(?:exceeded|exhausted|reached|full|reserved)|overload/,
        /rejected execution|rejected by the rate limiter|concurrency (?:limit|exceeded)|capacity exceeded/,
        /Limit Exceeded$|Too much contention|pool (?:is )?(?:exhausted|full|empty)/,
        /max retries per request|backpressure|queue (?:is )?full|buffer full|Resource exhausted/,
        /Exceeded \d{1,6} (?:calls|requests) per|reduce request rates?|space exceeded/,
        /insufficient storage/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.unavailable",
    anyOf(
      [
        /(?:currently|too|service is|server is) busy|Retry the request|internal exception/,
        /communicating with|cluster_block|state not recovered/,
        /(?:temporarily|currently|is|are|service) (?:not |temporarily |currently |un)+ ?available/,
        /(?:server|resource|broker|host|cluster) (?:not |temporarily |currently |un)+ ?available/,
        /(?:endpoint|leader|node|database) (?:not |temporarily |currently |un)+ ?available/,
        /(?:backend|topic) (?:not |temporarily |currently |un)+ ?available|service unavailable/,
        /unavailable\b|ServiceUnavailable/,
        /is (?:currently )?(?:down|offline|starting up|shutting down|in (?:maintenance|recovery)|restarting)\b/,
        /under maintenance|maintenance mode/,
        /(?:server|service|cluster|system) is (?:busy|down|overloaded|shutting|not ready)/,
        /try again (?:later|shortly|in)|please (?:try again|retry)|retry your|not ready/,
        /internal (?:server |service |system )?(?:error|failure)|system error|server error/,
        /unexpected error occurred on|An unknown error occurred|encountered an (?:internal|unexpected) /,
        /backend (?:error|fetch failed)|degraded|outage|failing over|failover/,
        /circuit ?(?:breaker)? ?.{0,40}(?:is (?:now )?open|open\b)|Breaker is open/,
        /does not permit further calls|circuit_breaker|503 Backend|origin (?:is )?(?:unreachable|error)/,
        /Web server is (?:down|returning)|something went wrong on (?:our|the server)/
      ],
      "i"
    )
  ),
  dependency(
    "dependency.database",
    anyOf(
      [
        /deadlock|could not serialize|serialization failure|WriteConflict|write conflict/,
        /TransactionConflict|transaction (?:was |has been )?(?:aborted|conflict|rolled back due)/,
        /updated or deleted by another transaction|optimistic lock|database (?:table )?is locked/,
        /read-?only (?:replica|transaction|mode|option|file system|database|node|server)|--read-only/,
        /not (?:primary|master|writable primary)|no longer primary|no (?:primary|master)\b/,
        /read only replica|running with the --|is running (?:in|with).{0,20}read.?only|No space left/,
        /disk (?:is )?full|could not extend file|tablespace|TNS:|starting up|in recovery mode/,
        /crash of another server process|(?:there is )?no leader|leader(?:ship)? (?:election|changed)/,
        /obtain exclusive access|UNABLE_TO_LOCK_ROW|preempted by|\bis sealed\b/,
        /not the (?:current )?leader|in-sync replicas|rebalanc|not part of an active group/,
        /not the (?:correct )?coordinator|Redis is (?:loading|configured|busy)|CLUSTERDOWN|MASTERDOWN/,
        /maxmemory|server is not (?:available|responding)|server was not found/,
        /not found or was not accessible|conflicting (?:concurrent )?(?:conditional )?operation/,
        /conflict(?:ing|s)? with (?:another|concurrent)|transaction is ongoing|Resource is in use/,
        /another (?:operation|update|request) (?:is )?(?:in progress|currently)/,
        /out of (?:shared )?memory\n?\s?DETAIL|being accessed by other users|Input\/output error/,
        /out of shared memory|too many locks|PoolClearedError|ServerSelectionError|server selection/
      ],
      "i"
    )
  )
]
