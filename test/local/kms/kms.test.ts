import { describe, expect, it } from "vitest"
import { keyPolicyStatements } from "../../../components/keyPolicy.ts"
import type { Principal } from "../../../local/EmbeddedService.ts"
import { createIam } from "../../../local/iam/createIam.ts"
import { createKms } from "../../../local/kms/Kms.ts"
import type { ResourceProviders } from "../../../local/pulumi/ResourceProvider.ts"

const account = { accountId: "123456789012", region: "eu-west-1" }
const statements = keyPolicyStatements(account)

/** A resource of a service that is not here. */
const named =
  (service: string, resource: string): ResourceProviders[string] =>
  async (request) => ({
    id: "id",
    state: { ...request.inputs, arn: `arn:aws:${service}:eu-west-1:123456789012:${resource}` }
  })

/** A queue and a topic that are encrypted with a key of this policy, and the role of a function. */
const setup = async (keyPolicy: ReadonlyArray<object>) => {
  const kms = createKms(account)
  const iam = kms.guard(createIam(account))
  const providers = kms.watch(
    {
      ...kms.resources,
      ...iam.resources,
      "aws:sqs/queue:Queue": named("sqs", "orders"),
      "aws:sns/topic:Topic": named("sns", "alerts"),
      "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:orders")
    },
    iam
  )
  const create = async (type: string, inputs: Readonly<Record<string, unknown>>) => {
    const provider = providers[type]
    if (provider === undefined) throw new Error(`no provider of ${type}`)
    return (await provider({ urn: type, name: "it", type, inputs })).state
  }
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: keyPolicy })
  const keyArn = String((await create("aws:kms/key:Key", { policy }))["arn"])
  await create("aws:sqs/queue:Queue", { kmsMasterKeyId: keyArn })
  await create("aws:sns/topic:Topic", { kmsMasterKeyId: keyArn })
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }
  const role = await create("aws:iam/role:Role", { name: "sender", assumeRolePolicy: { Statement: [trust] } })
  const sender = (actions: ReadonlyArray<string>) => {
    iam.putRolePolicy("sender", "send", { Statement: { Effect: "Allow", Action: actions, Resource: "*" } })
    const principal = iam.principalOf(iam.assumeRole(String(role["arn"]), "session").accessKeyId)
    if (principal === undefined) throw new Error("no principal")
    return principal
  }
  /** Whether somebody may do something to an encrypted resource whose own policy lets everybody in. */
  const may = (principal: Principal, action: string, resource: string, sourceAccount = account.accountId): boolean =>
    iam.decide(principal, {
      action,
      resource: `arn:aws:${resource}`,
      resourcePolicy: { Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } },
      context: { "aws:SourceAccount": sourceAccount }
    }).allowed
  const logs = () =>
    create("aws:cloudwatch/logGroup:LogGroup", { kmsKeyId: keyArn }).then(
      () => true,
      () => false
    )
  return { may, sender, logs }
}

const sns: Principal = { kind: "service", service: "sns.amazonaws.com" }
const cloudwatch: Principal = { kind: "service", service: "cloudwatch.amazonaws.com" }
const queue = "sqs:eu-west-1:123456789012:orders"
const topic = "sns:eu-west-1:123456789012:alerts"
const all = ["sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"]

/** What works with a key of this policy. */
const working = async (keyPolicy: ReadonlyArray<object>) => {
  const { may, sender, logs } = await setup(keyPolicy)
  return {
    roles: may(sender(all), "sqs:SendMessage", queue),
    topicsToQueues: may(sns, "sqs:SendMessage", queue),
    alarmsToTopics: may(cloudwatch, "sns:Publish", topic),
    logs: await logs()
  }
}

const everything = { roles: true, topicsToQueues: true, alarmsToTopics: true, logs: true }

describe("a key with the statements that the components ask for", () => {
  it("works for roles, for SNS into queues, for alarms into topics, and for logs", async () => {
    expect(await working(statements)).toEqual(everything)
  })

  it.each([
    ["OwnAccount", "roles"],
    ["TopicsToQueues", "topicsToQueues"],
    ["AlarmsToTopics", "alarmsToTopics"],
    ["Logs", "logs"]
  ])("without %s does not work for one of them", async (sid, what) => {
    const rest = statements.filter(({ Sid }) => Sid !== sid)
    expect(rest).toHaveLength(statements.length - 1)
    expect(await working(rest)).toEqual({ ...everything, [what]: false })
  })

  it("does not work for services that act for another account", async () => {
    const { may } = await setup(statements)
    expect(may(sns, "sqs:SendMessage", queue, "999999999999")).toBe(false)
    expect(may(cloudwatch, "sns:Publish", topic, "999999999999")).toBe(false)
  })

  it.each(all.slice(1))("does not work for a role without %s", async (action) => {
    const { may, sender } = await setup(statements)
    const principal = sender(all.filter((each) => each !== action))
    expect(may(principal, "sqs:SendMessage", queue)).toBe(false)
    // What needs no key needs no permission for it.
    expect(may(principal, "sqs:GetQueueAttributes", queue)).toBe(true)
  })
})
