import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { ResilientQueueArgs, StandardQueueArgs } from "../../../components/resilientQueue/args.ts"
import type { ProducerArgs } from "../../../components/resilientQueue/producers.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { createIam } from "../../../local/iam/createIam.ts"
import { parsePolicyDocument } from "../../../local/iam/policyDocument.ts"
import { deploy, refused } from "../deployed.ts"
import { statementsOf } from "../statements.ts"
import { consumerEntry } from "./consumerEntry.ts"

const account = "123456789012"
const other = "210987654321"
const queueArn = `arn:aws:sqs:eu-west-1:${account}:invoices-queue`
const rule = `arn:aws:events:eu-west-1:${account}:rule/nightly`
const bucket = "arn:aws:s3:::incoming"
const foreignRole = `arn:aws:iam::${other}:role/sender`
const producers: readonly ProducerArgs[] = [
  { service: "events.amazonaws.com", sourceArns: [rule] },
  { service: "s3.amazonaws.com", sourceArns: [bucket] },
  { accountIds: ["333333333333"] },
  { roleArns: [foreignRole] }
]
const deployed = (args: Omit<StandardQueueArgs, "consumer">) =>
  deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, ...args }))
const open = await deployed({ producers })
const closed = await deployed({ producers, trustedRoleArns: [`arn:aws:iam::${account}:role/operator`] })

/** What the embedded AWS decides about a service that sends for something. */
const serviceMay = (
  queue: typeof open,
  service: string,
  context: Readonly<Record<string, string>>,
  name = "invoices-queue"
) => {
  const resource = `arn:aws:sqs:eu-west-1:${account}:${name}`
  return createIam({ accountId: account, region: "eu-west-1" }).decide(
    { kind: "service", service },
    {
      action: "sqs:SendMessage",
      resource,
      resourcePolicy: parsePolicyDocument(String(queue.named(`${name}-policy`).inputs["policy"])),
      context: { "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true", ...context }
    }
  ).allowed
}

describe("producers", () => {
  it("are let into the main queue, each by a statement of its own, and nothing else is opened", () => {
    const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn }
    expect(statementsOf(open.named("invoices-queue-policy")).filter(({ Effect }) => Effect === "Allow")).toEqual([
      {
        ...{ Sid: "Producer1", ...send, Principal: { Service: "events.amazonaws.com" } },
        Condition: { ArnEquals: { "aws:SourceArn": [rule] } }
      },
      {
        ...{ Sid: "Producer2", ...send, Principal: { Service: "s3.amazonaws.com" } },
        Condition: { ArnEquals: { "aws:SourceArn": [bucket] }, StringEquals: { "aws:SourceAccount": account } }
      },
      { Sid: "Producer3", ...send, Principal: { AWS: ["arn:aws:iam::333333333333:root"] } },
      { Sid: "Producer4", ...send, Principal: { AWS: [foreignRole] } }
    ])
    for (const name of ["invoices-dead-letter-queue-policy", "invoices-parking-queue-policy"])
      expect(statementsOf(open.named(name)).filter(({ Effect }) => Effect === "Allow")).toEqual([])
  })

  it("are excepted from what the policy denies, also where the queue is closed", () => {
    const denied = (sid: string) => statementsOf(closed.named("invoices-queue-policy")).find(({ Sid }) => Sid === sid)
    expect(denied("OwnAccountOnly")).toMatchObject({
      Condition: { StringNotEquals: { "aws:PrincipalAccount": [account, "333333333333", other] } }
    })
    expect(denied("ServicesForOwnAccountOnly")).toMatchObject({
      Condition: { StringNotEquals: { "aws:SourceAccount": [account, account, account] } }
    })
    expect(denied("SendersOnly")).toMatchObject({
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": expect.arrayContaining([foreignRole, `arn:aws:iam::${account}:role/operator`]),
          "aws:SourceArn": [rule, bucket]
        },
        StringNotEquals: { "aws:PrincipalAccount": ["333333333333"] }
      }
    })
    expect(denied("ReceiversOnly")).not.toHaveProperty("Condition.StringNotEquals")
  })

  it.each([
    ["open", open],
    ["closed", closed]
  ])("may send where the embedded AWS decides, and nobody in their place: %s", (_, queue) => {
    const events = { "aws:SourceArn": rule, "aws:SourceAccount": account }
    expect(serviceMay(queue, "events.amazonaws.com", events)).toBe(true)
    expect(serviceMay(queue, "events.amazonaws.com", { ...events, "aws:SourceArn": `${rule}-2` })).toBe(false)
    expect(serviceMay(queue, "scheduler.amazonaws.com", events)).toBe(false)
    expect(serviceMay(queue, "events.amazonaws.com", { ...events, "aws:SecureTransport": "false" })).toBe(false)
    expect(serviceMay(queue, "events.amazonaws.com", events, "invoices-dead-letter-queue")).toBe(false)
    expect(serviceMay(queue, "s3.amazonaws.com", { "aws:SourceArn": bucket, "aws:SourceAccount": account })).toBe(true)
    expect(serviceMay(queue, "s3.amazonaws.com", { "aws:SourceArn": bucket, "aws:SourceAccount": other })).toBe(false)
  })

  /** As from a program in JavaScript, which no compiler has checked. */
  const unchecked = (more: object): ResilientQueueArgs => ({ consumer: { entry: consumerEntry }, ...more })
  const one = "it must be one of service with sourceArns, accountIds, or roleArns."
  const service = "events.amazonaws.com"
  const arns = "it must be at least one, all of them ARNs without wildcards."
  it.each([
    [{}, `producers[0] is []; ${one}`],
    [{ service }, `producers[0] is ["service"]; ${one}`],
    [{ service, accountIds: [other] }, `producers[0] is ["service","accountIds"]; ${one}`],
    [{ service, sourceArns: [] }, `producers[0].sourceArns is ""; ${arns}`],
    [{ service, sourceArns: ["*"] }, `producers[0].sourceArns is "*"; ${arns}`],
    [{ service, sourceArns: [`${rule}*`] }, `producers[0].sourceArns is "${rule}*"; ${arns}`],
    [
      { service: "*", sourceArns: [rule] },
      'producers[0].service is "*"; it must be a service such as events.amazonaws.com.'
    ],
    [
      { service: "sns.amazonaws.com", sourceArns: [rule] },
      'producers[0].service is "sns.amazonaws.com"; topics that send are given as subscriptions.'
    ],
    [
      { accountIds: ["*"] },
      'producers[0].accountIds is "*"; it must be at least one, all of them accounts of twelve digits.'
    ],
    [
      { roleArns: ["*"] },
      'producers[0].roleArns is "*"; it must be at least one, all of them ARNs of roles or users, without wildcards.'
    ]
  ])("that are senseless are refused before anything is made: %j", async (producer, sentence) => {
    const { error, registered } = await refused(
      () => new ResilientQueue("invoices", unchecked({ producers: [producer] }))
    )
    expect(error).toSatisfy(pulumi.RunError.isInstance)
    expect(error).toHaveProperty("message", `invoices: ${sentence}`)
    expect(registered).toBe(0)
  })

  it("of S3 are refused on a FIFO queue, which it does not send to", async () => {
    const { error } = await refused(
      () => new ResilientQueue("invoices", { fifo: true, consumer: { entry: consumerEntry }, producers })
    )
    expect(error).toHaveProperty(
      "message",
      'invoices: producers[1].service is "s3.amazonaws.com"; S3 sends to standard queues only.'
    )
  })
})
