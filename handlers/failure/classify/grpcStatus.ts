/**
 * gRPC status codes, by number and by name.
 * @see https://grpc.io/docs/guides/status-codes/
 */
import type { FailureClass } from "../FailureClass.ts"

const statuses: ReadonlyArray<readonly [string, FailureClass | undefined]> = [
  ["ok", undefined],
  ["cancelled", "Unknown"],
  ["unknown", "Unknown"],
  ["invalidargument", "ValidationError"],
  ["deadlineexceeded", "Timeout"],
  ["notfound", "ValidationError"],
  ["alreadyexists", "ValidationError"],
  ["permissiondenied", "AuthFailure"],
  ["resourceexhausted", "DependencyFailure"],
  ["failedprecondition", "ValidationError"],
  ["aborted", "DependencyFailure"],
  ["outofrange", "ValidationError"],
  ["unimplemented", "Unknown"],
  ["internal", "DependencyFailure"],
  ["unavailable", "DependencyFailure"],
  ["dataloss", "DependencyFailure"],
  ["unauthenticated", "AuthFailure"]
]

const canonical = (name: string): string => name.toLowerCase().replace(/_/g, "").replace("canceled", "cancelled")

const byName = new Map(statuses)

/** Statuses that say little themselves: what the peer wrote beside them may say more. */
const vague = new Set(["cancelled", "unknown", "internal", "aborted", "failedprecondition", "notfound"])

/** A gRPC status, its class, and whether the text beside it may say more. */
export interface GrpcStatus {
  readonly class: FailureClass
  readonly vague: boolean
}

/** The class of a status by name (`DEADLINE_EXCEEDED`, `DeadlineExceeded`). */
export const grpcNameClass = (name: string): FailureClass | undefined => byName.get(canonical(name))

/** The class of a status by number. */
export const grpcNumberClass = (number: string): FailureClass | undefined =>
  /^\d{1,2}$/.test(number) ? statuses[Number(number)]?.[1] : undefined

const places = [
  /(?:^|[\s"'(:])\d{1,2} ([A-Z][A-Z_]{4,24}): /,
  /\bcode = ([A-Za-z_]{2,24}) desc = /,
  /\bStatusCode\.([A-Za-z_]{2,24})\b/,
  /\bStatus\(StatusCode="?([A-Za-z_]{2,24})/,
  /\bStatus(?:Runtime)?Exception: ([A-Z_]{2,24})\b/,
  /\bstatus: (?:Code::)?"?'?([A-Za-z_]{2,24})"?'?, (?:message|details|description)/,
  /\bcode: (?:Code::)?'?([A-Z][A-Za-z]{4,24})'?, (?:message|details)/,
  /\bStatus\{code=([A-Z_]{2,24})/,
  /\bConnectError: \[([a-z_]{2,24})\]/,
  /\bgrpc[-_ ]?status["']?\s?[:=]\s?"?(\d{1,2})\b/i,
  /^(DEADLINE_EXCEEDED|PERMISSION_DENIED|UNAUTHENTICATED|RESOURCE_EXHAUSTED|INVALID_ARGUMENT|UNAVAILABLE|UNIMPLEMENTED|FAILED_PRECONDITION|ALREADY_EXISTS|NOT_FOUND|OUT_OF_RANGE|DATA_LOSS|ABORTED|CANCELLED|INTERNAL)(?::|$)/
] as const

/** The gRPC status inside a text, where a client wrote one. */
export const grpcStatusIn = (text: string): GrpcStatus | undefined => {
  for (const place of places) {
    const found = place.exec(text)?.[1]
    if (found === undefined) continue
    const name = /^\d/.test(found) ? statuses[Number(found)]?.[0] : canonical(found)
    const failureClass = name === undefined ? undefined : byName.get(name)
    if (name !== undefined && failureClass !== undefined) return { class: failureClass, vague: vague.has(name) }
  }
  return undefined
}
