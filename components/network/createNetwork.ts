/** The network of a component's functions: the caller's, or one that is made for them. */
import type * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import { type FunctionNetwork, isExistingNetwork, type Network } from "./Network.ts"
import { PrivateNetwork } from "./PrivateNetwork.ts"

/** What the functions do there. */
export interface NetworkUse {
  /** What their roles may do. */
  readonly permissions: readonly Permission[]
  /** Any ARN of this account and region. */
  readonly siblingArn: pulumi.Output<string>
}

/** Makes the network if it has to be made; without one, functions are in a network of Lambda's own. */
export const createNetwork = (
  name: string,
  parent: pulumi.Resource,
  network: Network | undefined,
  use: NetworkUse
): FunctionNetwork | undefined => {
  if (network === undefined) return undefined
  if (isExistingNetwork(network)) return network
  const layout = network === "private" ? {} : network
  return new PrivateNetwork(`${name}-network`, { ...layout, ...use }, { parent }).functions
}
