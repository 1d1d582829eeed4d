/** Tells a destination what became of an asynchronous invocation, as the function's role. */
import type { PolicyDocument, Principal } from "../../EmbeddedService.ts"
import type { Decision, Iam } from "../../iam/Iam.ts"
import { parsePolicyDocument } from "../../iam/policyDocument.ts"
import type { SqsService } from "../../sqs/SqsService.ts"
import type { InvocationResult } from "../LambdaService.ts"

/** Why it is over. */
export type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded"

/** An asynchronous invocation that is over. */
export interface FinishedInvocation {
  readonly requestId: string
  readonly functionArn: string
  readonly condition: Condition
  /** How often the function was invoked. */
  readonly invokeCount: number
  readonly event: unknown
  /** Of the last invocation; `undefined` when there was none. */
  readonly result: InvocationResult | undefined
  /** Epoch milliseconds. */
  readonly at: number
}

/**
 * The record that a destination gets.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const destinationRecord = (finished: FinishedInvocation) => {
  const { result } = finished
  const error = result?.error
  return {
    version: "1.0",
    timestamp: new Date(finished.at).toISOString(),
    requestContext: {
      requestId: finished.requestId,
      functionArn: `${finished.functionArn}:$LATEST`,
      condition: finished.condition,
      approximateInvokeCount: finished.invokeCount
    },
    requestPayload: finished.event,
    ...(result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            ...(error === undefined ? {} : { functionError: "Unhandled" })
          },
          responsePayload:
            error === undefined
              ? (result.payload ?? null)
              : { errorType: error.errorType, errorMessage: error.errorMessage, trace: error.stackTrace ?? [] }
        })
  }
}

const policyOf = (sqs: Pick<SqsService, "attributes">, queueArn: string): PolicyDocument | undefined => {
  const text = sqs.attributes(queueArn)["Policy"]
  return text === undefined || text === "" ? undefined : parsePolicyDocument(text)
}

/** Whether a function's role may send to a destination. */
export const maySend = (
  { iam, sqs }: { readonly iam: Pick<Iam, "decide">; readonly sqs: Pick<SqsService, "attributes"> },
  principal: Principal,
  queueArn: string
): Decision =>
  iam.decide(principal, {
    action: "sqs:SendMessage",
    resource: queueArn,
    resourcePolicy: policyOf(sqs, queueArn),
    context: { "aws:SecureTransport": "true" }
  })

/** Sends the record. What cannot be sent is lost, as on AWS, which counts it in `DestinationDeliveryFailures`. */
export const deliverRecord = (
  services: { readonly iam: Pick<Iam, "decide">; readonly sqs: Pick<SqsService, "attributes" | "queueArns" | "send"> },
  principal: Principal,
  queueArn: string,
  finished: FinishedInvocation
): boolean => {
  if (!services.sqs.queueArns().includes(queueArn)) return false
  if (!maySend(services, principal, queueArn).allowed) return false
  try {
    services.sqs.send(queueArn, { body: JSON.stringify(destinationRecord(finished)) })
    return true
  } catch {
    return false
  }
}
