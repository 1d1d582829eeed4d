/** Makes what Lambda hands to a consumer. */
import type { LambdaContext } from "../../../handlers/consumer/SqsEvent.ts"
import { type Evidence, evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"

/** An attribute of a record, as it stands in an event: binary values are base64. */
export interface RecordAttribute {
  readonly dataType: string
  readonly stringValue?: string
  readonly binaryValue?: string
}

/** What differs between the records of a test. */
export interface RecordOptions {
  readonly body?: unknown
  readonly receiveCount?: number
  readonly sentAt?: number
  readonly group?: string
  readonly attributes?: Readonly<Record<string, RecordAttribute>>
  readonly evidence?: Partial<Evidence>
}

/** Evidence as the healer sends it back: no failure on it. */
export const healedEvidence = (evidence: Partial<Evidence> = {}): Evidence => ({
  version: 1,
  lineageId: "lineage-1",
  firstSeen: 0,
  healAttempts: 1,
  ...evidence
})

/** One record of an event. A body that is no string is written as JSON. */
export const sqsRecord = (messageId: string, options: RecordOptions = {}) => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: typeof options.body === "string" ? options.body : JSON.stringify(options.body ?? { name: messageId }),
  attributes: {
    ApproximateReceiveCount: String(options.receiveCount ?? 1),
    SentTimestamp: String(options.sentAt ?? 0),
    ApproximateFirstReceiveTimestamp: String(options.sentAt ?? 0),
    ...(options.group === undefined ? {} : { MessageGroupId: options.group })
  },
  messageAttributes: {
    ...options.attributes,
    ...(options.evidence === undefined
      ? {}
      : {
          [evidenceAttributeName]: {
            dataType: "String",
            stringValue: encodeEvidence(healedEvidence(options.evidence))
          }
        })
  },
  eventSource: "aws:sqs",
  awsRegion: "eu-west-1"
})

/** An event of these records. */
export const sqsEvent = (...records: ReadonlyArray<ReturnType<typeof sqsRecord>>) => ({ Records: records })

/** The context of an invocation with so much time left. @default 10 s */
export const lambdaContext = (remainingMilliseconds = 10_000): LambdaContext => ({
  awsRequestId: "request-1",
  logGroupName: "/aws/lambda/consumer",
  logStreamName: "2026/01/01/[$LATEST]stream",
  getRemainingTimeInMillis: () => remainingMilliseconds
})
