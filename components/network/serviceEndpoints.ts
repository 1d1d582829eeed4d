/** Which of AWS's services functions reach through which kind of VPC endpoint, by what their roles may do. */
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"

/** A gateway endpoint is a route and costs nothing; an interface endpoint is an address in each subnet, by the hour. */
export type EndpointType = "Gateway" | "Interface"

/**
 * By the prefix of IAM actions, which is also the end of the endpoint's service name.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
const endpointTypes: Readonly<Record<string, EndpointType>> = {
  dynamodb: "Gateway",
  s3: "Gateway",
  events: "Interface",
  lambda: "Interface",
  secretsmanager: "Interface",
  sns: "Interface",
  sqs: "Interface",
  ssm: "Interface",
  states: "Interface",
  sts: "Interface"
}

/**
 * What Lambda itself does for a function, or another service on its behalf, goes over no network of ours: logs, traces,
 * and the use of a key that a queue, topic, table, bucket or secret is encrypted with.
 */
const withoutEndpoint: readonly string[] = ["kms", "logs", "xray"]

/** An endpoint, and what is done through it. */
export interface ServiceEndpoint {
  /** e.g. `sqs`. */
  readonly service: string
  readonly type: EndpointType
  readonly permissions: readonly Permission[]
}

const serviceOf = (action: string): string => action.split(":")[0] ?? ""

/**
 * The endpoints that functions with these permissions need, by service.
 *
 * @throws `pulumi.RunError`: one sentence that names an action of a service without an endpoint here.
 */
export const serviceEndpoints = (subject: string, permissions: readonly Permission[]): readonly ServiceEndpoint[] => {
  const actions = permissions.flatMap((permission) => permission.actions)
  const services = [...new Set(actions.map(serviceOf))].filter((service) => !withoutEndpoint.includes(service))
  return services.toSorted().map((service) => {
    const type = endpointTypes[service]
    if (type === undefined) {
      const action = actions.find((candidate) => serviceOf(candidate) === service)
      throw new pulumi.RunError(
        `${subject}: a function may do ${action}, and network "private" has no endpoint for ${service}; give network the subnetIds and securityGroupIds of a VPC that has one.`
      )
    }
    return { service, type, permissions: permissionsFor(service, permissions) }
  })
}

const permissionsFor = (service: string, permissions: readonly Permission[]): readonly Permission[] =>
  permissions.flatMap((permission) => {
    const actions = permission.actions.filter((action) => serviceOf(action) === service)
    return actions.length === 0 ? [] : [{ actions, resources: permission.resources }]
  })

/**
 * Admits through an endpoint what the functions' roles may do, from this account only: neither a stolen credential of
 * another account nor a bucket of somebody else's is of use in this network.
 *
 * @param accountId this account.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export const endpointPolicyDocument = (
  { permissions }: ServiceEndpoint,
  accountId: pulumi.Input<string>
): pulumi.Output<string> =>
  pulumi.all([pulumi.output(permissions), accountId]).apply(([known, account]) => {
    const statements = known.map(({ actions, resources }) =>
      JSON.stringify({
        Effect: "Allow",
        // AWS takes no narrower principal in the policy of a gateway endpoint; the condition narrows it.
        Principal: "*",
        Action: actions,
        Resource: resources,
        Condition: {
          StringEquals: {
            "aws:PrincipalAccount": account,
            // The ARN of a bucket does not say whose it is.
            ...(actions.some((action) => serviceOf(action) === "s3") ? { "aws:ResourceAccount": account } : {})
          }
        }
      })
    )
    // Consumer and healer may do some things both.
    const distinct: readonly unknown[] = [...new Set(statements)].map((statement) => JSON.parse(statement))
    return JSON.stringify({ Version: "2012-10-17", Statement: distinct })
  })
