/** Who may connect to whom in a private network: functions to endpoints with HTTPS, and nobody else to anything. */
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js"
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js"
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js"
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js"
import type * as pulumi from "@pulumi/pulumi"

/** The groups of a private network. */
export interface SecurityGroups {
  /** Of the functions: nobody may connect to them. */
  readonly functions: SecurityGroup
  /** Of the interface endpoints: the functions may connect to them. */
  readonly endpoints: SecurityGroup
  /** What lets the ones connect to the others. */
  readonly rules: readonly pulumi.Resource[]
}

const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 } as const

/** Makes the groups, and takes all rules from the VPC's default group, which admits its members to each other. */
export const createSecurityGroups = (
  name: string,
  parent: pulumi.Resource,
  vpcId: pulumi.Input<string>
): SecurityGroups => {
  new DefaultSecurityGroup(`${name}-default-group`, { vpcId, ingress: [], egress: [] }, { parent })
  const functions = new SecurityGroup(
    `${name}-functions-group`,
    { vpcId, description: "Functions: HTTPS to the VPC endpoints, nothing inbound" },
    { parent }
  )
  const endpoints = new SecurityGroup(
    `${name}-endpoints-group`,
    { vpcId, description: "VPC endpoints: HTTPS from the functions, nothing outbound" },
    { parent }
  )
  const inbound = new SecurityGroupIngressRule(
    `${name}-endpoints-inbound`,
    {
      securityGroupId: endpoints.id,
      referencedSecurityGroupId: functions.id,
      description: "HTTPS from the functions",
      ...https
    },
    { parent }
  )
  const outbound = new SecurityGroupEgressRule(
    `${name}-functions-to-interfaces`,
    {
      securityGroupId: functions.id,
      referencedSecurityGroupId: endpoints.id,
      description: "HTTPS to the interface endpoints",
      ...https
    },
    { parent }
  )
  return { functions, endpoints, rules: [inbound, outbound] }
}

/** Lets the functions out to a service behind a gateway endpoint, which is a list of public addresses and a route. */
export const allowGateway = (
  name: string,
  parent: pulumi.Resource,
  { functions }: SecurityGroups,
  service: string,
  prefixListId: pulumi.Input<string>
): SecurityGroupEgressRule =>
  new SecurityGroupEgressRule(
    `${name}-functions-to-${service}`,
    {
      securityGroupId: functions.id,
      prefixListId,
      description: `HTTPS to the gateway endpoint of ${service}`,
      ...https
    },
    { parent }
  )
