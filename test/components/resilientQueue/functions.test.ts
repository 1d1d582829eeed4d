import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { deploy } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const functionType = "aws:lambda/function:Function"
const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`

const { named, resources } = await deploy(
  () =>
    new ResilientQueue("invoices", {
      consumer: {
        entry: consumerEntry,
        timeoutSeconds: 20,
        memorySizeMegabytes: 256,
        environment: { INVOICES_TABLE: "invoices" },
        batchSize: 100,
        maximumBatchingWindowSeconds: 2,
        maximumConcurrency: 7
      },
      breaker: { normalRatePerSecond: 20, windowSeconds: 30 },
      recovery: recoveryPolicy({ OutOfStock: { action: "archive" } }),
      correlationField: "invoiceId",
      redact: ["$.card.number", "$..iban"],
      maxReceiveCount: 5,
      logLevel: "DEBUG",
      logRetentionDays: 90,
      alerts: { windowSeconds: 60 }
    })
)

const shared = {
  QUEUE_NAME: "invoices-queue",
  MAIN_QUEUE_URL: queueUrl("invoices-queue"),
  DLQ_URL: queueUrl("invoices-dead-letter-queue"),
  FAILED_TABLE: "invoices-failures",
  RECOVERY_POLICY: '{"OutOfStock":{"action":"archive"}}',
  // What is the default does not travel.
  BREAKER_POLICY: '{"normalRatePerSecond":20}',
  REDACT_PATHS: '["$.card.number","$..iban"]',
  FIFO: "false",
  LOG_LEVEL: "DEBUG"
}
const sharedInputs = {
  runtime: "nodejs24.x",
  architectures: ["arm64"],
  handler: "index.handler",
  tracingConfig: { mode: "PassThrough" }
}

describe("the functions of a ResilientQueue", () => {
  it("are a consumer as the caller wants it", () => {
    const { code: _code, ...inputs } = named("invoices-consumer", functionType).inputs
    expect(inputs).toEqual({
      ...sharedInputs,
      description: "Consumes the queue of invoices",
      role: "arn:aws:iam:eu-west-1:123456789012:invoices-consumer-role",
      timeout: 20,
      memorySize: 256,
      environment: { variables: { ...shared, MAX_RECEIVE_COUNT: "5", INVOICES_TABLE: "invoices" } },
      loggingConfig: { logFormat: "JSON", logGroup: "invoices-consumer-log", applicationLogLevel: "TRACE" }
    })
  })

  it("are a healer that knows where everything is", () => {
    const { code: _code, ...inputs } = named("invoices-healer", functionType).inputs
    expect(inputs).toEqual({
      ...sharedInputs,
      description: "Heals, archives or reports the failed messages of invoices",
      role: "arn:aws:iam:eu-west-1:123456789012:invoices-healer-role",
      timeout: 30,
      memorySize: 512,
      environment: {
        variables: {
          ...shared,
          PARKING_QUEUE_URL: queueUrl("invoices-parking-queue"),
          ARCHIVE_BUCKET: "invoices-archive",
          ALERT_TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:invoices-alerts",
          ALERT_WINDOW_SECONDS: "60",
          CORRELATION_FIELD: "invoiceId"
        }
      },
      loggingConfig: { logFormat: "JSON", logGroup: "invoices-healer-log", applicationLogLevel: "TRACE" }
    })
  })

  it("are a widget that knows who replays, and a replay that knows where messages wait and go", () => {
    const { code: _code, ...widget } = named("invoices-widget", functionType).inputs
    expect(widget).toEqual({
      ...sharedInputs,
      description: "Lists the failures of invoices in groups, for its dashboard",
      role: "arn:aws:iam:eu-west-1:123456789012:invoices-widget-role",
      timeout: 15,
      memorySize: 512,
      environment: {
        variables: {
          FAILED_TABLE: "invoices-failures",
          REPLAY_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:123456789012:invoices-replay",
          LOG_LEVEL: "DEBUG"
        }
      },
      loggingConfig: { logFormat: "JSON", logGroup: "invoices-widget-log", applicationLogLevel: "TRACE" }
    })
    const { code: _replayCode, ...replay } = named("invoices-replay", functionType).inputs
    expect(replay).toEqual({
      ...sharedInputs,
      description: "Replays a group of failed messages of invoices, for who may invoke it",
      role: "arn:aws:iam:eu-west-1:123456789012:invoices-replay-role",
      timeout: 60,
      memorySize: 512,
      environment: {
        variables: {
          MAIN_QUEUE_URL: queueUrl("invoices-queue"),
          ARCHIVE_BUCKET: "invoices-archive",
          FAILED_TABLE: "invoices-failures",
          FIFO: "false",
          LOG_LEVEL: "DEBUG"
        }
      },
      loggingConfig: { logFormat: "JSON", logGroup: "invoices-replay-log", applicationLogLevel: "TRACE" }
    })
  })

  it("get batches, and report failures record by record", () => {
    expect(named("invoices-consumer-source").inputs).toEqual({
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:invoices-queue",
      functionName: "arn:aws:lambda:eu-west-1:123456789012:invoices-consumer",
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 100,
      maximumBatchingWindowInSeconds: 2,
      scalingConfig: { maximumConcurrency: 7 }
    })
    expect(named("invoices-healer-source").inputs).toEqual({
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:invoices-dead-letter-queue",
      functionName: "arn:aws:lambda:eu-west-1:123456789012:invoices-healer",
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 5 }
    })
  })

  it("may be part of a loop where healing is one, and nowhere else", () => {
    const configured = resources.filter(
      ({ type }) => type === "aws:lambda/functionRecursionConfig:FunctionRecursionConfig"
    )
    expect(configured.map(({ inputs }) => inputs)).toEqual(
      ["invoices-consumer", "invoices-healer"].map((functionName) => ({ functionName, recursiveLoop: "Allow" }))
    )
  })

  it("exist only once their role may do what they need, and keep their logs as long as asked", () => {
    for (const name of ["invoices-consumer", "invoices-healer", "invoices-widget", "invoices-replay"]) {
      expect(named(name, functionType).dependsOn).toEqual([named(`${name}-policy`).urn])
      expect(named(`${name}-log`).inputs).toEqual({ retentionInDays: 90 })
    }
  })
})
