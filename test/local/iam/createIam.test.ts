import { describe, expect, it } from "vitest"
import { createIam } from "../../../local/iam/createIam.ts"
import type { CreateRequest } from "../../../local/pulumi/ResourceProvider.ts"

const account = { accountId: "123456789012", region: "eu-west-1" }
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
}
const sendPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:123456789012:orders" }]
})
const send = { action: "sqs:SendMessage", resource: "arn:aws:sqs:eu-west-1:123456789012:orders" }

const request = (type: string, name: string, inputs: CreateRequest["inputs"]): CreateRequest => ({
  urn: `urn:pulumi:local::toys::${type}::${name}`,
  name,
  type,
  inputs
})

const setup = () => {
  const iam = createIam(account)
  const create = (type: string, name: string, inputs: CreateRequest["inputs"]) => {
    const provider = iam.resources[type]
    if (provider === undefined) throw new Error(`no provider for ${type}`)
    return provider(request(type, name, inputs))
  }
  return {
    iam,
    role: (name: string, inputs: CreateRequest["inputs"] = {}) =>
      create("aws:iam/role:Role", name, { assumeRolePolicy: JSON.stringify(trust), ...inputs }),
    rolePolicy: (name: string, inputs: CreateRequest["inputs"]) => create("aws:iam/rolePolicy:RolePolicy", name, inputs)
  }
}

describe("a role", () => {
  it("gets an ARN, an id and its trust policy as outputs, and a name of its own when none is given", async () => {
    const { role } = setup()
    const created = await role("consumer", { description: "reads orders" })
    expect(created.id).toMatch(/^consumer-[0-9a-f]{7}$/)
    expect(created.state).toMatchObject({
      name: created.id,
      arn: `arn:aws:iam::123456789012:role/${created.id}`,
      assumeRolePolicy: JSON.stringify(trust),
      description: "reads orders"
    })
  })

  it("allows a session what its policies allow, at once and only as long", async () => {
    const { iam, role, rolePolicy } = setup()
    const { state } = await role("consumer", { name: "consumer" })
    const credentials = iam.assumeRole(String(state["arn"]), "orders")
    const principal = iam.principalOf(credentials.accessKeyId)
    if (principal === undefined) throw new Error("the session has no principal")
    expect(principal).toMatchObject({ arn: "arn:aws:sts::123456789012:assumed-role/consumer/orders" })
    expect(iam.decide(principal, send).allowed).toBe(false)
    await rolePolicy("send", { role: "consumer", name: "send", policy: sendPolicy })
    expect(iam.decide(principal, send).allowed).toBe(true)
    iam.putRolePolicy("consumer", "send", { Statement: [] })
    expect(iam.decide(principal, send).allowed).toBe(false)
  })

  it("takes inline policies with it", async () => {
    const { iam, role } = setup()
    await role("consumer", { name: "consumer", inlinePolicies: [{ name: "send", policy: sendPolicy }] })
    expect(iam.rolePolicies("consumer").get("send")).toEqual(JSON.parse(sendPolicy))
  })

  it("gives each session an access key of its own", async () => {
    const { iam, role } = setup()
    const { state } = await role("consumer")
    const keys = [1, 2].map(() => iam.assumeRole(String(state["arn"]), "orders").accessKeyId)
    expect(keys[0]).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe("the administrator", () => {
  it("may do everything", () => {
    const { iam } = setup()
    const principal = iam.principalOf(iam.administrator.accessKeyId)
    if (principal === undefined) throw new Error("the administrator has no principal")
    expect(iam.decide(principal, send).allowed).toBe(true)
  })

  it("is nobody else: an unknown key has no principal", () => {
    expect(setup().iam.principalOf("AKIA0000000000000000")).toBeUndefined()
  })
})

describe("what IAM refuses", () => {
  it.each([
    [
      "a managed policy",
      { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      /^managedPolicyArns is not supported .*AdministratorAccess.*role policy\.$/
    ],
    [
      "a permission boundary",
      { permissionsBoundary: "arn:aws:iam::aws:policy/x" },
      /^permissionsBoundary is not supported/
    ],
    ["a path", { path: "/teams/" }, /^path must be "\/"/],
    [
      "a trust policy that is no JSON",
      { assumeRolePolicy: "{" },
      "assumeRolePolicy: MalformedPolicyDocument: The policy is not valid JSON."
    ],
    ["a name that is no text", { name: 3 }, "name must be a string."],
    ["inline policies that are no list", { inlinePolicies: {} }, "inlinePolicies must be a list of { name, policy }."],
    [
      "an inline policy without a name",
      { inlinePolicies: [{ policy: sendPolicy }] },
      "inlinePolicies[0].name must be a string."
    ]
  ])("%s", async (_, inputs, message) => {
    await expect(setup().role("consumer", inputs)).rejects.toThrow(message)
  })

  it("a second role of one name", async () => {
    const { role } = setup()
    await role("one", { name: "consumer" })
    await expect(role("two", { name: "consumer" })).rejects.toThrow(
      "EntityAlreadyExists: Role with name consumer already exists."
    )
  })

  it("a policy for a role that does not exist", async () => {
    await expect(setup().rolePolicy("send", { role: "nobody", policy: sendPolicy })).rejects.toThrow(
      "NoSuchEntity: The role with name nobody cannot be found."
    )
  })

  it("handing out credentials for a role that is unknown, or that Lambda may not assume", async () => {
    const { iam, role } = setup()
    expect(() => iam.assumeRole("arn:aws:iam::123456789012:role/nobody", "x")).toThrow(/^NoSuchEntity/)
    const { state } = await role("other", {
      assumeRolePolicy: {
        ...trust,
        Statement: [{ ...trust.Statement[0], Principal: { Service: "ec2.amazonaws.com" } }]
      }
    })
    expect(() => iam.assumeRole(String(state["arn"]), "x")).toThrow(
      "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."
    )
  })
})
