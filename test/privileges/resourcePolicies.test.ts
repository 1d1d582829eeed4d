import { describe, expect, it } from "vitest"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import type { PolicyDocument, PolicyStatement, Principal } from "../../local/EmbeddedService.ts"
import { conditionHolds } from "../../local/iam/condition.ts"
import { evaluate } from "../../local/iam/evaluate.ts"
import { deploy } from "../components/deployed.ts"
import { resourcePoliciesOf } from "./describeStatements.ts"
import { statementsOf } from "./roles.ts"

const account = "123456789012"
const stranger = "999999999999"
const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" }
}
const administrator: Principal = { kind: "administrator", arn: `arn:aws:iam::${account}:user/administrator` }
const outsider: Principal = { kind: "administrator", arn: `arn:aws:iam::${stranger}:user/mallory` }
const sns: Principal = { kind: "service", service: "sns.amazonaws.com" }
const cloudfront: Principal = { kind: "service", service: "cloudfront.amazonaws.com" }
const cloudwatch: Principal = { kind: "service", service: "cloudwatch.amazonaws.com" }
const tls = { "aws:SecureTransport": "true" }

/** The mistake that the denials are for: somebody lets everybody in. */
const open: PolicyStatement = { Sid: "Mistake", Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }

const production = await deploy(
  () =>
    new OrderPipeline("orders", {
      stage: "production",
      api: { auth: { mode: "jwt", issuer: "https://issuer.example.com", audiences: ["orders"] } },
      storefront: true,
      payment: { url: "https://pay.example.com", token: "t" }
    })
)
const policies = resourcePoliciesOf({
  resources: production.resources.map(({ type, name, inputs }) => ({
    ...{ type, name, inputs, urn: name, id: name, parent: undefined },
    state: {}
  }))
})

const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

/** What is done to a resource of each service: one of management's, and those that touch messages. */
const actionsOf = (resource: string): ReadonlyArray<string> => {
  if (resource.includes(":sqs:")) return ["sqs:GetQueueAttributes", "sqs:SendMessage", "sqs:ReceiveMessage"]
  if (resource.includes(":sns:")) return ["sns:GetTopicAttributes", "sns:Publish"]
  if (resource.includes(":dynamodb:")) return ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query"]
  if (resource.includes(":s3:")) return ["s3:GetBucketPolicy", "s3:GetObject", "s3:PutObject"]
  return ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
}

const resourceOf = (document: PolicyDocument): string => listOf(statementsOf(document)[0]?.Resource)[0] ?? ""

/** What must be refused, and what must not, in words; what a policy makes of all of it is compared as a whole. */
const verdicts = (document: PolicyDocument): Readonly<Record<string, boolean>> => {
  const resource = resourceOf(document)
  const opened: PolicyDocument = { ...document, Statement: [...statementsOf(document), open] }
  const decided = (
    accountId: string,
    caller: Principal,
    resourcePolicy: PolicyDocument,
    action: string,
    context: Readonly<Record<string, string>>
  ) => evaluate(accountId, caller, [everything], { action, resource, resourcePolicy, context }).allowed
  const service = (caller: Principal, resourcePolicy: PolicyDocument, action: string, context: object) =>
    evaluate(account, caller, [], { action, resource, resourcePolicy, context: { ...tls, ...context } }).allowed

  const topic = `arn:aws:sns:eu-west-1:${account}:orders-topic`
  const alarm = `arn:aws:cloudwatch:eu-west-1:${account}:orders-messages-parked`
  const own = { "aws:SourceAccount": account }
  return Object.fromEntries([
    ...actionsOf(resource).flatMap((action) => [
      [`${action}, in the clear`, decided(account, administrator, opened, action, { "aws:SecureTransport": "false" })],
      [`${action}, from another account`, decided(stranger, outsider, opened, action, tls)],
      [`${action}, by SNS for another account`, service(sns, opened, action, { "aws:SourceAccount": stranger })],
      [`${action}, by an administrator`, decided(account, administrator, document, action, tls)]
    ]),
    ["delivery from the topic", service(sns, document, "sqs:SendMessage", { ...own, "aws:SourceArn": topic })],
    ["delivery from another topic", service(sns, document, "sqs:SendMessage", { "aws:SourceArn": `${topic}-2` })],
    ["alarm", service(cloudwatch, document, "sns:Publish", { ...own, "aws:SourceArn": alarm })],
    ...["", "2"].flatMap((other) => {
      const context = { "aws:SourceArn": `arn:aws:cloudfront::${account}:distribution/orders-storefront${other}` }
      const file = `${resource}/index.html`
      return [
        [
          `the page's file by ${other === "" ? "its" : "another"} distribution`,
          evaluate(account, cloudfront, [], {
            action: "s3:GetObject",
            resource: file,
            resourcePolicy: document,
            context: { ...tls, ...context }
          }).allowed
        ],
        [
          `that there is no such file, for ${other === "" ? "its" : "another"} distribution`,
          service(cloudfront, document, "s3:ListBucket", context)
        ]
      ]
    }),
    ["another alarm", service(cloudwatch, document, "sns:Publish", { ...own, "aws:SourceArn": `${alarm}-2` })]
  ])
}

const allowed = (document: PolicyDocument): ReadonlyArray<string> =>
  Object.entries(verdicts(document)).flatMap(([words, is]) => (is ? [words] : []))

describe("the resource policies of a production stack", () => {
  it("are on every queue, topic, table, bucket and secret", () => {
    expect([...policies.keys()]).toEqual([
      "orders-alerts-policy",
      "orders-archive-policy",
      "orders-dead-letter-queue-policy",
      "orders-failures-policy",
      "orders-parking-queue-policy",
      "orders-payment-token-policy",
      "orders-queue-policy",
      "orders-storefront-policy",
      "orders-table-policy",
      "orders-topic-policy"
    ])
  })

  it("let administrators manage, and touch no message; the topic deliver, and its own alarms publish; nobody else anything", () => {
    const manage = (action: string) => `${action}, by an administrator`
    const expected: Readonly<Record<string, ReadonlyArray<string>>> = {
      "orders-alerts-policy": [manage("sns:GetTopicAttributes"), "alarm"],
      "orders-archive-policy": [manage("s3:GetBucketPolicy")],
      "orders-dead-letter-queue-policy": [manage("sqs:GetQueueAttributes"), "delivery from the topic"],
      "orders-failures-policy": [manage("dynamodb:DescribeTable")],
      "orders-parking-queue-policy": [manage("sqs:GetQueueAttributes")],
      "orders-queue-policy": [manage("sqs:GetQueueAttributes"), "delivery from the topic"],
      // What is in it is public, and whoever deploys puts it there.
      "orders-storefront-policy": [
        manage("s3:GetBucketPolicy"),
        manage("s3:GetObject"),
        manage("s3:PutObject"),
        "the page's file by its distribution",
        "that there is no such file, for its distribution"
      ],
      "orders-table-policy": [manage("dynamodb:DescribeTable")],
      "orders-topic-policy": [manage("sns:GetTopicAttributes")]
    }
    for (const [name, words] of Object.entries(expected)) {
      const document = policies.get(name)
      expect(document === undefined ? name : allowed(document)).toEqual(words)
    }
  })

  const own = [...policies].filter(([name]) => name !== "orders-payment-token-policy")

  it.each(own)("have no statement that nobody would miss: %s", (_name, document) => {
    const before = verdicts(document)
    for (const statement of statementsOf(document)) {
      const without = { ...document, Statement: statementsOf(document).filter((each) => each !== statement) }
      // Where only the first statement names the resource.
      expect(verdicts(without.Statement.length === 0 ? document : without), statement.Sid).not.toEqual(before)
    }
  })

  it("keep the anonymous public out: its requests have no account, and say nothing about services", () => {
    for (const [name, document] of own) {
      const denial = statementsOf(document).find(({ Sid }) => Sid === "OwnAccountOnly")
      expect(denial?.Effect, name).toBe("Deny")
      expect(conditionHolds(denial?.Condition, new Map([["aws:securetransport", ["true"]]]), {})).toBe(true)
    }
  })
})
