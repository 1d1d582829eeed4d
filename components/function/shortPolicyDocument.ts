/** A policy document that says the same in fewer statements: a managed policy has room for 6,144 characters. */
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "./permission.ts"

/** A permission whose ARNs are known. */
interface KnownPermission {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/**
 * An IAM policy document that allows exactly the given permissions, in as few statements as they have in common: those on
 * the same resources become one, then those of the same actions.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const shortPolicyDocument = (permissions: readonly Permission[]): pulumi.Output<string> =>
  pulumi
    .all(
      permissions.map(({ actions, resources }) =>
        pulumi.all([...resources]).apply((known): KnownPermission => ({ actions, resources: known }))
      )
    )
    .apply((known) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: merged(known).map(({ actions, resources }) => ({
          Effect: "Allow",
          Action: [...actions],
          Resource: [...resources]
        }))
      })
    )

/** The same permissions, fewer of them. */
export const merged = (permissions: readonly KnownPermission[]): readonly KnownPermission[] => {
  const byResources = grouped(permissions, ({ resources }) => resources).map((group) => ({
    actions: distinct(group.flatMap(({ actions }) => actions)),
    resources: distinct(group.flatMap(({ resources }) => resources))
  }))
  return grouped(byResources, ({ actions }) => actions).map((group) => ({
    actions: distinct(group.flatMap(({ actions }) => actions)),
    resources: distinct(group.flatMap(({ resources }) => resources))
  }))
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** Those that have the same list, in whatever order, in the order of each group's first. */
const grouped = (
  permissions: readonly KnownPermission[],
  listOf: (permission: KnownPermission) => readonly string[]
): ReadonlyArray<readonly KnownPermission[]> => {
  const groups = new Map<string, KnownPermission[]>()
  for (const permission of permissions) {
    const key = JSON.stringify(distinct(listOf(permission)).toSorted())
    groups.set(key, [...(groups.get(key) ?? []), permission])
  }
  return [...groups.values()]
}
