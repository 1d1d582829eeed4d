/** What every concern of `ResilientQueue` needs to make its children. */
import type * as pulumi from "@pulumi/pulumi"
import type { Settings } from "./settings.ts"
import type { ResilientQueueTransform } from "./transform.ts"

/** Name, parent, numbers and protection of one `ResilientQueue`. */
export interface Context {
  /** The component's name: the prefix of every child's. */
  readonly name: string
  /** The component itself. */
  readonly parent: pulumi.Resource
  readonly settings: pulumi.Output<Settings>
  /** Whether what holds data is protected from deletion. */
  readonly protectData: boolean
  readonly transform: ResilientQueueTransform
}

/** Options of a child that holds data. */
export const dataOptions = (context: Context): pulumi.CustomResourceOptions => ({
  parent: context.parent,
  protect: context.protectData
})
