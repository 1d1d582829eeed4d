import { describe, expect, it } from "vitest"
import { networkInterfaceActions } from "../../../components/network/networkInterfaces.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { orderPipelineEndpoints } from "../../../scripts/networkCost.ts"
import { type Deployed, type Deployment, deploy } from "../deployed.ts"
import { consumerEntry } from "../resilientQueue/consumerEntry.ts"
import { jsonOf, statementsOf } from "../statements.ts"

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"
const functionType = "aws:lambda/function:Function"
const ofType = ({ resources }: Deployment<unknown>, type: string) => resources.filter((each) => each.type === type)
const functionsOf = (deployment: Deployment<unknown>) => ofType(deployment, functionType)
const servicesOf = (deployment: Deployment<unknown>) =>
  Object.fromEntries(
    ofType(deployment, endpointType).map(({ inputs }) => [inputs["serviceName"], inputs["vpcEndpointType"]])
  )

const deployed = await deploy(
  () => new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } }, network: "private" })
)

describe('an OrderPipeline with network: "private"', () => {
  it("has a VPC of isolated subnets, without NAT gateways, with private DNS", () => {
    expect(deployed.named("orders-network-vpc").inputs).toEqual({
      cidrBlock: "10.0.0.0/24",
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated" }],
      enableDnsHostnames: true,
      enableDnsSupport: true
    })
  })

  it("puts all functions into these subnets and one security group, once the endpoints and the rules are there", () => {
    const ways = deployed.resources
      .filter(({ type }) => type === endpointType || /SecurityGroup(?:Egress|Ingress)Rule$/.test(type))
      .map(({ urn }) => urn)
    expect(ways).toHaveLength(8)
    expect(functionsOf(deployed)).toHaveLength(6)
    for (const { inputs, dependsOn } of functionsOf(deployed)) {
      expect(inputs["vpcConfig"]).toEqual({
        subnetIds: ["orders-network-vpc-isolated-1", "orders-network-vpc-isolated-2"],
        securityGroupIds: ["orders-network-functions-group-id"]
      })
      expect(dependsOn).toEqual(expect.arrayContaining(ways))
    }
  })

  it("reaches DynamoDB and S3 by routes, SQS and SNS by addresses in each subnet, and nothing else", () => {
    expect(servicesOf(deployed)).toEqual({
      "com.amazonaws.eu-west-1.dynamodb": "Gateway",
      "com.amazonaws.eu-west-1.s3": "Gateway",
      "com.amazonaws.eu-west-1.sns": "Interface",
      "com.amazonaws.eu-west-1.sqs": "Interface"
    })
    const interfaces = Object.entries(servicesOf(deployed)).flatMap(([name, type]) =>
      type === "Interface" ? [name.split(".").at(-1)] : []
    )
    expect(interfaces, "what the monthly cost is reckoned with").toEqual(orderPipelineEndpoints)
    for (const service of ["dynamodb", "s3"]) {
      expect(deployed.named(`orders-network-${service}`).inputs).toMatchObject({
        vpcId: "orders-network-vpc-id",
        routeTableIds: ["orders-network-vpc-isolated-1-routes", "orders-network-vpc-isolated-2-routes"]
      })
    }
    for (const service of ["sns", "sqs"]) {
      expect(deployed.named(`orders-network-${service}`).inputs).toMatchObject({
        vpcId: "orders-network-vpc-id",
        subnetIds: ["orders-network-vpc-isolated-1", "orders-network-vpc-isolated-2"],
        securityGroupIds: ["orders-network-endpoints-group-id"],
        privateDnsEnabled: true
      })
    }
  })

  it("has no inbound rule but HTTPS from the functions to the endpoints, and no way out but to them", () => {
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 }
    const functions = "orders-network-functions-group-id"
    const rules = (type: string) => ofType(deployed, type).map(({ inputs: { description, ...rule } }) => rule)
    expect(rules("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toEqual([
      { ...https, securityGroupId: "orders-network-endpoints-group-id", referencedSecurityGroupId: functions }
    ])
    expect(rules("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")).toEqual([
      { ...https, securityGroupId: functions, prefixListId: "orders-network-dynamodb-prefixes" },
      { ...https, securityGroupId: functions, referencedSecurityGroupId: "orders-network-endpoints-group-id" },
      { ...https, securityGroupId: functions, prefixListId: "orders-network-s3-prefixes" }
    ])
    for (const group of ofType(deployed, "aws:ec2/securityGroup:SecurityGroup")) {
      expect(Object.keys(group.inputs).toSorted()).toEqual(["description", "vpcId"])
    }
    expect(deployed.named("orders-network-default-group").inputs).toMatchObject({ ingress: [], egress: [] })
  })

  it("admits through each endpoint what a role may do, from this account, and no more", () => {
    const policies = ofType(deployed, endpointType).flatMap((endpoint) => statementsOf(endpoint))
    const admitted = new Set(policies.flatMap(pairsOf))
    const rolePolicies = ofType(deployed, "aws:iam/rolePolicy:RolePolicy")
    const allowed = new Set(
      rolePolicies
        .flatMap((each) => statementsOf(each))
        .flatMap(pairsOf)
        .filter((pair) => /^(?:dynamodb|s3|sns|sqs):/.test(pair))
    )
    expect([...admitted].toSorted()).toEqual([...allowed].toSorted())
    for (const statement of policies) {
      expect(statement).toMatchObject({
        Effect: "Allow",
        Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } }
      })
    }
    const archive = (actions: ReadonlyArray<string>, place = "") => ({
      Effect: "Allow",
      Principal: "*",
      Action: actions,
      Resource: [`arn:aws:s3:::orders-archive${place}`],
      Condition: {
        StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:ResourceAccount": "123456789012" }
      }
    })
    expect(statementsOf(deployed.named("orders-network-s3"))).toEqual([
      archive(["s3:PutObject"], "/class=*"),
      archive(["s3:ListBucket"]),
      archive(["s3:GetObject"], "/class=*"),
      archive(["s3:GetObject", "s3:PutObject"], "/replays/run=*")
    ])
  })

  it("says each thing once in an endpoint's policy", () => {
    for (const endpoint of ofType(deployed, endpointType)) {
      const statements = statementsOf(endpoint).map((statement) => JSON.stringify(statement))
      expect(new Set(statements).size).toBe(statements.length)
      // https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
      expect(JSON.stringify(jsonOf(endpoint, "policy")).length).toBeLessThan(20_480)
    }
  })

  it("lets Lambda make network interfaces with each role, and the functions themselves not", () => {
    for (const { name, dependsOn } of functionsOf(deployed)) {
      const policy = deployed.named(`${name}-network-policy`)
      expect(policy.inputs["role"]).toBe(`${name}-role-id`)
      expect(dependsOn).toContain(policy.urn)
      expect(statementsOf(policy)).toEqual([
        { Sid: "LambdaSetsUpTheNetwork", Effect: "Allow", Action: networkInterfaceActions, Resource: "*" },
        {
          Sid: "NotTheFunctionItself",
          Effect: "Deny",
          Action: networkInterfaceActions,
          Resource: "*",
          Condition: { Null: { "lambda:SourceFunctionArn": "false" } }
        }
      ])
    }
  })
})

describe("an OrderPipeline without a network", () => {
  it("has no VPC, no endpoint, and no permission to make network interfaces", async () => {
    const plain = await deploy(
      () => new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } } })
    )
    expect(plain.resources.filter(({ type }) => /^(?:awsx|aws:ec2|aws:vpc)/.test(type))).toEqual([])
    expect(plain.resources.filter(({ name }) => name.endsWith("-network-policy"))).toEqual([])
    for (const { inputs } of functionsOf(plain)) expect(inputs).not.toHaveProperty("vpcConfig")
  })
})

describe("an OrderPipeline in somebody else's network", () => {
  it("runs there with a payment gateway that is reached from it, and makes no network", async () => {
    const network = { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] }
    const existing = await deploy(
      () =>
        new OrderPipeline("orders", {
          stage: "development",
          api: { auth: { mode: "none" } },
          payment: { url: "https://pay.example.com" },
          network
        })
    )
    for (const { inputs, name } of functionsOf(existing)) {
      expect(inputs["vpcConfig"]).toEqual(network)
      expect(statementsOf(existing.named(`${name}-network-policy`))).toHaveLength(2)
    }
    expect(existing.resources.filter(({ type }) => /^(?:awsx|aws:ec2|aws:vpc)/.test(type))).toEqual([])
  })
})

describe("a ResilientQueue in a private network", () => {
  const queue = (name: string, permissions: ReadonlyArray<{ actions: string[]; resources: string[] }> = []) =>
    new ResilientQueue(name, {
      consumer: { entry: consumerEntry, permissions },
      network: { availabilityZones: 3, cidrBlock: "192.168.4.0/22" }
    })

  it("has the zones and addresses that it is given", async () => {
    const { named } = await deploy(() => queue("invoices"))
    expect(named("invoices-network-vpc").inputs).toMatchObject({
      cidrBlock: "192.168.4.0/22",
      numberOfAvailabilityZones: 3
    })
  })

  it("gets an endpoint for what its consumer may do: the secret that it reads, through Secrets Manager", async () => {
    const secret = arn("secretsmanager", "secret:payment-AbCdEf")
    const key = arn("kms", "key/1234")
    const withSecret = await deploy(() =>
      queue("invoices", [
        { actions: ["secretsmanager:GetSecretValue"], resources: [secret] },
        { actions: ["kms:Decrypt"], resources: [key] }
      ])
    )
    expect(Object.keys(servicesOf(withSecret))).toEqual(
      ["dynamodb", "s3", "secretsmanager", "sns", "sqs"].map((service) => `com.amazonaws.eu-west-1.${service}`)
    )
    expect(statementsOf(withSecret.named("invoices-network-secretsmanager"))).toEqual([
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [secret],
        Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } }
      }
    ])
  })

  it("can be had twice in one program", async () => {
    const twice = await deploy(() => [queue("one"), queue("two")])
    expect(ofType(twice, "awsx:ec2:Vpc").map(({ name }) => name)).toEqual(["one-network-vpc", "two-network-vpc"])
  })
})

/** Each action on each resource that a statement allows. */
const pairsOf = (statement: Deployed["inputs"]): readonly string[] => {
  const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
  if (statement["Effect"] !== "Allow") return []
  return listOf(statement["Action"]).flatMap((action) =>
    listOf(statement["Resource"]).map((resource) => `${action} ${resource}`)
  )
}
