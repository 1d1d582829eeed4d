/**
 * The contracts between the parts of the embedded AWS. The gateway (one HTTP server for every service) finds the caller
 * from the request's SigV4 credential, asks the service what the request needs (`authorizations`), evaluates the
 * policies, and only then lets the service handle it.
 */
import type { IncomingHttpHeaders } from "node:http"

/** An IAM policy document, identity- or resource-based. */
export interface PolicyDocument {
  readonly Version?: string
  readonly Statement: ReadonlyArray<PolicyStatement> | PolicyStatement
}

/** One statement of a policy document. */
export interface PolicyStatement {
  readonly Sid?: string
  readonly Effect: "Allow" | "Deny"
  readonly Action?: string | ReadonlyArray<string>
  readonly NotAction?: string | ReadonlyArray<string>
  readonly Resource?: string | ReadonlyArray<string>
  readonly NotResource?: string | ReadonlyArray<string>
  readonly Principal?: "*" | Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly NotPrincipal?: "*" | Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | ReadonlyArray<string>>>>>
}

/** Who makes a request. */
export type Principal =
  /** The account's administrator: tests, the demo, a person at the command line. Identity policies allow everything. */
  | { readonly kind: "administrator"; readonly arn: string }
  /** A session of a role; its policies are looked up at each request, so a change takes effect at once. */
  | { readonly kind: "role"; readonly arn: string; readonly roleName: string; readonly sessionName: string }
  /** An AWS service acting on its own, e.g. `sns.amazonaws.com`. It has no identity policies. */
  | { readonly kind: "service"; readonly service: string }

/** One thing that a request does; a batch needs one a distinct action and resource. */
export interface RequiredPermission {
  /** e.g. `sqs:SendMessage`. */
  readonly action: string
  /** The ARN it is done to. */
  readonly resource: string
  /** The resource's own policy, if it has one. */
  readonly resourcePolicy?: PolicyDocument | undefined
  /** Whether the resource's policy has to allow it, or at least to delegate to the account, as a KMS key's has. @default false */
  readonly needsResourcePolicy?: boolean
  /** Condition keys, e.g. `aws:SourceArn`. The gateway adds `aws:SecureTransport` and `aws:PrincipalArn`. */
  readonly context?: Readonly<Record<string, string>>
}

/** A request as it reached the gateway. */
export interface ServiceRequest {
  readonly principal: Principal
  readonly method: string
  /** Path and query, relative to the endpoint. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Aborts when the client hangs up (long polls). */
  readonly signal: AbortSignal
}

/** What goes back over HTTP. */
export interface ServiceResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** A service behind the gateway. */
export interface EmbeddedService {
  /** The service's name in a SigV4 credential scope: `sqs`, `sns`, `s3`, `dynamodb`, `monitoring`, `lambda`. */
  readonly signingName: string
  /** What the request needs. An unknown action returns an empty list: `handle` then answers as AWS does. */
  readonly authorizations: (request: ServiceRequest) => ReadonlyArray<RequiredPermission>
  readonly handle: (request: ServiceRequest) => Promise<ServiceResponse>
  /** An error in the service's own shape (JSON 1.0, query XML, REST XML …). */
  readonly error: (request: ServiceRequest, status: number, code: string, message: string) => ServiceResponse
}

/** A scheduler and clock; tests inject one of their own. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Runs `callback` after `milliseconds`; the answer cancels it. */
  readonly schedule: (milliseconds: number, callback: () => void) => () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  }
}
