/** The outputs of a component. */
import type * as pulumi from "@pulumi/pulumi"

/**
 * What a component declares beyond a resource's own members, but for what is not put out: the type of what it assigns to itself and
 * registers, so that nothing declared can be forgotten in either place.
 */
export type OutputsOf<Component extends pulumi.ComponentResource, NotPutOut extends keyof Component = never> = Omit<
  Component,
  keyof pulumi.ComponentResource | NotPutOut
>
