/** Roles may do what is named, to what is named. */
import { type Statement, statementsOf } from "../policyDocument.ts"
import { resourceRule, type Violation } from "../rule.ts"
import { listOf, type Properties, propertiesOf, shown, textOf, textsOf } from "../values.ts"

const roleType = "aws:iam/role:Role"

const policyTypes = [
  roleType,
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy"
]

/** What is allowed: by the document itself, or by those inside of a role. */
const allowances = (props: Properties): readonly Statement[] =>
  [props["policy"], ...listOf(props["inlinePolicies"]).map((each) => propertiesOf(each)?.["policy"])]
    .flatMap(statementsOf)
    .filter(({ effect }) => effect === "Allow")

const exactActions = resourceRule(
  {
    name: "exact-actions",
    description: "Identity policies name each action that they allow.",
    severity: "high",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
  },
  policyTypes,
  ({ props }) =>
    allowances(props).flatMap(({ actions, negated }): readonly Violation[] => {
      if (negated) {
        return [
          {
            found: `it allows all but ${actions.join(", ")} by a negation`,
            allowed: "Action and Resource must name what is allowed"
          }
        ]
      }
      return actions
        .filter((action) => /[*?]/.test(action))
        .map((action) => ({ found: `it allows ${action}`, allowed: "each action must be named" }))
    })
)

/**
 * Actions that know no resources, or whose resources do not exist yet: `*` is the only one that IAM accepts.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const actionsWithoutResources = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "cloudwatch:GetMetricData",
  "logs:GetQueryResults",
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses"
]

const exactResources = resourceRule(
  {
    name: "exact-resources",
    description:
      "Identity policies name the resources that they allow an action on, at least by the start of their names.",
    severity: "high",
    configSchema: {
      properties: {
        actionsWithoutResources: {
          type: "array",
          items: { type: "string" },
          default: [],
          description: "More actions that may be allowed on every resource, because they know none."
        }
      }
    },
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
  },
  policyTypes,
  ({ props }, config) => {
    const exempt = [...actionsWithoutResources, ...textsOf(config["actionsWithoutResources"])]
    return allowances(props).flatMap(({ actions, resources }) => {
      const concerned = actions.filter((action) => !exempt.includes(action))
      return resources
        .filter((resource) => concerned.length > 0 && isAnything(resource))
        .map((resource) => ({
          found: `it allows ${concerned.join(", ")} on ${resource}`,
          allowed: "each resource must be named, at least by the start of its name"
        }))
    })
  }
)

/** `*`, or an ARN whose last part says nothing but a kind, such as `table/*` or `function:*`; of S3, any bucket. */
const isAnything = (resource: string): boolean => {
  const [, , service, , , ...rest] = resource.split(":")
  const last = rest.join(":")
  return service === "s3" ? last.startsWith("*") : /^(?:[a-z-]+[:/])?\*/.test(last === "" ? resource : last)
}

const noBroadManagedPolicies = resourceRule(
  {
    name: "no-broad-managed-policies",
    description: "Roles have none of AWS's policies that allow a whole service or everything.",
    severity: "high",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-use-aws-defined-policies"
  },
  [
    roleType,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
  ],
  ({ props }) =>
    [...textsOf(props["managedPolicyArns"]), ...textsOf(props["policyArn"])]
      .filter((arn) => /:iam::aws:policy\/.*(?:AdministratorAccess|PowerUserAccess|FullAccess)$/.test(arn))
      .map((arn) => ({ found: `it has ${arn}`, allowed: "a policy of its own must name what it may do" }))
)

const trustedServices = resourceRule(
  {
    name: "exact-trust",
    description: "Roles are assumed by named services, roles or accounts.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html"
  },
  [roleType],
  ({ props }) =>
    statementsOf(textOf(props["assumeRolePolicy"]) ?? props["assumeRolePolicy"])
      .filter(({ effect, principals }) => effect === "Allow" && principals.includes("*"))
      .map(({ principals }) => ({
        found: `assumeRolePolicy lets in ${shown(principals[0])}`,
        allowed: "each principal must be named"
      }))
)

/** The rules. */
export const privilegeRules = [exactActions, exactResources, noBroadManagedPolicies, trustedServices] as const
