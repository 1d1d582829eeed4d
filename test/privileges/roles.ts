/** What every role of a running system may do, statement by statement. */
import type { PolicyDocument, PolicyStatement } from "../../local/EmbeddedService.ts"
import type { Subject } from "./startSubject.ts"

/** One action on one resource, which a role's policy allows. */
export interface Grant {
  /** The role's logical name. */
  readonly role: string
  /** The role's physical name. */
  readonly roleName: string
  readonly policyName: string
  readonly action: string
  readonly resource: string
}

const listOf = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

/** The statements of a policy. */
export const statementsOf = ({ Statement }: PolicyDocument): ReadonlyArray<PolicyStatement> =>
  "Effect" in Statement ? [Statement] : Statement

/** Logical and physical names of all roles, by logical name. */
export const rolesOf = (subject: Pick<Subject, "resources">): ReadonlyMap<string, string> =>
  new Map(
    subject.resources
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ name, state }): [string, string] => [name, String(state["name"])])
      .sort(([one], [other]) => (one < other ? -1 : 1))
  )

/** Every action that a role has, on every resource that it has it on. */
export const grantsOf = (subject: Pick<Subject, "aws" | "resources">): ReadonlyArray<Grant> =>
  [...rolesOf(subject)].flatMap(([role, roleName]) =>
    [...subject.aws.iam.rolePolicies(roleName)].flatMap(([policyName, document]) =>
      statementsOf(document).flatMap(({ Action, Resource }) =>
        listOf(Action).flatMap((action) =>
          listOf(Resource).map((resource): Grant => ({ role, roleName, policyName, action, resource }))
        )
      )
    )
  )

/** A policy without one action on one resource; the action stays on the statement's other resources. */
export const withoutGrant = (document: PolicyDocument, { action, resource }: Grant): PolicyDocument => ({
  ...document,
  Statement: statementsOf(document).flatMap((statement): ReadonlyArray<PolicyStatement> => {
    const actions = listOf(statement.Action)
    const resources = listOf(statement.Resource)
    if (!actions.includes(action) || !resources.includes(resource)) return [statement]
    const otherActions = actions.filter((each) => each !== action)
    const otherResources = resources.filter((each) => each !== resource)
    return [
      ...(otherActions.length === 0 ? [] : [{ ...statement, Action: otherActions }]),
      ...(otherResources.length === 0 ? [] : [{ ...statement, Action: action, Resource: otherResources }])
    ]
  })
})
