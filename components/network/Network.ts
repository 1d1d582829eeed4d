/** Where functions are: in a network of Lambda's own, or in subnets of a VPC. */
import type * as pulumi from "@pulumi/pulumi"

/** A VPC of somebody else's, by what functions need of it. */
export interface ExistingNetwork {
  /** Subnets, at least one; two or more in different availability zones survive the loss of one. */
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>
  /** Security groups of the functions. They have to admit HTTPS to AWS's services, and need no inbound rule. */
  readonly securityGroupIds: pulumi.Input<readonly pulumi.Input<string>[]>
}

/** A VPC that the component makes, without a way to the internet. */
export interface PrivateNetworkArgs {
  /** In how many availability zones; each costs its own interface endpoints. Range: 1–6. @default 2 */
  readonly availabilityZones?: number
  /** The VPC's addresses. Range: /16–/26. @default "10.0.0.0/24" */
  readonly cidrBlock?: string
}

/** `"private"` stands for a `PrivateNetworkArgs` with all defaults. */
export type Network = "private" | PrivateNetworkArgs | ExistingNetwork

/** What a function in a VPC is made with. */
export interface FunctionNetwork extends ExistingNetwork {
  /** What has to be there before the functions can reach anything. @default [] */
  readonly dependsOn?: readonly pulumi.Resource[]
}

/** Whether a network is one of somebody else's. */
export const isExistingNetwork = (network: Network): network is ExistingNetwork =>
  typeof network === "object" && ("subnetIds" in network || "securityGroupIds" in network)
