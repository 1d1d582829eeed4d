import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy } from "../deployed.ts"
import { jsonOf, statementsOf } from "../statements.ts"
import { consumerEntry } from "./consumerEntry.ts"

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`
const allow = (actions: readonly string[], ...resources: readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources
})
const receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
const ledger = allow(
  ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  arn("dynamodb", "invoices-failures")
)
const observe = (name: string) => [
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", `log-group:${name}`)}:*`),
  allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
]
const tlsOnly = (action: string, ...resources: readonly string[]) => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resources.length === 1 ? resources[0] : resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } }
})

const topic = arn("sns", "orders")
const deployed = await deploy(
  () =>
    new ResilientQueue("invoices", {
      consumer: {
        entry: consumerEntry,
        permissions: [{ actions: ["dynamodb:PutItem"], resources: [arn("dynamodb", "invoices")] }]
      },
      subscriptions: [{ topicArn: topic, filterPolicy: { store: ["example_corp"] } }]
    })
)

describe("who may do what in a ResilientQueue", () => {
  it("lets the consumer consume, set aside, keep its ledger, and what the caller adds", () => {
    expect(statementsOf(deployed.named("invoices-consumer-policy"))).toEqual([
      allow(receive, arn("sqs", "invoices-queue")),
      allow(["sqs:SendMessage"], arn("sqs", "invoices-dead-letter-queue")),
      ledger,
      allow(["dynamodb:PutItem"], arn("dynamodb", "invoices")),
      ...observe("invoices-consumer-log")
    ])
  })

  it("lets the healer read the dead-letter queue, re-queue, park, record, archive and alert", () => {
    expect(statementsOf(deployed.named("invoices-healer-policy"))).toEqual([
      allow(receive, arn("sqs", "invoices-dead-letter-queue")),
      allow(
        ["sqs:SendMessage"],
        arn("sqs", "invoices-queue"),
        arn("sqs", "invoices-dead-letter-queue"),
        arn("sqs", "invoices-parking-queue")
      ),
      ledger,
      allow(["s3:PutObject"], "arn:aws:s3:::invoices-archive/class=*"),
      allow(["sns:Publish"], arn("sns", "invoices-alerts")),
      ...observe("invoices-healer-log")
    ])
  })

  it("does not let the healer of FIFO queues send to the dead-letter queue: it holds by visibility", async () => {
    const { named } = await deploy(
      () => new ResilientQueue("invoices", { fifo: true, consumer: { entry: consumerEntry } })
    )
    expect(statementsOf(named("invoices-healer-policy"))).toContainEqual(
      allow(["sqs:SendMessage"], arn("sqs", "invoices-queue"), arn("sqs", "invoices-parking-queue"))
    )
  })

  it("lets nobody but Lambda assume the functions' roles", () => {
    for (const name of ["invoices-consumer-role", "invoices-healer-role"]) {
      expect(statementsOf(deployed.named(name), "assumeRolePolicy")).toEqual([
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }
      ])
    }
  })

  it("opens main and dead-letter queue to the subscribed topics alone, and no queue without TLS", () => {
    const topics = (queue: string) => ({
      Sid: "Topics",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: arn("sqs", queue),
      Condition: { ArnEquals: { "aws:SourceArn": [topic] } }
    })
    expect(statementsOf(deployed.named("invoices-queue-policy"))).toEqual([
      tlsOnly("sqs:*", arn("sqs", "invoices-queue")),
      topics("invoices-queue")
    ])
    expect(statementsOf(deployed.named("invoices-dead-letter-queue-policy"))).toEqual([
      tlsOnly("sqs:*", arn("sqs", "invoices-dead-letter-queue")),
      topics("invoices-dead-letter-queue")
    ])
    expect(statementsOf(deployed.named("invoices-parking-queue-policy"))).toEqual([
      tlsOnly("sqs:*", arn("sqs", "invoices-parking-queue"))
    ])
  })

  it("subscribes raw, with the filter, after the queues are open, and with the dead-letter queue behind it", () => {
    const subscription = deployed.named("invoices-subscription")
    const { redrivePolicy: _redrive, filterPolicy: _filter, ...inputs } = subscription.inputs
    expect(inputs).toEqual({
      topic,
      protocol: "sqs",
      endpoint: arn("sqs", "invoices-queue"),
      rawMessageDelivery: true
    })
    expect(jsonOf(subscription, "redrivePolicy")).toEqual({
      deadLetterTargetArn: arn("sqs", "invoices-dead-letter-queue")
    })
    expect(jsonOf(subscription, "filterPolicy")).toEqual({ store: ["example_corp"] })
    expect(subscription.dependsOn).toEqual([
      deployed.named("invoices-queue-policy").urn,
      deployed.named("invoices-dead-letter-queue-policy").urn
    ])
  })

  it("lets the healer and exactly its own alarms publish alerts", () => {
    const alarms = deployed.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    const [tls, healer, fromAlarms] = statementsOf(deployed.named("invoices-alerts-policy"))
    expect(tls).toEqual(tlsOnly("sns:Publish", arn("sns", "invoices-alerts")))
    expect(healer).toMatchObject({ Principal: { AWS: arn("iam", "invoices-healer-role") }, Action: "sns:Publish" })
    expect(fromAlarms).toMatchObject({ Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish" })
    const { Condition } = { ...fromAlarms }
    expect(Condition).toEqual({
      ArnEquals: { "aws:SourceArn": expect.arrayContaining(alarms.map(({ name }) => arn("cloudwatch", name))) }
    })
  })

  it("closes the archive to everything without TLS", () => {
    expect(statementsOf(deployed.named("invoices-archive-policy"))).toEqual([
      tlsOnly("s3:*", "arn:aws:s3:::invoices-archive", "arn:aws:s3:::invoices-archive/*")
    ])
  })

  it("admits both functions to a key of the caller's, and encrypts the queues with it", async () => {
    const key = arn("kms", "key/1")
    const { named } = await deploy(
      () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, kmsKeyArn: key })
    )
    for (const role of ["consumer", "healer"]) {
      expect(statementsOf(named(`invoices-${role}-policy`))).toContainEqual(
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key)
      )
    }
    for (const queue of ["queue", "dead-letter-queue", "parking-queue"]) {
      const { inputs } = named(`invoices-${queue}`)
      expect(inputs["kmsMasterKeyId"]).toBe(key)
      expect(inputs).not.toHaveProperty("sqsManagedSseEnabled")
    }
  })

  it("allows no wildcard action, and no wildcard resource but the two that IAM leaves no choice about", () => {
    const policies = deployed.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    const statements = policies.flatMap((policy) => statementsOf(policy))
    expect(statements.flatMap(({ Action }) => Action).filter((action) => String(action).includes("*"))).toEqual([])
    const wild = statements.flatMap(({ Resource }) => Resource).filter((resource) => String(resource).includes("*"))
    expect(new Set(wild)).toEqual(
      new Set([
        "*",
        "arn:aws:s3:::invoices-archive/class=*",
        `${arn("logs", "log-group:invoices-consumer-log")}:*`,
        `${arn("logs", "log-group:invoices-healer-log")}:*`
      ])
    )
  })
})
