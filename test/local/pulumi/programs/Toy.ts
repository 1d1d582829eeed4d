/** A resource for the toy programs: whatever goes in, and an `arn` that the provider gives. */
import * as pulumi from "@pulumi/pulumi"

export class Toy extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>
  declare readonly value: pulumi.Output<unknown>

  constructor(name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions, type = "toy:index/toy:Toy") {
    super(type, name, { arn: undefined, value: undefined, ...props }, opts)
  }
}

export class Box extends pulumi.ComponentResource {
  readonly inside: Toy

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("toy:index:Box", name, {}, opts)
    this.inside = new Toy(`${name}-inside`, { value: "in the box" }, { parent: this })
    this.registerOutputs({ insideArn: this.inside.arn })
  }
}
