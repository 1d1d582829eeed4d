/**
 * What AWS and the provider add to a resource: its physical name where none is given, as Pulumi makes it, and an ARN of
 * the shape that its service uses.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
import { createHash } from "node:crypto"
import type { Registered } from "../components/deployed.ts"

/** The account that everything is in, and its region. */
export const account = "123456789012"
export const region = "eu-west-1"

/** How the provider names a resource of a type: the property, the service's own limit, and what it makes of the name. */
interface AutoName {
  readonly property: string
  readonly maxLength: number
  readonly lowerCase?: true
  readonly suffix?: (inputs: Readonly<Record<string, unknown>>) => string
}

/** Types whose physical name the provider makes. What is not here has an id instead of a name, or a name of ours. */
export const autoNames: Readonly<Record<string, AutoName>> = {
  "aws:apigatewayv2/api:Api": { property: "name", maxLength: 128 },
  "aws:apigatewayv2/authorizer:Authorizer": { property: "name", maxLength: 128 },
  "aws:apigatewayv2/stage:Stage": { property: "name", maxLength: 128 },
  "aws:cloudfront/originAccessControl:OriginAccessControl": { property: "name", maxLength: 64 },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": { property: "name", maxLength: 128 },
  "aws:cloudwatch/eventRule:EventRule": { property: "name", maxLength: 64 },
  "aws:cloudwatch/logGroup:LogGroup": { property: "name", maxLength: 512 },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { property: "name", maxLength: 255 },
  "aws:dynamodb/table:Table": { property: "name", maxLength: 255 },
  "aws:ec2/securityGroup:SecurityGroup": { property: "name", maxLength: 255 },
  "aws:iam/policy:Policy": { property: "name", maxLength: 128 },
  "aws:iam/role:Role": { property: "name", maxLength: 64 },
  "aws:iam/rolePolicy:RolePolicy": { property: "name", maxLength: 128 },
  "aws:kms/alias:Alias": { property: "name", maxLength: 256 },
  "aws:lambda/function:Function": { property: "name", maxLength: 64 },
  "aws:s3/bucket:Bucket": { property: "bucket", maxLength: 63, lowerCase: true },
  "aws:secretsmanager/secret:Secret": { property: "name", maxLength: 512 },
  "aws:sns/topic:Topic": {
    property: "name",
    maxLength: 256,
    suffix: ({ fifoTopic }) => (fifoTopic === true ? ".fifo" : "")
  },
  "aws:sqs/queue:Queue": {
    property: "name",
    maxLength: 80,
    suffix: ({ fifoQueue }) => (fifoQueue === true ? ".fifo" : "")
  }
}

/** Pulumi appends a dash and seven random hexadecimal digits. */
export const randomSuffixLength = 8

/** The seven digits: other ones for another stack, program or resource, as chance would have it. */
const randomDigits = (urn: string): string => createHash("sha256").update(urn).digest("hex").slice(0, 7)

/** The physical name of a resource; `undefined` where its type has none. */
export const physicalName = (resource: Registered): string | undefined => {
  const auto = autoNames[resource.type]
  if (auto === undefined) return undefined
  const given = resource.inputs[auto.property]
  if (typeof given === "string") return given
  const name = `${resource.name}-${randomDigits(`${resource.project}/${resource.stack}/${resource.type}/${resource.name}`)}${auto.suffix?.(resource.inputs) ?? ""}`
  return auto.lowerCase === true ? name.toLowerCase() : name
}

const services: Readonly<Record<string, (name: string) => string>> = {
  "aws:cloudwatch/eventRule:EventRule": (name) => `events:${region}:${account}:rule/${name}`,
  "aws:cloudwatch/logGroup:LogGroup": (name) => `logs:${region}:${account}:log-group:${name}`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => `cloudwatch:${region}:${account}:alarm:${name}`,
  "aws:dynamodb/table:Table": (name) => `dynamodb:${region}:${account}:table/${name}`,
  "aws:iam/policy:Policy": (name) => `iam::${account}:policy/${name}`,
  "aws:iam/role:Role": (name) => `iam::${account}:role/${name}`,
  "aws:lambda/function:Function": (name) => `lambda:${region}:${account}:function:${name}`,
  "aws:s3/bucket:Bucket": (name) => `s3:::${name}`,
  "aws:secretsmanager/secret:Secret": (name) => `secretsmanager:${region}:${account}:secret:${name}-AbCdEf`,
  "aws:sns/topic:Topic": (name) => `sns:${region}:${account}:${name}`,
  "aws:sqs/queue:Queue": (name) => `sqs:${region}:${account}:${name}`
}

/** What AWS adds to the state of a resource. */
export const stateInAccount = (resource: Registered): Readonly<Record<string, unknown>> => {
  const { type } = resource
  const auto = autoNames[type]
  const name = physicalName(resource) ?? resource.name
  const rest = services[type]?.(name)
  const arn = `arn:aws:${rest ?? `${/^aws:(\w+)/.exec(type)?.[1] ?? "unknown"}:${region}:${account}:${name}`}`
  return {
    arn,
    ...(auto === undefined ? {} : { [auto.property]: name }),
    ...(type === "aws:cloudwatch/dashboard:Dashboard"
      ? { dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${resource.inputs["dashboardName"]}` }
      : {}),
    ...(type === "aws:s3/bucket:Bucket" ? { bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com` } : {}),
    ...(type === "aws:cloudfront/distribution:Distribution"
      ? {
          arn: `arn:aws:cloudfront::${account}:distribution/E1A2B3C4D5E6F7`,
          domainName: "d111111abcdef8.cloudfront.net"
        }
      : {}),
    ...(type === "aws:sqs/queue:Queue" ? { url: `https://sqs.${region}.amazonaws.com/${account}/${name}` } : {}),
    ...(type === "aws:lambda/function:Function"
      ? { invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations` }
      : {}),
    ...(type === "aws:apigatewayv2/api:Api"
      ? {
          apiEndpoint: `https://a1b2c3d4e5.execute-api.${region}.amazonaws.com`,
          executionArn: `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5`
        }
      : {})
  }
}
