/** What every concern of a component needs to make its children. */
import type * as pulumi from "@pulumi/pulumi"
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
}

/** The same of a `ResilientQueue`, which has a main queue and a consumer as well. */
export interface QueueContext extends Context {
  readonly settings: pulumi.Output<Settings>
  readonly transform: ResilientQueueTransform
}

/** Options of a child that holds data. */
export const dataOptions = (context: Context): pulumi.CustomResourceOptions => ({
  parent: context.parent,
  protect: context.protectData
})
