import { describe, expect, it } from "vitest"
import { denials } from "../denials.ts"
import { jsonOf, statementsOf } from "../statements.ts"
import { adopted, arn, deadLetterQueueArn, functionArn, queueArn, toFunction, toQueue } from "./adopted.ts"

const allow = (actions: readonly string[], ...resources: readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources
})
const receive = allow(
  ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
  deadLetterQueueArn
)
const parkingArn = arn("sqs", "legacy-parking-queue")
const own = [
  allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], arn("dynamodb", "legacy-failures")),
  allow(["dynamodb:BatchGetItem"], arn("dynamodb", "legacy-failures")),
  allow(["s3:PutObject"], "arn:aws:s3:::legacy-archive/class=*"),
  allow(["sns:Publish"], arn("sns", "legacy-alerts")),
  allow(["dynamodb:Query"], `${arn("dynamodb", "legacy-failures")}/index/byStatus`)
]
const observe = [
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", "log-group:legacy-healer-log")}:*`)
]

describe("what a DeadLetterHealer may do", () => {
  it("is to read the dead-letter queue, hold in it, and send back to the queue", async () => {
    const { named } = await adopted(toQueue)
    expect(statementsOf(named("legacy-healer-policy"))).toEqual([
      receive,
      allow(["sqs:SendMessage"], queueArn, deadLetterQueueArn, parkingArn),
      ...own,
      ...observe
    ])
  })

  it("is to invoke the function, where healed events go to one", async () => {
    const { named } = await adopted(toFunction)
    expect(statementsOf(named("legacy-healer-policy"))).toEqual([
      receive,
      allow(["sqs:SendMessage"], deadLetterQueueArn, parkingArn),
      allow(["lambda:InvokeFunction"], functionArn),
      ...own,
      ...observe
    ])
  })

  it("is, for its dashboard's function, to find failures and read one, and nothing else", async () => {
    const { named } = await adopted(toQueue)
    expect(statementsOf(named("legacy-widget-policy"))).toEqual([
      allow(["dynamodb:Query"], `${arn("dynamodb", "legacy-failures")}/index/byStatus`),
      allow(["dynamodb:GetItem"], arn("dynamodb", "legacy-failures")),
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", "log-group:legacy-widget-log")}:*`)
    ])
    expect(named("legacy-widget", "aws:lambda/function:Function").inputs["environment"]).toEqual({
      variables: { FAILED_TABLE: "legacy-failures", LOG_LEVEL: "INFO" }
    })
  })

  it("is to use the queues' key, and what the caller adds", async () => {
    const key = arn("kms", "key/1")
    const { named } = await adopted({
      ...toQueue,
      kmsKeyArn: key,
      permissions: [{ actions: ["kms:Decrypt"], resources: [arn("kms", "key/2")] }]
    })
    const statements = statementsOf(named("legacy-healer-policy"))
    expect(statements).toContainEqual(allow(["kms:Decrypt", "kms:GenerateDataKey"], key))
    expect(statements).toContainEqual(allow(["kms:Decrypt"], arn("kms", "key/2")))
    expect(named("legacy-parking-queue").inputs["kmsMasterKeyId"]).toBe(key)
  })

  it("is to be called by its own schedule alone", async () => {
    const { named } = await adopted(toQueue)
    expect(named("legacy-settling-invoke").inputs).toEqual({
      action: "lambda:InvokeFunction",
      function: "legacy-healer",
      principal: "events.amazonaws.com",
      sourceArn: arn("cloudwatch", "legacy-settling")
    })
    expect(named("legacy-settling-target").inputs).toEqual({
      rule: "legacy-settling",
      arn: arn("lambda", "legacy-healer")
    })
    expect(named("legacy-settling").inputs).toMatchObject({ scheduleExpression: "rate(15 minutes)" })
  })

  it("leaves the parking queue to the dead-letter queue as its backstop, and to nobody without TLS", async () => {
    const { named } = await adopted(toQueue)
    expect(jsonOf(named("legacy-parking-redrive-allow"), "redriveAllowPolicy")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [deadLetterQueueArn]
    })
    expect(statementsOf(named("legacy-parking-queue-policy"))).toEqual(denials("sqs:*", parkingArn))
  })
})
