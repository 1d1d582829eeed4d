/**
 * The form of the conformance suite: what AWS documents, written down as expectations that run over the real SDK
 * clients against any endpoint: the embedded AWS, another emulator, or AWS itself.
 */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { S3Client } from "@aws-sdk/client-s3"
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import type { SNSClient } from "@aws-sdk/client-sns"
import type { SQSClient } from "@aws-sdk/client-sqs"

/** The services that the suite has expectations about. */
export const conformanceServices = ["sqs", "sns", "dynamodb", "s3", "secretsmanager"] as const

/** One of {@link conformanceServices}. */
export type ConformanceService = (typeof conformanceServices)[number]

/** SDK clients that talk to the endpoint under test. */
export interface ConformanceClients {
  readonly sqs: SQSClient
  readonly sns: SNSClient
  readonly dynamodb: DynamoDBClient
  readonly s3: S3Client
  readonly secretsmanager: SecretsManagerClient
}

/** What an expectation works with: the clients, names of its own, and a place to say what has to be undone. */
export interface ExpectationContext extends ConformanceClients {
  /** A name that no other run uses: letters, digits and hyphens, at most 40 characters for a purpose of at most 20. */
  readonly uniqueName: (purpose: string) => string
  /** Undoes something after the run, the last one first; a clean-up that fails does not fail the expectation. */
  readonly cleanUp: (action: () => Promise<unknown>) => void
}

/** One thing that AWS documents. */
export interface Expectation {
  readonly service: ConformanceService
  /** A sentence about behaviour, e.g. `A received message stays hidden for its visibility timeout`. */
  readonly title: string
  /** The AWS documentation page that says so. */
  readonly link: string
  /** Rejects (with an assertion, as a rule) when the endpoint does otherwise. */
  readonly run: (context: ExpectationContext) => Promise<void>
}

/** How an expectation ended. */
export type ExpectationOutcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly reason: string }
  /** The endpoint does not know an operation that the expectation needs. */
  | { readonly kind: "notSupported"; readonly reason: string }

const unknownOperationNames: ReadonlySet<string> = new Set([
  "UnknownOperation",
  "UnknownOperationException",
  "NotImplemented",
  "NotImplementedException",
  "InvalidAction",
  "UnsupportedOperation",
  "AWS.SimpleQueueService.UnsupportedOperation"
])

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

/** The name of an error as SDK clients report it; `Error` subclasses have it in `name`. */
export const errorName = (error: unknown): string => {
  const name = field(error, "name")
  return typeof name === "string" ? name : "UnknownError"
}

const says = (error: unknown): string => {
  const message = field(error, "message")
  return typeof message === "string" ? message : String(error)
}

/** Whether an error says that the endpoint does not know the operation. */
export const isNotSupported = (error: unknown): boolean =>
  unknownOperationNames.has(errorName(error)) || field(field(error, "$metadata"), "httpStatusCode") === 501

/** Runs one expectation and everything that it asked to be undone. */
export const runExpectation = async (
  expectation: Expectation,
  clients: ConformanceClients
): Promise<ExpectationOutcome> => {
  const cleanUps: Array<() => Promise<unknown>> = []
  const context: ExpectationContext = {
    ...clients,
    uniqueName: (purpose) => `conf-${purpose}-${randomBytes(6).toString("hex")}`,
    cleanUp: (action) => cleanUps.push(action)
  }
  try {
    await expectation.run(context)
    return { kind: "passed" }
  } catch (error) {
    if (isNotSupported(error)) return { kind: "notSupported", reason: says(error) }
    return { kind: "failed", reason: `${errorName(error)}: ${says(error)}` }
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp().catch(() => undefined)
  }
}

/**
 * Asserts that a call is refused with the error name (one of several, where AWS documents several); answers the error.
 * A "not supported" error passes through, so that it ends the expectation as such.
 */
export const refuses = async (call: Promise<unknown>, ...names: ReadonlyArray<string>): Promise<unknown> => {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error })
  )
  assert.ok(outcome, `expected ${names.join(" or ")}, but the call succeeded`)
  if (isNotSupported(outcome.error) && !names.includes(errorName(outcome.error))) throw outcome.error
  assert.ok(
    names.includes(errorName(outcome.error)),
    `expected ${names.join(" or ")}, but got ${errorName(outcome.error)}: ${says(outcome.error)}`
  )
  return outcome.error
}

/** A group of expectations about one service: fills in the service. */
export const expectationsOf = (
  service: ConformanceService,
  expectations: ReadonlyArray<Omit<Expectation, "service">>
): ReadonlyArray<Expectation> => expectations.map((expectation) => ({ service, ...expectation }))
