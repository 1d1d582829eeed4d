/** What every concern of a component needs to make its children. */
import type * as pulumi from "@pulumi/pulumi"
import type { TracingMode } from "../function/tracing.ts"
import type { Admitted } from "../resourceStatements.ts"
import type { HealingSettings } from "./healingSettings.ts"
import type { Settings } from "./settings.ts"
import type { HealingTransform, ResilientQueueTransform } from "./transform.ts"

/** Name, parent, numbers and protection of one healer and all around it. */
export interface Context {
  /** The component's name: the prefix of every child's. */
  readonly name: string
  /** The component itself. */
  readonly parent: pulumi.Resource
  readonly settings: pulumi.Output<HealingSettings>
  /** Whether what holds data is protected from deletion. */
  readonly protectData: boolean
  readonly transform: HealingTransform
  /** The caller's key for all that holds or passes on messages; `undefined`: the services' own encryption. */
  readonly kmsKeyArn: pulumi.Input<string> | undefined
  /** Whether X-Ray traces the functions. */
  readonly tracing: TracingMode
  /** Roles that may use what holds messages, besides the component's own; `undefined`: it is not closed. */
  readonly trustedRoleArns: readonly pulumi.Input<string>[] | undefined
}

/** The same of a `ResilientQueue`, which has a main queue and a consumer as well. */
export interface QueueContext extends Context {
  readonly settings: pulumi.Output<Settings>
  readonly transform: ResilientQueueTransform
}

/** Who may use something of a component: its own roles and the trusted ones; `undefined` where nothing is closed. */
export const admittedBy = (
  { trustedRoleArns }: Pick<Context, "trustedRoleArns">,
  roleArns: readonly pulumi.Input<string>[],
  sourceArns: readonly pulumi.Input<string>[] = [],
  accountIds: readonly pulumi.Input<string>[] = []
): Admitted | undefined =>
  trustedRoleArns === undefined ? undefined : { roleArns: [...roleArns, ...trustedRoleArns], sourceArns, accountIds }

/** Options of a child that holds data. */
export const dataOptions = (context: Context): pulumi.CustomResourceOptions => ({
  parent: context.parent,
  protect: context.protectData
})
