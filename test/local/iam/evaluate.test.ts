import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { PolicyDocument, PolicyStatement, Principal, RequiredPermission } from "../../../local/EmbeddedService.ts"
import { evaluate } from "../../../local/iam/evaluate.ts"

/** A policy variable as a policy writes it. */
const variable = (name: string): string => ["$", `{${name}}`].join("")

const accountId = "123456789012"
const queue = `arn:aws:sqs:eu-west-1:${accountId}:orders`
const session: Principal = {
  kind: "role",
  arn: `arn:aws:sts::${accountId}:assumed-role/consumer/orders-consumer`,
  roleName: "consumer",
  sessionName: "orders-consumer"
}
const sns: Principal = { kind: "service", service: "sns.amazonaws.com" }

const policy = (...statements: ReadonlyArray<PolicyStatement>): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements
})
const allow = (rest: Omit<PolicyStatement, "Effect"> = {}): PolicyStatement => ({
  Effect: "Allow",
  ...("NotAction" in rest ? {} : { Action: "sqs:SendMessage" }),
  ...("NotResource" in rest ? {} : { Resource: queue }),
  ...rest
})
const deny = (rest: Omit<PolicyStatement, "Effect"> = {}): PolicyStatement => ({ ...allow(rest), Effect: "Deny" })

const send: RequiredPermission = { action: "sqs:SendMessage", resource: queue }

/** What a role with these statements may do. */
const identity = (permission: RequiredPermission, ...statements: ReadonlyArray<PolicyStatement>) =>
  evaluate(accountId, session, [policy(...statements)], permission)

/** What a caller without identity policies may do under this policy of the resource. */
const resource = (caller: Principal, statement: PolicyStatement, context: Readonly<Record<string, string>> = {}) =>
  evaluate(accountId, caller, [], { ...send, resourcePolicy: policy(statement), context }).allowed

describe("the order of evaluation", () => {
  it("denies what no policy allows, in AWS's words", () => {
    expect(identity(send)).toEqual({
      allowed: false,
      message: `User: ${session.arn} is not authorized to perform: sqs:SendMessage on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`
    })
  })

  it("allows what an identity-based policy allows", () => {
    expect(identity(send, allow()).allowed).toBe(true)
  })

  it("lets an explicit deny win over an allow, wherever it stands, in AWS's words", () => {
    const denied = `User: ${session.arn} is not authorized to perform: sqs:SendMessage on resource: ${queue} with an explicit deny in an identity-based policy`
    expect(identity(send, deny(), allow())).toEqual({ allowed: false, message: denied })
    expect(identity(send, allow(), deny())).toEqual({ allowed: false, message: denied })
  })

  it("lets an explicit deny of the resource win over an allow of the identity, in AWS's words", () => {
    const resourcePolicy = policy(deny({ Principal: "*" }))
    expect(evaluate(accountId, session, [policy(allow())], { ...send, resourcePolicy })).toEqual({
      allowed: false,
      message: `User: ${session.arn} is not authorized to perform: sqs:SendMessage on resource: ${queue} with an explicit deny in a resource-based policy`
    })
  })

  it("finds nothing in a resource-based policy for a service: says so in AWS's words", () => {
    expect(evaluate(accountId, sns, [], send).message).toBe(
      `Service: sns.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${queue} because no resource-based policy allows the sqs:SendMessage action`
    )
  })

  it("quotes the resource for Amazon S3, as S3 does", () => {
    const get: RequiredPermission = { action: "s3:GetObject", resource: "arn:aws:s3:::archive/one.json" }
    expect(identity(get).message).toContain('on resource: "arn:aws:s3:::archive/one.json" because')
  })

  it("never allows what an explicit deny covers, whatever else allows it", () => {
    const statement = fc.record({
      effect: fc.constantFrom("Allow" as const, "Deny" as const),
      action: fc.constantFrom("*", "sqs:*", "sqs:Send*", "sqs:SendMessage", "sqs:ReceiveMessage"),
      resource: fc.constantFrom("*", queue, `${queue}-other`, "arn:aws:sqs:*:*:orders"),
      inResource: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
        const written = (inResource: boolean) =>
          policy(
            ...statements
              .filter((each) => each.inResource === inResource)
              .map(({ effect, action, resource: target }) => ({
                Effect: effect,
                Action: action,
                Resource: target,
                ...(inResource ? { Principal: "*" as const } : {})
              }))
          )
        const applies = statements.filter(
          ({ action, resource: target }) => action !== "sqs:ReceiveMessage" && target !== `${queue}-other`
        )
        const expected =
          applies.some(({ effect }) => effect === "Allow") && !applies.some(({ effect }) => effect === "Deny")
        const { allowed } = evaluate(accountId, session, [written(false)], { ...send, resourcePolicy: written(true) })
        expect(allowed).toBe(expected)
      })
    )
  })
})

describe("actions and resources", () => {
  const allows = (statement: PolicyStatement, permission: RequiredPermission = send): boolean =>
    identity(permission, statement).allowed

  it("compares actions without regard to case", () => {
    expect(allows(allow({ Action: "SQS:sendmessage" }))).toBe(true)
  })

  it("compares resources with regard to case", () => {
    expect(allows(allow({ Resource: queue.replace("orders", "Orders") }))).toBe(false)
  })

  it.each([
    ["sqs:*", true],
    ["sqs:Send*", true],
    ["sqs:SendMessag?", true],
    ["sqs:SendMessage?", false],
    ["sns:*", false],
    ["*", true]
  ])("reads the wildcards of the action %s", (Action, expected) => {
    expect(allows(allow({ Action }))).toBe(expected)
  })

  it.each([
    ["arn:aws:sqs:*:*:orders", true],
    [`${queue}*`, true],
    [`${queue}?`, false],
    ["arn:aws:sqs:*", true],
    ["arn:aws:sqs:eu-west-1:123456789012:ord.rs", false]
  ])("reads the wildcards of the resource %s", (Resource, expected) => {
    expect(allows(allow({ Resource }))).toBe(expected)
  })

  it("takes any of a list", () => {
    expect(
      allows(allow({ Action: ["sqs:ReceiveMessage", "sqs:SendMessage"], Resource: ["arn:aws:sqs:::x", queue] }))
    ).toBe(true)
  })

  it("takes NotAction as everything else", () => {
    expect(allows(allow({ NotAction: "sqs:DeleteQueue" }))).toBe(true)
    expect(allows(allow({ NotAction: ["sqs:Send*"] }))).toBe(false)
  })

  it("takes NotResource as everything else", () => {
    expect(allows(allow({ NotResource: `${queue}-dead-letters` }))).toBe(true)
    expect(allows(allow({ NotResource: queue }))).toBe(false)
  })

  it("resolves policy variables, and takes an escaped wildcard literally", () => {
    const at = (target: string): RequiredPermission => ({
      action: "s3:GetObject",
      resource: target,
      context: { "aws:userid": "a*b" }
    })
    const Action = "s3:GetObject"
    expect(
      allows(
        allow({ Action, Resource: `arn:aws:s3:::home/${variable("aws:userid")}/*` }),
        at("arn:aws:s3:::home/a*b/x")
      )
    ).toBe(true)
    expect(
      allows(
        allow({ Action, Resource: `arn:aws:s3:::home/${variable("aws:userid")}/*` }),
        at("arn:aws:s3:::home/aXb/x")
      )
    ).toBe(false)
    expect(allows(allow({ Action, Resource: `arn:aws:s3:::home/${variable("*")}` }), at("arn:aws:s3:::home/*"))).toBe(
      true
    )
    expect(allows(allow({ Action, Resource: `arn:aws:s3:::home/${variable("*")}` }), at("arn:aws:s3:::home/x"))).toBe(
      false
    )
  })

  it("matches nothing with a variable that the request does not have, unless it has a default", () => {
    const at: RequiredPermission = { action: "s3:GetObject", resource: "arn:aws:s3:::home/team/x" }
    const Action = "s3:GetObject"
    expect(allows(allow({ Action, Resource: `arn:aws:s3:::home/${variable("aws:PrincipalTag/team")}/*` }), at)).toBe(
      false
    )
    expect(
      allows(allow({ Action, Resource: `arn:aws:s3:::home/${variable("aws:PrincipalTag/team, 'team'")}/*` }), at)
    ).toBe(true)
  })
})

describe("principals of a resource-based policy", () => {
  const roleArn = `arn:aws:iam::${accountId}:role/consumer`

  it("is enough for a role of the same account that it names, by role or by session", () => {
    expect(resource(session, allow({ Principal: { AWS: roleArn } }))).toBe(true)
    expect(resource(session, allow({ Principal: { AWS: [`${roleArn}-other`, session.arn] } }))).toBe(true)
    expect(resource(session, allow({ Principal: { AWS: `${roleArn}-other` } }))).toBe(false)
  })

  it.each(["*", { AWS: "*" }] as const)("means everybody by %j", (Principal) => {
    expect(resource(session, allow({ Principal }))).toBe(true)
    expect(resource(sns, allow({ Principal }))).toBe(true)
  })

  it.each([accountId, `arn:aws:iam::${accountId}:root`])(
    "only delegates to the account's own policies by %s",
    (AWS) => {
      const resourcePolicy = policy(allow({ Principal: { AWS } }))
      expect(evaluate(accountId, session, [], { ...send, resourcePolicy }).allowed).toBe(false)
      expect(evaluate(accountId, session, [policy(allow())], { ...send, resourcePolicy }).allowed).toBe(true)
    }
  )

  it("denies everybody in an account that it denies", () => {
    const resourcePolicy = policy(deny({ Principal: { AWS: accountId } }))
    expect(evaluate(accountId, session, [policy(allow())], { ...send, resourcePolicy }).allowed).toBe(false)
  })

  it("does not take another account for this one", () => {
    expect(resource(session, allow({ Principal: { AWS: "999999999999" } }))).toBe(false)
  })

  it("names a service by its principal, and no other", () => {
    expect(resource(sns, allow({ Principal: { Service: "sns.amazonaws.com" } }))).toBe(true)
    expect(resource(sns, allow({ Principal: { Service: ["events.amazonaws.com", "sns.amazonaws.com"] } }))).toBe(true)
    expect(resource(sns, allow({ Principal: { Service: "events.amazonaws.com" } }))).toBe(false)
    expect(resource(session, allow({ Principal: { Service: "sns.amazonaws.com" } }))).toBe(false)
  })

  it("limits a service to the source that the condition names", () => {
    const topic = `arn:aws:sns:eu-west-1:${accountId}:OrderTopic`
    const statement = allow({
      Principal: { Service: "sns.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": topic } }
    })
    expect(resource(sns, statement, { "aws:SourceArn": topic })).toBe(true)
    expect(resource(sns, statement, { "aws:SourceArn": `${topic}2` })).toBe(false)
    expect(resource(sns, statement)).toBe(false)
  })

  it("excepts whom NotPrincipal names", () => {
    const resourcePolicy = policy(deny({ NotPrincipal: { AWS: roleArn } }))
    expect(evaluate(accountId, session, [policy(allow())], { ...send, resourcePolicy }).allowed).toBe(true)
    const other: Principal = {
      kind: "role",
      arn: "arn:aws:sts::123456789012:assumed-role/other/x",
      roleName: "other",
      sessionName: "x"
    }
    expect(evaluate(accountId, other, [policy(allow())], { ...send, resourcePolicy }).allowed).toBe(false)
  })

  it("denies what does not come over TLS, the administrator included", () => {
    const resourcePolicy = policy(deny({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }))
    const administrator: Principal = { kind: "administrator", arn: `arn:aws:iam::${accountId}:user/administrator` }
    const everything = policy({ Effect: "Allow", Action: "*", Resource: "*" })
    const over = (tls: string) =>
      evaluate(accountId, administrator, [everything], {
        ...send,
        resourcePolicy,
        context: { "aws:SecureTransport": tls }
      })
    expect(over("true").allowed).toBe(true)
    expect(over("false").allowed).toBe(false)
  })

  it("knows the role behind a session as aws:PrincipalArn", () => {
    const resourcePolicy = policy(allow({ Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } } }))
    expect(evaluate(accountId, session, [], { ...send, resourcePolicy }).allowed).toBe(true)
  })
})
