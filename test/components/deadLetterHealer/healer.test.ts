import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { DeadLetterHealerArgs } from "../../../components/deadLetterHealer/args.ts"
import { queueUrlOf } from "../../../components/deadLetterHealer/foreignArn.ts"
import { jsonOf } from "../statements.ts"
import { adopted, arn, deadLetterQueueArn, functionArn, queueArn, toFunction, toQueue } from "./adopted.ts"

const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`

const shared = {
  QUEUE_NAME: "orders-dead",
  DLQ_URL: queueUrl("orders-dead"),
  FAILED_TABLE: "legacy-failures",
  RECOVERY_POLICY: "{}",
  BREAKER_POLICY: "{}",
  FIFO: "false",
  LOG_LEVEL: "INFO",
  PARKING_QUEUE_URL: queueUrl("legacy-parking-queue"),
  ARCHIVE_BUCKET: "legacy-archive",
  ALERT_TOPIC_ARN: arn("sns", "legacy-alerts"),
  ALERT_WINDOW_SECONDS: "900",
  QUIET_SECONDS: "3600",
  MAX_MESSAGE_BYTES: "262144"
}
const environmentOf = async (args: DeadLetterHealerArgs) => {
  const { named } = await adopted(args)
  return named("legacy-healer", "aws:lambda/function:Function").inputs["environment"]
}

describe("the healer on a queue of somebody else's", () => {
  it("knows the queue that healed messages go to", async () => {
    expect(await environmentOf(toQueue)).toEqual({ variables: { ...shared, MAIN_QUEUE_URL: queueUrl("orders") } })
  })

  it("may be part of the loop that healing is", async () => {
    const { named } = await adopted(toQueue)
    expect(named("legacy-healer-recursion").inputs).toEqual({ functionName: "legacy-healer", recursiveLoop: "Allow" })
  })

  it("knows the function that healed events go to", async () => {
    expect(await environmentOf(toFunction)).toEqual({ variables: { ...shared, REDRIVE_FUNCTION_ARN: functionArn } })
  })

  it("takes URLs that do not follow from the ARNs", async () => {
    const urls = {
      deadLetterQueueArn,
      deadLetterQueueUrl: "https://sqs.example.com/dead",
      redriveTo: { queueArn, queueUrl: "https://sqs.example.com/orders" }
    }
    expect(await environmentOf(urls)).toMatchObject({
      variables: { DLQ_URL: "https://sqs.example.com/dead", MAIN_QUEUE_URL: "https://sqs.example.com/orders" }
    })
  })

  it("takes ARNs that are known only later", async () => {
    const later = {
      deadLetterQueueArn: pulumi.output(deadLetterQueueArn),
      redriveTo: { queueArn: pulumi.output(queueArn) }
    }
    expect(await environmentOf(later)).toEqual({ variables: { ...shared, MAIN_QUEUE_URL: queueUrl("orders") } })
  })

  it("reads the dead-letter queue in batches, and reports failures record by record", async () => {
    const { named } = await adopted(toQueue)
    expect(named("legacy-healer-source").inputs).toEqual({
      eventSourceArn: deadLetterQueueArn,
      functionName: arn("lambda", "legacy-healer"),
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 5 }
    })
  })

  it("has time for a batch within the visibility timeout that a queue has unless it is given another", async () => {
    const { named } = await adopted(toQueue)
    expect(named("legacy-healer", "aws:lambda/function:Function").inputs["timeout"]).toBe(30)
  })

  it("parks FIFO messages in a FIFO queue", async () => {
    const { named } = await adopted({
      fifo: true,
      deadLetterQueueArn: `${deadLetterQueueArn}.fifo`,
      redriveTo: { queueArn: `${queueArn}.fifo` }
    })
    expect(named("legacy-parking-queue").inputs["fifoQueue"]).toBe(true)
    expect(named("legacy-healer", "aws:lambda/function:Function").inputs).toMatchObject({
      environment: { variables: { FIFO: "true", MAIN_QUEUE_URL: queueUrl("orders.fifo") } }
    })
  })

  it("has a dashboard and alarms about the queues that it knows", async () => {
    const { named } = await adopted(toQueue)
    const dashboard = JSON.stringify(jsonOf(named("legacy-dashboard"), "dashboardBody"))
    for (const queue of ["orders", "orders-dead", "legacy-parking-queue"]) {
      expect(dashboard).toContain(`"ApproximateNumberOfMessagesVisible","QueueName","${queue}"`)
    }
    expect(JSON.stringify(named("legacy-dead-letters-waiting").inputs["metricQueries"])).toContain(
      '"dimensions":{"QueueName":"orders-dead"}'
    )
    expect(named("legacy-dead-letters-received").inputs["dimensions"]).toEqual({ Queue: "orders-dead" })
  })

  it.each([
    ["aws", "eu-west-1", "amazonaws.com"],
    ["aws-us-gov", "us-gov-west-1", "amazonaws.com"],
    ["aws-cn", "cn-north-1", "amazonaws.com.cn"]
  ])("finds queues by their ARN in partition %s", (partition, region, suffix) => {
    expect(queueUrlOf(`arn:${partition}:sqs:${region}:123456789012:orders`)).toBe(
      `https://sqs.${region}.${suffix}/123456789012/orders`
    )
  })
})
