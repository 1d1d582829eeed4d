import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import type { WebhookArgs } from "../../../components/notifier/args.ts"
import type { ResilientQueueArgs } from "../../../components/resilientQueue/args.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { denials } from "../denials.ts"
import { deploy, refused, resolved } from "../deployed.ts"
import { consumerEntry } from "../resilientQueue/consumerEntry.ts"
import { statementsOf } from "../statements.ts"

const marker = "m4rker"
const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`
const kmsKeyArn = arn("kms", "key/1234")
const signingSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`

const webhooks: readonly WebhookArgs[] = [
  { kind: "slack", url: pulumi.secret(`https://hooks.slack.com/services/${marker}`) },
  { kind: "pagerduty", routingKey: `${marker}-key` },
  { kind: "generic", name: "audit", url: `https://audit.example.com/${marker}`, signingSecret }
]
const invoices = (alerts: ResilientQueueArgs["alerts"], args: Partial<ResilientQueueArgs> = {}) =>
  deploy(
    // Each is valid for a standard queue.
    () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, ...(alerts ? { alerts } : {}), ...args })
  )
const deployed = await invoices({ webhooks })
const plain = await invoices(undefined)
const { named, resources } = deployed

const names = (list: readonly { readonly type: string; readonly name: string }[]) =>
  list.map(({ type, name }) => `${type} ${name}`)

const functionType = "aws:lambda/function:Function"

describe("webhooks", () => {
  it("add exactly this to a queue, and nothing without them", () => {
    const before = names(plain.resources)
    const added = names(resources).filter((each) => !before.includes(each))
    const notifier = (name: string) => [
      `aws:cloudwatch/logGroup:LogGroup invoices-notify-${name}-log`,
      `aws:iam/role:Role invoices-notify-${name}-role`,
      `aws:iam/rolePolicy:RolePolicy invoices-notify-${name}-policy`,
      `aws:lambda/function:Function invoices-notify-${name}`,
      `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig invoices-notify-${name}-invoke-config`,
      `aws:lambda/permission:Permission invoices-notify-${name}-invoke`,
      `aws:sns/topicSubscription:TopicSubscription invoices-notify-${name}-subscription`,
      `resilient-queue:index:BundledFunction invoices-notify-${name}`
    ]
    expect(added.toSorted()).toEqual(
      [
        "aws:cloudwatch/metricAlarm:MetricAlarm invoices-alerts-lost",
        "aws:cloudwatch/metricAlarm:MetricAlarm invoices-alerts-undelivered",
        "aws:secretsmanager/secret:Secret invoices-webhooks",
        "aws:secretsmanager/secretPolicy:SecretPolicy invoices-webhooks-policy",
        "aws:secretsmanager/secretVersion:SecretVersion invoices-webhooks-version",
        "aws:sqs/queue:Queue invoices-undelivered-alerts",
        "aws:sqs/queuePolicy:QueuePolicy invoices-undelivered-alerts-policy",
        ...["slack", "pagerduty", "audit"].flatMap(notifier)
      ].toSorted()
    )
  })

  it.each([undefined, {}, { webhooks: [] }])("are none where the argument is %j", async (alerts) => {
    const { resources: made, result } = await invoices(alerts)
    expect(names(made)).toEqual(names(plain.resources))
    expect(result.undeliveredAlertsQueueUrl).toBeUndefined()
  })

  it("are told at the healer of somebody else's queue as well", async () => {
    const { resources: made, result } = await deploy(
      () =>
        new DeadLetterHealer("legacy", {
          ...{ deadLetterQueueArn: arn("sqs", "orders-dead"), redriveTo: { queueArn: arn("sqs", "orders") } },
          alerts: { webhooks }
        })
    )
    expect(names(made)).toEqual(
      expect.arrayContaining([
        "aws:cloudwatch/metricAlarm:MetricAlarm legacy-alerts-lost",
        "aws:cloudwatch/metricAlarm:MetricAlarm legacy-alerts-undelivered",
        "aws:lambda/function:Function legacy-notify-slack",
        "aws:sqs/queue:Queue legacy-undelivered-alerts"
      ])
    )
    expect(await resolved(result.undeliveredAlertsQueueUrl)).toMatch(/legacy-undelivered-alerts$/)
  })

  it("keep what is secret in one secret, as a secret of the state, and nowhere else", () => {
    expect(named("invoices-webhooks").inputs).toEqual({
      description: "URLs and keys of the webhooks that are told of the alerts of invoices",
      recoveryWindowInDays: 0
    })
    const { secretId, secretString } = named("invoices-webhooks-version").inputs
    expect(secretId).toBe("invoices-webhooks-id")
    expect(secretString).toMatchObject({ [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig })
    expect(JSON.parse(Object(secretString).value)).toEqual({
      slack: { url: `https://hooks.slack.com/services/${marker}` },
      pagerduty: { url: "https://events.pagerduty.com/v2/enqueue", routingKey: `${marker}-key` },
      audit: { url: `https://audit.example.com/${marker}`, signingSecret }
    })
    const holders = resources.filter(({ inputs, state }) => JSON.stringify([inputs, state]).includes(marker))
    expect(holders.map(({ name }) => name)).toEqual(["invoices-webhooks-version"])
  })

  it("are told by functions that know their name and kind, and where the secret is", () => {
    expect(named("invoices-notify-audit", functionType).inputs).toMatchObject({
      timeout: 60,
      environment: {
        variables: {
          ...{ WEBHOOK_NAME: "audit", WEBHOOK_KIND: "generic", LOG_LEVEL: "INFO" },
          WEBHOOKS_SECRET_ARN: arn("secretsmanager", "invoices-webhooks")
        }
      }
    })
  })

  it("are told by roles that read the secret and send what failed to the queue, and do nothing else", async () => {
    const allow = (action: readonly string[], resource: string) => ({
      ...{ Effect: "Allow", Action: action, Resource: [resource] }
    })
    const own = [
      allow(["secretsmanager:GetSecretValue"], arn("secretsmanager", "invoices-webhooks")),
      allow(["sqs:SendMessage"], arn("sqs", "invoices-undelivered-alerts"))
    ]
    const observe = [
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${arn("logs", "log-group:invoices-notify-slack-log")}:*`)
    ]
    expect(statementsOf(named("invoices-notify-slack-policy"))).toEqual([...own, ...observe])
    const withKey = await invoices({ webhooks }, { kmsKeyArn })
    expect(statementsOf(withKey.named("invoices-notify-slack-policy"))).toEqual([
      ...own,
      allow(["kms:Decrypt", "kms:GenerateDataKey"], kmsKeyArn),
      ...observe
    ])
  })

  it("are told asynchronously: what fails is retried, ages, and goes to the queue", () => {
    expect(named("invoices-notify-slack-invoke-config").inputs).toEqual({
      functionName: "invoices-notify-slack",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destination: arn("sqs", "invoices-undelivered-alerts") } }
    })
  })

  it("are subscribed once all is there that keeps an alert: SNS may invoke, and puts aside what it cannot hand over", () => {
    expect(named("invoices-notify-slack-invoke").inputs).toEqual({
      ...{ action: "lambda:InvokeFunction", function: "invoices-notify-slack", principal: "sns.amazonaws.com" },
      sourceArn: arn("sns", "invoices-alerts")
    })
    const subscription = named("invoices-notify-slack-subscription")
    expect(subscription.inputs).toEqual({
      ...{ topic: arn("sns", "invoices-alerts"), protocol: "lambda", endpoint: arn("lambda", "invoices-notify-slack") },
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "invoices-undelivered-alerts") })
    })
    const urns = ["invoices-notify-slack-invoke", "invoices-notify-slack-invoke-config"].map((name) => named(name).urn)
    expect(subscription.dependsOn).toEqual(expect.arrayContaining(urns))
    expect(named("invoices-notify-slack-invoke-config").dependsOn).toContain(
      named("invoices-undelivered-alerts-policy").urn
    )
  })

  it("have a queue behind them that keeps alerts for 14 days, encrypted, over TLS, for this topic and these functions", async () => {
    const queue = arn("sqs", "invoices-undelivered-alerts")
    expect(named("invoices-undelivered-alerts").inputs).toEqual({
      ...{ maxMessageSize: 1_048_576, messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true }
    })
    expect(statementsOf(named("invoices-undelivered-alerts-policy"))).toEqual([
      ...denials("sqs:*", queue, ["123456789012"]),
      {
        ...{ Sid: "Topics", Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" },
        ...{ Resource: queue, Condition: { ArnEquals: { "aws:SourceArn": [arn("sns", "invoices-alerts")] } } }
      }
    ])
    const withKey = await invoices({ webhooks }, { kmsKeyArn, protectData: true })
    expect(withKey.named("invoices-undelivered-alerts")).toMatchObject({
      inputs: { messageRetentionSeconds: 1_209_600, kmsMasterKeyId: kmsKeyArn },
      protect: true
    })
    expect(withKey.named("invoices-webhooks").inputs).toMatchObject({ kmsKeyId: kmsKeyArn, recoveryWindowInDays: 30 })
  })

  it("are closed to all but their own functions where the component is", async () => {
    const person = arn("iam", "role/operator")
    const closed = await invoices({ webhooks: webhooks.slice(0, 1) }, { trustedRoleArns: [person] })
    const statements = statementsOf(closed.named("invoices-undelivered-alerts-policy"))
    const of = (sid: string) => statements.find((each) => Object(each).Sid === sid)
    expect(of("SendersOnly")).toMatchObject({
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": [arn("iam", "invoices-notify-slack-role"), person],
          "aws:SourceArn": [arn("sns", "invoices-alerts")]
        }
      }
    })
    expect(of("ReceiversOnly")).toMatchObject({ Condition: { ArnNotEquals: { "aws:PrincipalArn": [person] } } })
  })

  it("have an alarm on what they did not take, which e-mail hears of as well", () => {
    expect(named("invoices-alerts-undelivered").inputs).toMatchObject({
      ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", statistic: "Maximum" },
      ...{ dimensions: { QueueName: "invoices-undelivered-alerts" }, threshold: 0, period: 60, evaluationPeriods: 1 },
      alarmActions: [arn("sns", "invoices-alerts")],
      treatMissingData: "notBreaching",
      alarmDescription: expect.stringMatching(
        /^invoices: a webhook .* Runbook: docs\/runbooks\/alerts-undelivered\.md$/
      )
    })
    // It may publish like the other alarms.
    expect(JSON.stringify(statementsOf(named("invoices-alerts-policy")))).toContain(
      arn("cloudwatch", "invoices-alerts-undelivered")
    )
  })

  it("have an alarm on what is lost to them and to the queue behind them, which e-mail hears of as well", () => {
    expect(named("invoices-alerts-lost").inputs).toMatchObject({
      alarmActions: [arn("sns", "invoices-alerts")],
      alarmDescription: expect.stringMatching(/^invoices: a webhook .* Runbook: docs\/runbooks\/alerts-lost\.md$/)
    })
    expect(JSON.stringify(statementsOf(named("invoices-alerts-policy")))).toContain(
      arn("cloudwatch", "invoices-alerts-lost")
    )
  })

  it("have outputs: where undelivered alerts are, and none of what is secret", async () => {
    const outputs = await Promise.all(
      Object.entries(deployed.result).flatMap(([name, value]) => (name.startsWith("__") ? [] : [resolved(value)]))
    )
    expect(await resolved(deployed.result.undeliveredAlertsQueueUrl)).toBe(
      "https://sqs.eu-west-1.amazonaws.com/123456789012/invoices-undelivered-alerts"
    )
    expect(JSON.stringify(outputs)).not.toContain(marker)
  })
})

describe("webhooks that cannot work are refused before anything is made, without a word of their secrets:", () => {
  const url = `https://example.com/${marker}`
  const cases: ReadonlyArray<readonly [string, readonly WebhookArgs[], string]> = [
    [
      "http",
      [{ kind: "slack", url: `http://example.com/${marker}` }],
      "invoices: alerts.webhooks[0] is refused: its url does not start with https://."
    ],
    ["no URL", [{ kind: "slack", url: marker }], "invoices: alerts.webhooks[0] is refused: its url is no URL."],
    [
      "a password in a URL",
      [{ kind: "generic", url: `https://user:${marker}@example.com` }],
      "invoices: alerts.webhooks[0] is refused: its url has a user or password in it."
    ],
    [
      "a signing secret of another kind",
      [{ kind: "generic", url, signingSecret: marker }],
      "invoices: alerts.webhooks[0] is refused: its signingSecret is not whsec_ followed by 24 to 64 bytes in base64."
    ],
    [
      "no routing key",
      [{ kind: "pagerduty", routingKey: "" }],
      "invoices: alerts.webhooks[0] is refused: its routingKey is empty."
    ],
    [
      "two of one name",
      [
        { kind: "slack", url },
        { kind: "slack", url }
      ],
      'invoices: alerts.webhooks has more than one that is called "slack"; give each a name of its own.'
    ],
    [
      "more than an alarm can watch",
      Array.from({ length: 10 }, (_, index) => ({ kind: "slack", name: `channel-${index}`, url })),
      "invoices: alerts.webhooks.length is 10; it must be at most 9."
    ],
    [
      "a name that is none",
      [{ kind: "slack", url, name: "Ops Team" }],
      'invoices: alerts.webhooks[0].name is "Ops Team"; it must be a lower-case letter, then lower-case letters, digits or hyphens.'
    ],
    [
      "a name that does not fit",
      [{ kind: "slack", url, name: "o".repeat(36) }],
      `invoices: alerts.webhooks[0].name is "${"o".repeat(36)}"; it must be at most 35 characters long beside the component's name.`
    ]
  ]

  it.each(cases)("%s", async (_, given, sentence) => {
    const { error, registered } = await refused(
      () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, alerts: { webhooks: given } })
    )
    expect(error).toHaveProperty("message", sentence)
    expect(String(error)).not.toContain(marker)
    expect(registered).toBe(0)
  })

  it("a network without a way to the internet", async () => {
    const { error, registered } = await refused(
      () =>
        new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, network: "private", alerts: { webhooks } })
    )
    expect(String(error)).toContain('invoices: alerts.webhooks cannot go with network "private"')
    expect(registered).toBe(0)
  })
})
