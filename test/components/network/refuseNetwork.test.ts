import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { OrderPipelineArgs } from "../../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { readStackConfig } from "../../../components/orderPipeline/stackConfig.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { refused } from "../deployed.ts"
import { consumerEntry } from "../resilientQueue/consumerEntry.ts"

const orders = (args: Partial<OrderPipelineArgs>) =>
  refused(() => new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } }, ...args }))
const sentence = async (network: unknown) => {
  // As from a program in JavaScript: the compiler refuses most of these.
  const args = { stage: "development", api: { auth: { mode: "none" } }, network }
  const { error, registered } = await refused(() => Reflect.construct(OrderPipeline, ["orders", args]))
  expect(registered).toBe(0)
  expect(error).toBeInstanceOf(pulumi.RunError)
  return error instanceof Error ? error.message : ""
}

describe("a network is refused", () => {
  it("that is neither private nor somebody's", async () => {
    expect(await sentence("public")).toBe(
      'orders: network is "public"; it must be "private", or an object with subnetIds and securityGroupIds.'
    )
  })

  it("without subnets or security groups", async () => {
    expect(await sentence({ subnetIds: [], securityGroupIds: ["sg-1"] })).toBe(
      "orders: network.subnetIds is []; it must be a list of at least one id."
    )
    expect(await sentence({ subnetIds: ["subnet-1"] })).toMatch(/^orders: network\.securityGroupIds is undefined;/)
  })

  it("that is both somebody's and to be made", async () => {
    expect(await sentence({ subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], availabilityZones: 2 })).toBe(
      "orders: network.availabilityZones cannot go with network.subnetIds; it is for a VPC that the component makes."
    )
  })

  it.each([0, 7, 1.5])("with %d availability zones", async (availabilityZones) => {
    expect(await sentence({ availabilityZones })).toBe(
      `orders: network.availabilityZones is ${availabilityZones}; it must be a whole number from 1 to 6.`
    )
  })

  it.each([
    "10.0.0.0",
    "10.0.0.0/15",
    "10.0.0.0/27",
    "8.8.8.0/24",
    "10.0.0/24",
    "fd00::/64",
    "10.0.0.0/24/2",
    "10.0.0.0/2e1"
  ])("with addresses such as %s", async (cidrBlock) => {
    expect(await sentence({ cidrBlock })).toBe(
      `orders: network.cidrBlock is "${cidrBlock}"; it must be a private IPv4 block from /16 to /26, e.g. 10.0.0.0/24.`
    )
  })

  it("from which the payment gateway cannot be reached", async () => {
    const { error, registered } = await orders({ network: "private", payment: { url: "https://pay.example.com" } })
    expect(registered).toBe(0)
    expect(error).toMatchObject({
      message:
        'orders: paymentUrl cannot go with network "private", whose subnets have no way to the internet; give network the subnetIds and securityGroupIds of a VPC that reaches the payment gateway.'
    })
  })

  it("from which a service that the consumer uses cannot be reached", async () => {
    const { error, registered } = await refused(
      () =>
        new ResilientQueue("invoices", {
          consumer: {
            entry: consumerEntry,
            permissions: [{ actions: ["ses:SendEmail"], resources: ["arn:aws:ses:eu-west-1:123456789012:identity/x"] }]
          },
          network: "private"
        })
    )
    expect(registered).toBe(0)
    expect(error).toMatchObject({
      message:
        'invoices: a function may do ses:SendEmail, and network "private" has no endpoint for ses; give network the subnetIds and securityGroupIds of a VPC that has one.'
    })
  })
})

describe("the configuration key network", () => {
  const read = (network: string, more: Readonly<Record<string, string>> = {}) => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries({ stage: "development", auth: "none", network, ...more }).map(([key, value]) => [
          `order-pipeline:${key}`,
          value
        ])
      )
    )
    return readStackConfig()
  }

  it("is off by default", () => expect(read("")).not.toHaveProperty("network"))

  it.each([
    ["private", "private"],
    ['{"availabilityZones":3}', { availabilityZones: 3 }],
    ['{"subnetIds":["subnet-1"],"securityGroupIds":["sg-1"]}', { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] }]
  ])("takes %s", (text, network) => expect(read(text).network).toEqual(network))

  it.each(["public", '{"subnetIds":["subnet-1"]}', '{"zones":3}', '{"subnetIds":[],"securityGroupIds":[]}'])(
    "refuses %s",
    (text) =>
      expect(() => read(text)).toThrow(
        /^order-pipeline: network is .*; it must be "private", or an object with subnetIds and securityGroupIds, or with/
      )
  )

  it("refuses a range by the same sentence as the component", () => {
    expect(() => read('{"availabilityZones":9}')).toThrow(
      "order-pipeline: network.availabilityZones is 9; it must be a whole number from 1 to 6."
    )
    expect(() => read("private", { paymentUrl: "https://pay.example.com" })).toThrow(
      'order-pipeline: paymentUrl cannot go with network "private"'
    )
  })
})
