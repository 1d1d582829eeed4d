/**
 * The decision of IAM about one required permission, within one account: an explicit deny wins; else an allow in an
 * identity-based or in a resource-based policy is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { PolicyDocument, PolicyStatement, Principal, RequiredPermission } from "../EmbeddedService.ts"
import { type ConditionContext, conditionHolds } from "./condition.ts"
import type { Decision } from "./Iam.ts"
import { matchesPattern, type PatternOptions } from "./pattern.ts"

const list = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

const statements = (document: PolicyDocument): ReadonlyArray<PolicyStatement> =>
  "Effect" in document.Statement ? [document.Statement] : document.Statement

/** The ARN of the role behind a session: what `aws:PrincipalArn` and a role principal in a policy mean. */
const roleArn = (accountId: string, roleName: string): string => `arn:aws:iam::${accountId}:role/${roleName}`

/** How a `Principal` element names the caller: in person, only by its account (which delegates), or not at all. */
type Naming = "directly" | "by account" | "not"

const naming = (element: PolicyStatement["Principal"], caller: Principal, accountId: string): Naming => {
  if (element === undefined) return "not"
  if (element === "*") return "directly"
  const aws = list(element["AWS"])
  if (aws.includes("*")) return "directly"
  if (caller.kind === "service") return list(element["Service"]).includes(caller.service) ? "directly" : "not"
  const own = caller.kind === "role" ? [caller.arn, roleArn(accountId, caller.roleName)] : [caller.arn]
  if (aws.some((arn) => own.includes(arn))) return "directly"
  return aws.includes(accountId) || aws.includes(`arn:aws:iam::${accountId}:root`) ? "by account" : "not"
}

const contextOf = (caller: Principal, permission: RequiredPermission, accountId: string): ConditionContext => {
  const given = Object.entries(permission.context ?? {})
  const own =
    caller.kind === "service"
      ? [
          ["aws:PrincipalIsAWSService", "true"],
          ["aws:PrincipalServiceName", caller.service]
        ]
      : [
          ["aws:PrincipalIsAWSService", "false"],
          ["aws:PrincipalAccount", accountId],
          ["aws:PrincipalArn", caller.kind === "role" ? roleArn(accountId, caller.roleName) : caller.arn],
          ["aws:PrincipalType", caller.kind === "role" ? "AssumedRole" : "User"]
        ]
  return new Map([...own, ...given].map(([key = "", value = ""]) => [key.toLowerCase(), [value]]))
}

const concerns = (
  each: PolicyStatement,
  permission: RequiredPermission,
  context: ConditionContext,
  options: PatternOptions
): boolean => {
  const action = (pattern: string): boolean => matchesPattern(pattern, permission.action, { ignoreCase: true })
  const resource = (pattern: string): boolean => matchesPattern(pattern, permission.resource, options)
  if (each.Action === undefined && each.NotAction === undefined) return false
  if (each.Action !== undefined && !list(each.Action).some(action)) return false
  if (each.NotAction !== undefined && list(each.NotAction).some(action)) return false
  if (each.Resource !== undefined && !list(each.Resource).some(resource)) return false
  if (each.NotResource !== undefined && list(each.NotResource).some(resource)) return false
  return conditionHolds(each.Condition, context, options)
}

const optionsOf = (document: PolicyDocument, context: ConditionContext): PatternOptions =>
  document.Version === "2012-10-17" ? { variables: (name) => context.get(name.toLowerCase())?.[0] } : {}

/** Who asks, as AWS's messages write it. */
const described = (caller: Principal): string =>
  caller.kind === "service" ? `Service: ${caller.service}` : `User: ${caller.arn}`

/**
 * Decides about one permission.
 *
 * @param identityPolicies the caller's own policies; a service has none.
 */
export const evaluate = (
  accountId: string,
  caller: Principal,
  identityPolicies: Iterable<PolicyDocument>,
  permission: RequiredPermission
): Decision => {
  const context = contextOf(caller, permission, accountId)
  const policy = permission.resourcePolicy
  // Amazon S3 puts the resource into quotation marks, the other services do not.
  const resource = permission.action.startsWith("s3:") ? `"${permission.resource}"` : permission.resource
  const asked = `${described(caller)} is not authorized to perform: ${permission.action} on resource: ${resource}`

  let identityAllows = false
  for (const document of identityPolicies) {
    const options = optionsOf(document, context)
    for (const each of statements(document)) {
      if (each.Resource === undefined && each.NotResource === undefined) continue
      if (!concerns(each, permission, context, options)) continue
      if (each.Effect === "Deny")
        return { allowed: false, message: `${asked} with an explicit deny in an identity-based policy` }
      identityAllows = true
    }
  }
  let resourceAllows = false
  let delegates = false
  if (policy !== undefined) {
    const options = optionsOf(policy, context)
    for (const each of statements(policy)) {
      const named =
        each.NotPrincipal === undefined
          ? naming(each.Principal, caller, accountId)
          : naming(each.NotPrincipal, caller, accountId) === "not"
            ? "directly"
            : "not"
      if (named === "not" || !concerns(each, permission, context, options)) continue
      if (each.Effect === "Deny")
        return { allowed: false, message: `${asked} with an explicit deny in a resource-based policy` }
      // Naming the account only delegates: the caller's own policies still have to allow the action.
      if (named === "directly") resourceAllows = true
      else delegates = true
    }
  }
  // Most resources trust the policies of their own account; a KMS key does only where its policy says so.
  const trusts = permission.needsResourcePolicy !== true || delegates
  if (resourceAllows || (identityAllows && trusts)) return { allowed: true, message: "" }
  const kind = caller.kind === "service" || !trusts ? "resource-based" : "identity-based"
  return { allowed: false, message: `${asked} because no ${kind} policy allows the ${permission.action} action` }
}
