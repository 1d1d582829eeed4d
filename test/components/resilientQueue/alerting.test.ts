/** Whom alarms tell, and how a caller changes one of them. */
import { describe, expect, it } from "vitest"
import type { AlarmSuffix } from "../../../components/resilientQueue/alarmDefinitions.ts"
import { checkedTopicArn } from "../../../components/resilientQueue/alertTopic.ts"
import type { StandardQueueArgs } from "../../../components/resilientQueue/args.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy, resolved } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const invoices = (args: Omit<StandardQueueArgs, "consumer" | "fifo">, receives: Partial<StandardQueueArgs> = {}) =>
  deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, ...args, ...receives }))

const topicArn = "arn:aws:sns:eu-west-1:123456789012:on-call"
const pager = "arn:aws:sns:eu-west-1:123456789012:pager"
const ownTopic = "arn:aws:sns:eu-west-1:123456789012:invoices-alerts"

describe("an alarm of a ResilientQueue", () => {
  it("is not made where it is switched off, and the topic admits the others only", async () => {
    const { resources, named, result } = await invoices({ alarms: { "dead-letters-received": false } })
    expect(resources.map(({ name }) => name)).not.toContain("invoices-dead-letters-received")
    expect((await resolved(result.alarmArns)).length).toBe(10)
    expect(String(named("invoices-alerts-policy").inputs["policy"])).not.toContain("dead-letters-received")
  })

  it("has the limits and the severity that it is given, and says so", async () => {
    const { named } = await invoices({
      alarms: {
        failedPercent: 20,
        failedMinimum: 50,
        "messages-failing": { evaluationPeriods: 6 },
        "messages-late": { evaluationPeriods: 15, severity: "error" },
        "healer-crashing": { threshold: 4, periodSeconds: 600, evaluationPeriods: 1 }
      }
    })
    const failing = named("invoices-messages-failing").inputs
    expect(failing).toMatchObject({ threshold: 20, evaluationPeriods: 6, datapointsToAlarm: 2 })
    expect(failing["alarmDescription"]).toContain(
      "more than 20 % of the messages, and 50 or more, failed in 2 of 6 periods of 5 minutes;"
    )
    // All of three minutes by default, so all of what is given.
    const late = named("invoices-messages-late").inputs
    expect(late).toMatchObject({ evaluationPeriods: 15, datapointsToAlarm: 15 })
    expect(late["alarmDescription"]).toMatch(/older than 270 seconds for 15 minutes:.* Severity: error\./)
    expect(named("invoices-healer-crashing").inputs).toMatchObject({
      threshold: 4,
      period: 600,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      alarmDescription: expect.stringContaining("failed more than 4 times within 10 minutes;")
    })
  })

  it("is changed by its suffix, with the rest of its arguments at hand", async () => {
    const seen: Array<AlarmSuffix> = []
    const { named } = await invoices({
      transform: {
        alarm: (args, suffix) => {
          seen.push(suffix)
          return suffix === "breaker-open" ? { ...args, actionsEnabled: false } : args
        }
      }
    })
    expect(seen.length).toBe(11)
    expect(named("invoices-breaker-open").inputs["actionsEnabled"]).toBe(false)
    expect(named("invoices-messages-late").inputs["actionsEnabled"]).toBeUndefined()
  })

  it("tells the topic of its severity as well as the alert topic", async () => {
    const { named } = await invoices({
      alerts: { severityTopicArns: { critical: pager } },
      alarms: { "messages-parked": { severity: "critical" } }
    })
    for (const [suffix, told] of [
      ["consumer-crashing", [ownTopic, pager]],
      ["messages-parked", [ownTopic, pager]],
      ["breaker-open", [ownTopic]]
    ] as const) {
      expect(named(`invoices-${suffix}`).inputs).toMatchObject({ alarmActions: told, okActions: told })
    }
  })

  it("tells of its end only where that is wanted", async () => {
    const { named } = await invoices({ alarms: { tellWhenOver: false } })
    expect(named("invoices-messages-late").inputs).toMatchObject({ alarmActions: [ownTopic] })
    expect(named("invoices-messages-late").inputs["okActions"]).toBeUndefined()
  })

  it.each([
    // ¾ of what is left of a message's age before SQS leaves it out or moves it.
    [{ maxReceiveCount: 5, visibilityTimeoutSeconds: 400 }, 600],
    [{ maxReceiveCount: 1, visibilityTimeoutSeconds: 400 }, 300],
    [{ visibilityTimeoutSeconds: 40 }, 120]
  ])("is late early enough with %o: after %i seconds", async (given, threshold) => {
    const { named } = await invoices({}, given)
    expect(named("invoices-messages-late").inputs["threshold"]).toBe(threshold)
  })

  it.each([
    [{ maxReceiveCount: 3, visibilityTimeoutSeconds: 180 }, 6],
    // Twelve receives: the first three, and three isolated heals; the queue is quick enough for all within five minutes.
    [{ maxReceiveCount: 3, visibilityTimeoutSeconds: 30 }, 12],
    [{ maxReceiveCount: 10, visibilityTimeoutSeconds: 30 }, 12],
    [{ maxReceiveCount: 2, visibilityTimeoutSeconds: 30 }, 9]
  ])("asks for more crashes than one bad message has room for with %o: %i", async (given, minimum) => {
    const { named } = await invoices({}, given)
    expect(JSON.stringify(named("invoices-consumer-crashing").inputs["metricQueries"])).toContain(
      `IF(errors >= ${minimum}, `
    )
  })
})

describe("a topic of the caller's", () => {
  it("gets alerts and alarms in the place of one made here, and keeps its own policy", async () => {
    const { resources, named, result } = await invoices({ alerts: { topicArn, email: "on-call@example.com" } })
    const types = resources.map(({ type }) => type)
    expect(types).not.toContain("aws:sns/topic:Topic")
    expect(types).not.toContain("aws:sns/topicPolicy:TopicPolicy")
    expect(await resolved(result.alertTopicArn)).toBe(topicArn)
    expect(named("invoices-messages-late").inputs["alarmActions"]).toEqual([topicArn])
    expect(named("invoices-alert-email").inputs["topic"]).toBe(topicArn)
    expect(String(named("invoices-healer-policy").inputs["policy"])).toContain(
      JSON.stringify({ Effect: "Allow", Action: ["sns:Publish"], Resource: [topicArn] }).slice(1, -1)
    )
    expect(String(await resolved(result.administratorPolicy))).not.toContain("sns:Subscribe")
  })

  it("is used with its key, which only the healer needs", async () => {
    const topicKmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    const { resources } = await invoices({ alerts: { topicArn, topicKmsKeyArn } })
    const using = resources.filter(({ inputs }) => String(inputs["policy"]).includes(topicKmsKeyArn))
    expect(using.map(({ name }) => name)).toEqual(["invoices-healer-policy"])
  })

  it("is one of several queues, and admits exactly their alarms", async () => {
    const { resources, named } = await deploy(() => import("./onCall.ts"))
    const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    expect(alarms.length).toBe(20)
    const { Statement } = JSON.parse(String(named("on-call", "aws:sns/topicPolicy:TopicPolicy").inputs["policy"]))
    expect(Statement[0].Condition.ArnEquals["aws:SourceArn"].toSorted()).toEqual(
      alarms.map(({ state }) => String(state["arn"])).toSorted()
    )
  })

  it("tells the webhooks, whose notifiers are made around it", async () => {
    const { named } = await invoices({
      alerts: { topicArn, webhooks: [{ kind: "slack", url: "https://hooks.slack.com/services/x" }] }
    })
    expect(named("invoices-notify-slack-subscription").inputs["topic"]).toBe(topicArn)
    expect(named("invoices-notify-slack-invoke").inputs["sourceArn"]).toBe(topicArn)
  })
})

describe("a topic in another region", () => {
  const queueArn = "arn:aws:sqs:us-east-1:123456789012:invoices-queue"

  it("is refused once it is known where the queue is", () => {
    expect(() => checkedTopicArn("invoices", "alerts.topicArn", topicArn, queueArn)).toThrow(
      `invoices: alerts.topicArn is "${topicArn}"; it must be of a topic in us-east-1, where the alarms are.`
    )
    expect(checkedTopicArn("invoices", "alerts.topicArn", topicArn, queueArn.replace("us-east", "eu-west"))).toBe(
      topicArn
    )
  })
})

describe("an address", () => {
  it("is subscribed after the alarms, which tell once that all is well when they are made", async () => {
    const { named, resources } = await invoices({ alerts: { email: "on-call@example.com" } })
    const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    expect(named("invoices-alert-email").dependsOn.toSorted()).toEqual(alarms.map(({ urn }) => urn).toSorted())
  })
})
