/** IAM inside the process: roles, their policies, the sessions that were handed out, and decisions. */
import { randomBytes } from "node:crypto"
import type { Account } from "../Account.ts"
import type { PolicyDocument, Principal } from "../EmbeddedService.ts"
import { evaluate } from "./evaluate.ts"
import type { Credentials, Iam } from "./Iam.ts"
import { iamResources } from "./iamResources.ts"

/** A role with its trust policy and its inline policies. */
export interface Role {
  readonly name: string
  readonly arn: string
  readonly assumeRolePolicy: PolicyDocument
  readonly policies: Map<string, PolicyDocument>
}

/** The keys that AWS's documentation uses in its examples: recognisably nobody's. */
const administratorCredentials: Credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
}

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** An identifier as IAM writes them: a prefix that says what it is, and letters and digits. */
const identifier = (prefix: string, length: number): string =>
  prefix + Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("")

/**
 * Starts IAM for an account: one administrator, no roles.
 *
 * `assumeRole` throws when the role is unknown, or when its trust policy does not let Lambda assume it (as
 * CreateFunction does).
 */
export const createIam = (account: Pick<Account, "accountId" | "region">): Iam => {
  const roles = new Map<string, Role>()
  const sessions = new Map<string, Principal>()
  const credentials = new Map([[administratorCredentials.accessKeyId, administratorCredentials]])
  const listeners = new Set<Parameters<Iam["onDecision"]>[0]>()
  sessions.set(administratorCredentials.accessKeyId, {
    kind: "administrator",
    arn: `arn:aws:iam::${account.accountId}:user/administrator`
  })

  const roleNamed = (name: string): Role => {
    const role = roles.get(name)
    if (role === undefined) throw new Error(`NoSuchEntity: The role with name ${name} cannot be found.`)
    return role
  }

  const identityPolicies = (principal: Principal): Iterable<PolicyDocument> => {
    if (principal.kind === "administrator") return [everything]
    return principal.kind === "role" ? (roles.get(principal.roleName)?.policies.values() ?? []) : []
  }

  return {
    administrator: administratorCredentials,
    resources: iamResources({
      account,
      createRole: (role) => {
        if (roles.has(role.name)) throw new Error(`EntityAlreadyExists: Role with name ${role.name} already exists.`)
        roles.set(role.name, role)
        return identifier("AROA", 17)
      },
      roleNamed
    }),
    assumeRole: (roleArn, sessionName) => {
      const role = [...roles.values()].find((each) => each.arn === roleArn)
      if (role === undefined) throw new Error(`NoSuchEntity: The role ${roleArn} cannot be found.`)
      const trusted = evaluate(account.accountId, { kind: "service", service: "lambda.amazonaws.com" }, [], {
        action: "sts:AssumeRole",
        resource: roleArn,
        resourcePolicy: role.assumeRolePolicy
      })
      if (!trusted.allowed)
        throw new Error(
          "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."
        )
      const accessKeyId = identifier("ASIA", 16)
      const arn = `arn:aws:sts::${account.accountId}:assumed-role/${role.name}/${sessionName}`
      sessions.set(accessKeyId, { kind: "role", arn, roleName: role.name, sessionName })
      const issued = { accessKeyId, secretAccessKey: identifier("", 40), sessionToken: identifier("", 64) }
      credentials.set(accessKeyId, issued)
      return issued
    },
    principalOf: (accessKeyId) => sessions.get(accessKeyId),
    credentialsOf: (accessKeyId) => credentials.get(accessKeyId),
    decide: (principal, permission) => {
      const decision = evaluate(account.accountId, principal, identityPolicies(principal), permission)
      for (const listener of listeners) listener(principal, permission, decision)
      return decision
    },
    onDecision: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    putRolePolicy: (roleName, policyName, document) => {
      roleNamed(roleName).policies.set(policyName, document)
    },
    rolePolicies: (roleName) => roleNamed(roleName).policies
  }
}
