/** The Pulumi resource types of IAM: roles and their inline policies. */
import type { Account } from "../Account.ts"
import { autoName, type CreateRequest, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { Role } from "./createIam.ts"
import { MalformedPolicyDocument, parsePolicyDocument } from "./policyDocument.ts"

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const policyOf = (value: unknown, property: string) => {
  try {
    return parsePolicyDocument(value)
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) throw new Error(`${property}: ${error.name}: ${error.message}`)
    throw error
  }
}

const stringInput = ({ inputs }: CreateRequest, property: string): string | undefined => {
  const value = inputs[property]
  if (value === undefined || value === null) return undefined
  if (typeof value !== "string") throw new Error(`${property} must be a string.`)
  return value
}

/** The inputs of a role that change nothing here, besides those that are read. */
const roleInputs = [
  ...["assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "name", "path"],
  ...["description", "forceDetachPolicies", "maxSessionDuration", "tags", "tagsAll"]
]

/** What the resource types need of IAM. */
export interface IamResourcesOptions {
  readonly account: Pick<Account, "accountId" | "region">
  /** Keeps the role and answers its unique id. Throws when the name is taken. */
  readonly createRole: (role: Role) => string
  /** Throws when there is no such role. */
  readonly roleNamed: (name: string) => Role
}

const inlinePolicies = (value: unknown): Role["policies"] => {
  const policies: Role["policies"] = new Map()
  if (value === undefined || value === null) return policies
  if (!Array.isArray(value)) throw new Error("inlinePolicies must be a list of { name, policy }.")
  const list: ReadonlyArray<{ readonly name?: unknown; readonly policy?: unknown } | null> = value
  for (const [index, each] of list.entries()) {
    if (typeof each?.name !== "string") throw new Error(`inlinePolicies[${index}].name must be a string.`)
    policies.set(each.name, policyOf(each.policy, `inlinePolicies[${index}].policy`))
  }
  return policies
}

/**
 * `aws:iam/role:Role` and `aws:iam/rolePolicy:RolePolicy`. Managed policies and permission boundaries are refused: the
 * embedded AWS enforces what it reads, and does not know what AWS's managed policies hold.
 */
export const iamResources = ({ account, createRole, roleNamed }: IamResourcesOptions): ResourceProviders => ({
  "aws:iam/role:Role": async (request) => {
    const unknown = Object.keys(request.inputs).find((property) => !roleInputs.includes(property))
    if (unknown !== undefined) throw new Error(`${unknown} is not supported by the embedded AWS.`)
    const managed = request.inputs["managedPolicyArns"]
    if (Array.isArray(managed) && managed.length > 0)
      throw new Error(
        `managedPolicyArns is not supported by the embedded AWS (${managed.join(", ")}); write the exact actions into a role policy.`
      )
    const name = stringInput(request, "name") ?? autoName(request)
    const path = stringInput(request, "path") ?? "/"
    if (path !== "/") throw new Error(`path must be "/": the embedded AWS keeps roles in one place, not in ${path}.`)
    const arn = `arn:aws:iam::${account.accountId}:role/${name}`
    const assumeRolePolicy = policyOf(request.inputs["assumeRolePolicy"], "assumeRolePolicy")
    const uniqueId = createRole({
      name,
      arn,
      assumeRolePolicy,
      policies: inlinePolicies(request.inputs["inlinePolicies"])
    })
    return {
      id: name,
      state: {
        ...request.inputs,
        name,
        arn,
        path,
        uniqueId,
        assumeRolePolicy: textOf(request.inputs["assumeRolePolicy"]),
        maxSessionDuration: request.inputs["maxSessionDuration"] ?? 3600
      }
    }
  },
  "aws:iam/rolePolicy:RolePolicy": async (request) => {
    const roleName = stringInput(request, "role")
    if (roleName === undefined) throw new Error("role is missing.")
    const name = stringInput(request, "name") ?? autoName(request)
    roleNamed(roleName).policies.set(name, policyOf(request.inputs["policy"], "policy"))
    return {
      id: `${roleName}:${name}`,
      state: { ...request.inputs, name, role: roleName, policy: textOf(request.inputs["policy"]) }
    }
  }
})
