import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { Box, Toy } from "./Toy.ts"

const config = new pulumi.Config()
const region = await aws.getRegion({})
const identity = await aws.getCallerIdentity({})
const partition = await aws.getPartition({})

const secret = new Toy("secret", { value: { deep: [pulumi.secret("hush")] } })
const archive = new Toy("archive", {
  code: new pulumi.asset.AssetArchive({
    "index.mjs": new pulumi.asset.StringAsset("export const handler = 1"),
    "one.txt": new pulumi.asset.FileAsset("files/inner/hello.txt"),
    all: new pulumi.asset.FileArchive("files")
  })
})
const outer = new Box("outer")
const late = new Toy("late", { value: "late" }, { dependsOn: [outer, archive] })
const reference = new Toy("reference", { value: secret, arnOfLate: late.arn })

export const count = config.requireNumber("count") + 1
export const enabled = config.requireBoolean("enabled")
export const rules = config.requireObject<unknown>("rules")
export const greeting = config.require("greeting")
export const where = `${partition.partition} ${region.region} ${identity.accountId}`
export const secretValue = secret.value
export const referenced = reference.value
export const lateArn = late.arn
export const nested = { inside: outer.inside.arn }
