import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { denials, onlyFor, topicActions } from "../denials.ts"
import { deploy, resolved } from "../deployed.ts"
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
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", `log-group:${name}`)}:*`)
]
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
      allow(["dynamodb:BatchGetItem"], arn("dynamodb", "invoices-failures")),
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

  it("lets the dashboard's widget find failures and read one, and nothing else", () => {
    expect(statementsOf(deployed.named("invoices-widget-policy"))).toEqual([
      allow(["dynamodb:Query"], `${arn("dynamodb", "invoices-failures")}/index/byStatus`),
      allow(["dynamodb:GetItem"], arn("dynamodb", "invoices-failures")),
      ...observe("invoices-widget-log")
    ])
  })

  it("lets the replay find failures, read their archive, keep its books, and send to the main queue", () => {
    expect(statementsOf(deployed.named("invoices-replay-policy"))).toEqual([
      allow(["dynamodb:Query"], `${arn("dynamodb", "invoices-failures")}/index/byStatus`),
      allow(["dynamodb:GetItem", "dynamodb:PutItem"], arn("dynamodb", "invoices-failures")),
      allow(["s3:ListBucket"], "arn:aws:s3:::invoices-archive"),
      allow(["s3:GetObject"], "arn:aws:s3:::invoices-archive/class=*"),
      allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::invoices-archive/replays/run=*"),
      allow(["sqs:SendMessage"], arn("sqs", "invoices-queue")),
      ...observe("invoices-replay-log")
    ])
  })

  it("lets readers invoke the widget, and operators the replay as well", async () => {
    const invoked = async (policy: typeof deployed.result.readerPolicy) => {
      const {
        Statement
      }: { Statement: ReadonlyArray<{ Action: ReadonlyArray<string>; Resource: ReadonlyArray<string> }> } = JSON.parse(
        await resolved(policy)
      )
      return Statement.flatMap(({ Action, Resource }) => (Action.includes("lambda:InvokeFunction") ? Resource : []))
    }
    const [widget, replay] = [arn("lambda", "invoices-widget"), arn("lambda", "invoices-replay")]
    expect(await invoked(deployed.result.readerPolicy)).toEqual([widget])
    expect(await invoked(deployed.result.operatorPolicy)).toEqual([widget, replay])
    expect(await invoked(deployed.result.administratorPolicy)).toEqual([widget, replay])
  })

  it("lets nobody but Lambda assume the functions' roles", () => {
    for (const name of ["consumer", "healer", "replay", "widget"].map((each) => `invoices-${each}-role`)) {
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
    for (const queue of ["invoices-queue", "invoices-dead-letter-queue"]) {
      expect(statementsOf(deployed.named(`${queue}-policy`))).toEqual([
        // The topic's account may deliver, be it another one.
        ...denials("sqs:*", arn("sqs", queue), ["123456789012"]),
        topics(queue)
      ])
    }
    expect(statementsOf(deployed.named("invoices-parking-queue-policy"))).toEqual(
      denials("sqs:*", arn("sqs", "invoices-parking-queue"))
    )
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
    const topicArn = arn("sns", "invoices-alerts")
    const alarmArns = expect.arrayContaining(alarms.map(({ name }) => arn("cloudwatch", name)))
    expect(statementsOf(deployed.named("invoices-alerts-policy"))).toEqual([
      ...denials(topicActions, topicArn),
      onlyFor("PublishersOnly", "sns:Publish", topicArn, {
        "aws:PrincipalArn": [arn("iam", "invoices-healer-role")],
        "aws:SourceArn": alarmArns
      }),
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnEquals: { "aws:SourceArn": alarmArns },
          StringEquals: { "aws:SourceAccount": "123456789012" }
        }
      }
    ])
  })

  it("closes archive and ledger to everything without TLS and from outside", () => {
    expect(statementsOf(deployed.named("invoices-archive-policy"))).toEqual(
      denials("s3:*", ["arn:aws:s3:::invoices-archive", "arn:aws:s3:::invoices-archive/*"])
    )
    const table = arn("dynamodb", "invoices-failures")
    expect(statementsOf(deployed.named("invoices-failures-policy"))).toEqual(
      denials("dynamodb:*", [table, `${table}/index/*`])
    )
  })

  it("closes what holds messages to all but its own functions and the trusted, administrators included", async () => {
    const role = (name: string) => arn("iam", `invoices-${name}-role`)
    const trusted = "arn:aws:iam::123456789012:role/on-call"
    const { named } = await deploy(
      () =>
        new ResilientQueue("invoices", {
          consumer: { entry: consumerEntry },
          subscriptions: [{ topicArn: topic }],
          trustedRoleArns: [trusted],
          ledgerReaderArns: ["arn:aws:iam::123456789012:role/api"]
        })
    )
    const closed = (resource: string) =>
      Object.fromEntries(
        statementsOf(named(`invoices-${resource}-policy`)).flatMap(({ Sid, Condition }) => {
          const { ArnNotEquals } = Object(Condition)
          return ArnNotEquals === undefined ? [] : [[Sid, ArnNotEquals]]
        })
      )
    const only = (...names: ReadonlyArray<string>) => ({ "aws:PrincipalArn": [...names, trusted] })
    const topics = { "aws:SourceArn": [topic] }
    expect(closed("queue")).toEqual({
      SendersOnly: { ...only(role("healer"), role("replay")), ...topics },
      ReceiversOnly: only(role("consumer"))
    })
    expect(closed("dead-letter-queue")).toEqual({
      SendersOnly: { ...only(role("consumer"), role("healer")), ...topics },
      ReceiversOnly: only(role("healer"))
    })
    expect(closed("parking-queue")).toEqual({ SendersOnly: only(role("healer")), ReceiversOnly: only() })
    expect(closed("archive")).toEqual({ OwnFunctionsOnly: only(role("healer"), role("replay")) })
    expect(closed("failures")).toEqual({
      OwnFunctionsOnly: only(
        role("consumer"),
        role("healer"),
        role("widget"),
        role("replay"),
        "arn:aws:iam::123456789012:role/api"
      )
    })
  })

  it("admits both functions to a key of the caller's, and encrypts everything with it", async () => {
    const key = arn("kms", "key/1")
    const { named } = await deploy(
      () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, kmsKeyArn: key })
    )
    for (const role of ["consumer", "healer", "replay"]) {
      expect(statementsOf(named(`invoices-${role}-policy`))).toContainEqual(
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key)
      )
    }
    expect(statementsOf(named("invoices-widget-policy"))).toContainEqual(allow(["kms:Decrypt"], key))
    for (const queue of ["queue", "dead-letter-queue", "parking-queue"]) {
      const { inputs } = named(`invoices-${queue}`)
      expect(inputs["kmsMasterKeyId"]).toBe(key)
      expect(inputs).not.toHaveProperty("sqsManagedSseEnabled")
    }
    expect(named("invoices-failures").inputs["serverSideEncryption"]).toEqual({ enabled: true, kmsKeyArn: key })
    expect(named("invoices-alerts").inputs["kmsMasterKeyId"]).toBe(key)
    expect(named("invoices-archive-encryption").inputs["rules"]).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        bucketKeyEnabled: true
      }
    ])
    for (const role of ["consumer", "healer", "replay", "widget"])
      expect(named(`invoices-${role}-log`).inputs["kmsKeyId"]).toBe(key)
  })

  it("allows no wildcard action, and no wildcard resource but streams of logs and objects of the archive", () => {
    const policies = deployed.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    const statements = policies.flatMap((policy) => statementsOf(policy))
    expect(statements.flatMap(({ Action }) => Action).filter((action) => String(action).includes("*"))).toEqual([])
    const wild = statements.flatMap(({ Resource }) => Resource).filter((resource) => String(resource).includes("*"))
    expect(new Set(wild)).toEqual(
      new Set([
        "arn:aws:s3:::invoices-archive/class=*",
        "arn:aws:s3:::invoices-archive/replays/run=*",
        `${arn("logs", "log-group:invoices-replay-log")}:*`,
        `${arn("logs", "log-group:invoices-widget-log")}:*`,
        `${arn("logs", "log-group:invoices-consumer-log")}:*`,
        `${arn("logs", "log-group:invoices-healer-log")}:*`
      ])
    )
  })
})
