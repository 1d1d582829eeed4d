import * as pulumi from "@pulumi/pulumi"

export const zones = await pulumi.runtime.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {})
