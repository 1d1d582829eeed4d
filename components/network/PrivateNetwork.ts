/** A VPC without a way to the internet, from which functions reach exactly the AWS resources that their roles name. */
import { VpcEndpoint, type VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint.js"
import { Vpc } from "@pulumi/awsx/ec2/vpc.js"
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import { accountOf } from "../resourceStatements.ts"
import type { FunctionNetwork, PrivateNetworkArgs } from "./Network.ts"
import { allowGateway, createSecurityGroups } from "./securityGroups.ts"
import { endpointPolicyDocument, serviceEndpoints } from "./serviceEndpoints.ts"

export type { ExistingNetwork, FunctionNetwork, Network, PrivateNetworkArgs } from "./Network.ts"

/** What a private network is made for. */
export interface PrivateNetworkOf extends PrivateNetworkArgs {
  /** What the roles of the functions in it may do: each service gets an endpoint that admits that, and no more. */
  readonly permissions: readonly Permission[]
  /** Any ARN of this account and region, to take both from. */
  readonly siblingArn: pulumi.Output<string>
}

/** Two: the functions survive the loss of one. */
export const defaultAvailabilityZones = 2

/** 123 usable addresses in each of two zones: endpoints take one each, Lambda a few. */
export const defaultCidrBlock = "10.0.0.0/24"

/** A VPC of isolated subnets with its endpoints and security groups. */
export class PrivateNetwork extends pulumi.ComponentResource {
  /** The VPC. */
  readonly vpcId: pulumi.Output<string>
  /** Its isolated subnets, one in each availability zone. */
  readonly subnetIds: pulumi.Output<string[]>
  /** The group of the functions. */
  readonly securityGroupId: pulumi.Output<string>
  /** The endpoints' ids. */
  readonly endpointIds: pulumi.Output<string[]>
  /** Its subnets and security group, as a function takes them: `network` of a `BundledFunction`. */
  readonly functions: FunctionNetwork

  /**
   * @param name what the names of all children begin with.
   * @param args its size, and what the functions in it may do.
   * @param options Pulumi's own: parent, provider, protection, aliases.
   * @throws `pulumi.RunError`, before anything is made, where a permission is for a service that has no endpoint here.
   */
  constructor(name: string, args: PrivateNetworkOf, options?: pulumi.ComponentResourceOptions) {
    const services = serviceEndpoints(name, args.permissions)
    super("resilient-queue:index:PrivateNetwork", name, {}, options)
    const vpc = createVpc(name, this, args)
    const groups = createSecurityGroups(name, this, vpc.vpcId)
    const region = args.siblingArn.apply((arn) => arn.split(":")[3] ?? "")
    const accountId = accountOf(args.siblingArn)
    const gatewayArguments: Partial<VpcEndpointArgs> = { routeTableIds: idsOf(vpc.routeTables) }
    const interfaceArguments: Partial<VpcEndpointArgs> = {
      subnetIds: vpc.isolatedSubnetIds,
      securityGroupIds: [groups.endpoints.id],
      // The SDK's own host names lead to the endpoint: no code and no configuration knows that there is one.
      privateDnsEnabled: true
    }
    const endpoints: pulumi.CustomResource[] = []
    const rules = [...groups.rules]
    for (const endpoint of services) {
      const { service, type } = endpoint
      const made = new VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.vpcId,
          serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
          vpcEndpointType: type,
          policy: endpointPolicyDocument(endpoint, accountId),
          ...(type === "Gateway" ? gatewayArguments : interfaceArguments)
        },
        { parent: this }
      )
      endpoints.push(made)
      if (type === "Gateway") rules.push(allowGateway(name, this, groups, service, made.prefixListId))
    }

    this.vpcId = vpc.vpcId
    this.subnetIds = vpc.isolatedSubnetIds
    this.securityGroupId = groups.functions.id
    this.endpointIds = pulumi.all(endpoints.map((endpoint) => endpoint.id))
    this.functions = {
      subnetIds: this.subnetIds,
      securityGroupIds: [this.securityGroupId],
      dependsOn: [...endpoints, ...rules]
    }

    this.registerOutputs({
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      securityGroupId: this.securityGroupId,
      endpointIds: this.endpointIds
    })
  }
}

/**
 * Isolated subnets and nothing else: no NAT gateway, no route out. The endpoints are not the VPC's own
 * (`vpcEndpointSpecs`): those are named by their service alone, twice the same with two VPCs in a stack, and cannot have a
 * security group in the VPC that they come with.
 */
const createVpc = (name: string, parent: pulumi.Resource, args: PrivateNetworkArgs): Vpc =>
  new Vpc(
    `${name}-vpc`,
    {
      cidrBlock: args.cidrBlock ?? defaultCidrBlock,
      numberOfAvailabilityZones: args.availabilityZones ?? defaultAvailabilityZones,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated" }],
      // Both, or an endpoint has no private DNS.
      enableDnsHostnames: true,
      enableDnsSupport: true
    },
    { parent }
  )

/**
 * The ids of resources that a component in another process has made. They come as resources if the program has loaded
 * all of `@pulumi/aws`, and else as what stands for them: their ids.
 */
const idsOf = (resources: pulumi.Output<readonly unknown[]>): pulumi.Output<string[]> =>
  resources.apply((known: readonly unknown[]) => pulumi.all(known.map(idOf)))

const idOf = (resource: unknown): pulumi.Input<string> =>
  pulumi.CustomResource.isInstance(resource) ? resource.id : String(resource)
