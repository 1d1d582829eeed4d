/** Nothing is open to the public, nor to a service on behalf of anybody. */
import { type Condition, type Statement, statementsOf } from "../policyDocument.ts"
import { resourceRule, type StackViolation, stackRule, type Violation } from "../rule.ts"
import { ofType, refersTo, types } from "../stack.ts"
import { listOf, propertiesOf, shown, textOf, textsOf } from "../values.ts"

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const

const bucketNotPublic = stackRule(
  {
    name: "bucket-not-public",
    description: "Buckets block public access in all four ways, so that a later mistake cannot open them.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
  },
  (stack) =>
    ofType(stack, types.bucket).flatMap((subject): readonly StackViolation[] => {
      const allowed = `a BucketPublicAccessBlock must set ${blocks.join(", ")} to true`
      const block = ofType(stack, types.bucketPublicAccess).find((each) => refersTo(each, "bucket", subject))
      if (block === undefined) return [{ subject, found: "no BucketPublicAccessBlock is about it", allowed }]
      const open = blocks.filter((name) => block.props[name] !== true)
      return open.length === 0
        ? []
        : [
            {
              subject: block,
              found: `${open.map((name) => `${name} is ${shown(block.props[name])}`).join(", ")}`,
              allowed
            }
          ]
    })
)

const bucketWithoutAcl = resourceRule(
  {
    name: "bucket-without-acl",
    description: "Access to buckets is a matter of policies; ACLs are off.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
  },
  [types.bucket, types.bucketOwnership],
  ({ type, props }): readonly Violation[] => {
    if (type === types.bucketOwnership) {
      const ownership = propertiesOf(props["rule"])?.["objectOwnership"]
      return ownership === "BucketOwnerEnforced"
        ? []
        : [{ found: `rule.objectOwnership is ${shown(ownership)}`, allowed: 'it must be "BucketOwnerEnforced"' }]
    }
    const acl = textOf(props["acl"])
    return acl === undefined || acl === "private"
      ? []
      : [{ found: `acl is ${shown(acl)}`, allowed: 'it must be "private", or missing' }]
  }
)

/** Conditions that say whose a request must be, or where it must come from. */
const narrowingKeys = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce"
]

/** A value that is a wildcard from the account on narrows nothing. */
const narrows = ({ operator, key, values }: Condition): boolean =>
  narrowingKeys.includes(key) &&
  /^(?:string|arn)(?:equals|like)$/.test(operator) &&
  values.length > 0 &&
  values.every((value) => value !== "*" && !/^arn:[^:]*:[^:]*:[^:]*:\*(?::|$)/.test(value))

const isService = (principal: string): boolean => principal.endsWith(".amazonaws.com")

const openings = (statement: Statement): readonly Violation[] => {
  if (statement.effect !== "Allow" || statement.conditions.some(narrows)) return []
  return statement.principals.flatMap((principal): readonly Violation[] => {
    const what = statement.actions.join(", ")
    if (principal === "*") {
      return [
        {
          found: `its policy allows ${what} to everybody`,
          allowed: "it must name the principals, or narrow them with a condition such as aws:SourceArn"
        }
      ]
    }
    return isService(principal)
      ? [
          {
            found: `its policy allows ${what} to ${principal} on behalf of anybody`,
            allowed: "a condition must name aws:SourceArn or aws:SourceAccount"
          }
        ]
      : []
  })
}

const noPublicPrincipal = resourceRule(
  {
    name: "no-public-principal",
    description:
      "Resource policies let in named principals, and services only on behalf of named resources or accounts.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
  },
  [
    types.queue,
    types.queuePolicy,
    types.topic,
    types.topicPolicy,
    types.tablePolicy,
    types.bucketPolicy,
    types.secretPolicy
  ],
  ({ props }) => statementsOf(props["policy"]).flatMap(openings)
)

const functionNotPublic = resourceRule(
  {
    name: "function-not-public",
    description:
      "Functions are called by named principals, and by services only on behalf of named resources or accounts.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
  },
  [types.functionPermission, types.functionUrl],
  ({ type, props }): readonly Violation[] => {
    if (type === types.functionUrl) {
      const authorization = props["authorizationType"]
      return authorization === "AWS_IAM"
        ? []
        : [{ found: `authorizationType is ${shown(authorization)}`, allowed: 'it must be "AWS_IAM"' }]
    }
    const principal = textOf(props["principal"]) ?? "*"
    if (principal !== "*" && !isService(principal)) return []
    // An ARN that is not known yet is one that is given.
    const narrowed = ["sourceArn", "sourceAccount", "principalOrgId"].some((name) => Object.hasOwn(props, name))
    return narrowed
      ? []
      : [
          {
            found: `principal is ${shown(principal)} on behalf of anybody`,
            allowed: "sourceArn or sourceAccount must be set"
          }
        ]
  }
)

const everywhere = ["0.0.0.0/0", "::/0"]

const noOpenSecurityGroup = resourceRule(
  {
    name: "no-open-security-group",
    description: "No security group lets the whole internet in.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"
  },
  [
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
  ],
  ({ type, props }) => {
    const inbound = type.endsWith(":SecurityGroupRule") ? props["type"] === "ingress" : true
    const rules = type.endsWith("SecurityGroup") ? listOf(props["ingress"]) : [props]
    const open = rules.flatMap((rule) => {
      const { cidrBlocks, ipv6CidrBlocks, cidrIpv4, cidrIpv6 } = propertiesOf(rule) ?? {}
      return [cidrBlocks, ipv6CidrBlocks, cidrIpv4, cidrIpv6]
        .flatMap(textsOf)
        .filter((cidr) => everywhere.includes(cidr))
    })
    return inbound && open.length > 0
      ? [
          {
            found: `it lets in ${open.join(" and ")}`,
            allowed: "an inbound rule must name a security group or a block of its own"
          }
        ]
      : []
  }
)

const endpointPolicy = resourceRule(
  {
    name: "endpoint-policy",
    description: "VPC endpoints admit named resources, or callers of named accounts.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
  },
  [types.vpcEndpoint],
  ({ props }) => {
    const allowed = "each statement that allows must name resources, or aws:PrincipalAccount"
    if (props["policy"] === undefined) return [{ found: "policy is missing, which admits everything", allowed }]
    return statementsOf(props["policy"]).flatMap((statement) =>
      statement.effect === "Allow" && statement.resources.includes("*") && !statement.conditions.some(narrows)
        ? [{ found: `its policy admits ${statement.actions.join(", ")} on every resource`, allowed }]
        : []
    )
  }
)

/** The rules. */
export const publicAccessRules = [
  bucketNotPublic,
  bucketWithoutAcl,
  noPublicPrincipal,
  functionNotPublic,
  noOpenSecurityGroup,
  endpointPolicy
] as const
