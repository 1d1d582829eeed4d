/**
 * The shape of ARNs, by service.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import { type Check, each, members } from "./checks.ts"

const regional = String.raw`[a-z]{2}(?:-[a-z]+)+-\d:\d{12}`

/** What follows `arn:PARTITION:SERVICE:`. */
const shapes: Readonly<Record<string, RegExp>> = {
  acm: new RegExp(`^${regional}:certificate/[\\w-]{1,64}$`),
  apigateway: /^[a-z]{2}(?:-[a-z]+)+-\d:lambda:path\/2015-03-31\/functions\/arn:[\w:.$/-]+\/invocations$/,
  cloudfront: /^:\d{12}:(?:distribution|origin-access-control|response-headers-policy)\/[A-Z0-9]+$/,
  cloudwatch: new RegExp(`^(?:${regional}:alarm:[\\w.-]{1,255}\\*?|:\\d{12}:dashboard/[\\w-]{1,255})$`),
  dynamodb: new RegExp(`^${regional}:table/[\\w.-]{3,255}(?:/index/(?:\\*|[\\w.-]{3,255}))?$`),
  ec2: /^(?:[a-z]{2}(?:-[a-z]+)+-\d|\*):(?:\d{12}|\*):[a-z-]+\/[\w*-]+$/,
  events: new RegExp(`^${regional}:rule/[\\w.-]{1,64}$`),
  "execute-api": new RegExp(
    `^${regional}:[a-z0-9]+(?:/(?:\\$default|[\\w-]+|\\*)(?:/(?:[A-Z]+|\\*)(?:/[\\w{}/*-]*)?)?)?$`
  ),
  iam: /^:(?:\d{12}|aws):(?:root|(?:role|user|policy)\/[\w+=,.@/-]{1,576})$/,
  kms: new RegExp(`^${regional}:(?:key|alias)/[\\w/-]{1,256}$`),
  lambda: new RegExp(`^${regional}:function:[\\w-]{1,64}(?::(?:\\$LATEST|[\\w-]{1,128}))?$`),
  logs: new RegExp(`^${regional}:log-group:[\\w./#-]{1,512}(?::\\*|:log-stream:[^:*]*\\*?)?$`),
  s3: /^::[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9](?:\/.*)?$/,
  secretsmanager: new RegExp(`^${regional}:secret:[\\w/+=.@-]{1,519}$`),
  sns: new RegExp(`^${regional}:[\\w-]{1,256}(?:\\.fifo)?$`),
  sqs: new RegExp(`^${regional}:(?:[\\w-]{1,80}|[\\w-]{1,75}\\.fifo)$`),
  wafv2: new RegExp(`^${regional}:(?:global|regional)/webacl/[\\w-]{1,128}/[\\w-]{1,36}$`)
}

/** What is wrong with an ARN. */
export const arnProblems = (arn: string): ReadonlyArray<string> => {
  const parts = /^arn:aws(?:-[a-z-]+)?:([a-z0-9-]+):(.*)$/s.exec(arn)
  if (parts === null) return [`${JSON.stringify(arn)} is no ARN`]
  const [, service = "", rest = ""] = parts
  const shape = shapes[service]
  if (shape === undefined) return [`${arn} is of ${service}, whose ARNs are not known here`]
  return shape.test(rest) ? [] : [`${arn} is not of the shape of ${service}`]
}

/** An ARN of a service, whose resource starts like this. */
export const arnOf = (path: string, service: string, resource = ""): Check =>
  each(path, (value) => {
    if (typeof value !== "string") return [`${JSON.stringify(value)} is no ARN`]
    const problems = arnProblems(value)
    if (problems.length > 0) return problems
    const [, , actual, , , ...rest] = value.split(":")
    return actual === service && rest.join(":").startsWith(resource)
      ? []
      : [`${value} is no ARN of ${service}${resource === "" ? "" : ` ${resource}`}`]
  })

/** Every text among these inputs that begins like an ARN. Policies and other JSON are looked at by their own rules. */
export const everyArn: Check = (inputs) => {
  const look = (value: unknown, path: string): ReadonlyArray<string> => {
    if (typeof value === "string")
      return value.startsWith("arn:") ? arnProblems(value).map((problem) => `${path}: ${problem}`) : []
    if (Array.isArray(value)) return value.flatMap((item, index) => look(item, `${path}.${index}`))
    return members(value).flatMap(([name, item]) => look(item, path === "" ? name : `${path}.${name}`))
  }
  return look(inputs, "")
}
