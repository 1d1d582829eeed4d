/** Networks that cannot work, refused before anything is made. */
import { BlockList, isIPv4 } from "node:net"
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import { integerIn, refusal } from "../validation.ts"
import { isExistingNetwork, type Network, type PrivateNetworkArgs } from "./Network.ts"
import { serviceEndpoints } from "./serviceEndpoints.ts"

/** No region has more. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html */
const availabilityZonesRange = { minimum: 1, maximum: 6 }

/** VPCs have /16 to /28; six zones share it, and a subnet is not smaller than /28. */
const prefixRange = { minimum: 16, maximum: 26 }

/**
 * What network is meant.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseNetwork = (subject: string, network: Network | undefined): void => {
  if (network === undefined) return
  if (typeof network === "string") {
    if (network !== "private") {
      throw refusal(subject, "network", network, '"private", or an object with subnetIds and securityGroupIds')
    }
    return
  }
  if (isExistingNetwork(network)) {
    refuseEmpty(subject, "network.subnetIds", network.subnetIds)
    refuseEmpty(subject, "network.securityGroupIds", network.securityGroupIds)
    const mixed = ["availabilityZones", "cidrBlock"].find((argument) => Object.hasOwn(network, argument))
    if (mixed === undefined) return
    throw new pulumi.RunError(
      `${subject}: network.${mixed} cannot go with network.subnetIds; it is for a VPC that the component makes.`
    )
  }
  refuseLayout(subject, network)
}

/**
 * Whether all that functions may do can be done from a network that is made for them.
 *
 * @throws `pulumi.RunError`: one sentence that names the action.
 */
export const refuseUnreachable = (
  subject: string,
  network: Network | undefined,
  permissions: readonly Permission[]
): void => {
  if (network !== undefined && !isExistingNetwork(network)) serviceEndpoints(subject, permissions)
}

const refuseEmpty = (subject: string, argument: string, ids: unknown): void => {
  if (pulumi.Output.isInstance(ids) || ids instanceof Promise) return
  if (!Array.isArray(ids) || ids.length === 0) throw refusal(subject, argument, ids, "a list of at least one id")
}

const refuseLayout = (subject: string, { availabilityZones, cidrBlock }: PrivateNetworkArgs): void => {
  if (availabilityZones !== undefined) {
    integerIn(subject, "network.availabilityZones", availabilityZones, availabilityZonesRange)
  }
  if (cidrBlock !== undefined && !isPrivateBlock(cidrBlock)) {
    throw refusal(
      subject,
      "network.cidrBlock",
      cidrBlock,
      `a private IPv4 block from /${prefixRange.minimum} to /${prefixRange.maximum}, e.g. 10.0.0.0/24`
    )
  }
}

/** https://www.rfc-editor.org/rfc/rfc1918#section-3 */
const privateAddresses = new BlockList()
privateAddresses.addSubnet("10.0.0.0", 8)
privateAddresses.addSubnet("172.16.0.0", 12)
privateAddresses.addSubnet("192.168.0.0", 16)

const isPrivateBlock = (block: string): boolean => {
  const [address = "", prefix = "", ...rest] = block.split("/")
  const length = Number(prefix)
  return (
    rest.length === 0 &&
    /^\d{2}$/.test(prefix) &&
    length >= prefixRange.minimum &&
    length <= prefixRange.maximum &&
    isIPv4(address) &&
    privateAddresses.check(address)
  )
}
