import { describe, expect, it } from "vitest"
import { networkInterfaceActions } from "../../../components/network/networkInterfaces.ts"
import type { OrderQueueArgs } from "../../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import type { Principal } from "../../../local/EmbeddedService.ts"
import { evaluate } from "../../../local/iam/evaluate.ts"
import { parsePolicyDocument } from "../../../local/iam/policyDocument.ts"
import { deploy } from "../deployed.ts"

const own = "123456789012"
const foreign = "999999999999"
const healer: Principal = {
  kind: "role",
  arn: `arn:aws:sts::${own}:assumed-role/healer/session`,
  roleName: "healer",
  sessionName: "session"
}
const isolated = (queue: OrderQueueArgs = {}) =>
  deploy(
    () =>
      new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } }, network: "private", queue })
  )
const withReplay = await isolated()
const withoutReplay = await isolated({ dashboard: { replay: false } })
const policyOf = (name: string, { named } = withReplay) => parsePolicyDocument(named(name).inputs["policy"])

/** Whether an endpoint lets a request through, by the logic that IAM documents. */
const admits = (
  service: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
  deployed = withReplay
) => {
  const resourcePolicy = policyOf(`orders-network-${service}`, deployed)
  return evaluate(own, healer, [], { action, resource, context, resourcePolicy }).allowed
}

describe("the endpoints of a private network", () => {
  const queue = `arn:aws:sqs:eu-west-1:${own}:orders-queue`
  const object = "arn:aws:s3:::orders-archive/class=TIMEOUT/year=2026/month=01/day=01/1.json"
  const ours = { "aws:ResourceAccount": own }

  it("let through what the functions do", () => {
    expect(admits("sqs", "sqs:SendMessage", queue)).toBe(true)
    expect(admits("sns", "sns:Publish", `arn:aws:sns:eu-west-1:${own}:orders-topic`)).toBe(true)
    expect(admits("dynamodb", "dynamodb:PutItem", `arn:aws:dynamodb:eu-west-1:${own}:orders-table`)).toBe(true)
    expect(admits("s3", "s3:PutObject", object, ours)).toBe(true)
  })

  it("stop a credential of another account, though it may do what it asks for", () => {
    expect(admits("sqs", "sqs:SendMessage", queue, { "aws:PrincipalAccount": foreign })).toBe(false)
    expect(admits("s3", "s3:PutObject", object, { ...ours, "aws:PrincipalAccount": foreign })).toBe(false)
  })

  it("stop data on its way to a queue, a topic, a table or a bucket of somebody else's", () => {
    expect(admits("sqs", "sqs:SendMessage", `arn:aws:sqs:eu-west-1:${foreign}:orders-queue`)).toBe(false)
    expect(admits("sns", "sns:Publish", `arn:aws:sns:eu-west-1:${foreign}:orders-topic`)).toBe(false)
    expect(admits("dynamodb", "dynamodb:PutItem", `arn:aws:dynamodb:eu-west-1:${foreign}:orders-table`)).toBe(false)
    expect(admits("s3", "s3:PutObject", "arn:aws:s3:::another/class=TIMEOUT/1.json", ours)).toBe(false)
    // Deleted, and made again by another account under the same name.
    expect(admits("s3", "s3:PutObject", object, { "aws:ResourceAccount": foreign })).toBe(false)
  })

  it("stop what no function has to do", () => {
    expect(admits("sqs", "sqs:PurgeQueue", queue)).toBe(false)
    expect(admits("s3", "s3:GetObject", object, ours, withoutReplay)).toBe(false)
    expect(admits("s3", "s3:GetObject", object, ours)).toBe(true)
    expect(admits("s3", "s3:DeleteObject", object, ours)).toBe(false)
    expect(admits("s3", "s3:GetObject", "arn:aws:s3:::orders-archive/elsewhere.json", ours)).toBe(false)
    expect(admits("dynamodb", "dynamodb:Scan", `arn:aws:dynamodb:eu-west-1:${own}:orders-table`)).toBe(false)
  })
})

describe("the right to make network interfaces", () => {
  const may = (action: string, context: Readonly<Record<string, string>>) =>
    evaluate(own, healer, [policyOf("orders-healer-network-policy")], { action, resource: "*", context })

  it.each(networkInterfaceActions)("is Lambda's, and not the function's own: %s", (action) => {
    expect(may(action, {}).allowed).toBe(true)
    const fromCode = may(action, {
      "lambda:SourceFunctionArn": `arn:aws:lambda:eu-west-1:${own}:function:orders-healer`
    })
    expect(fromCode).toMatchObject({ allowed: false, message: expect.stringContaining("with an explicit deny") })
  })
})
