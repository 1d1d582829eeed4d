import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import { BundledFunction } from "../../components/function/BundledFunction.ts"
import { checkedKeyArn, refuseKeyArn } from "../../components/keyArn.ts"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import { refused, resolved } from "./deployed.ts"
import { consumerEntry } from "./resilientQueue/consumerEntry.ts"

const alias = "arn:aws:kms:eu-west-1:123456789012:alias/messages"
const sentence = `is "${alias}"; it must be the ARN of a key, not of an alias (arn:aws:kms:REGION:ACCOUNT:key/ID).`

describe("the ARN of a key", () => {
  it.each([
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  ])("is taken, known at once or later: %s", async (arn) => {
    expect(refuseKeyArn("orders", "kmsKeyArn", arn)).toBe(arn)
    const later = checkedKeyArn("orders", "kmsKeyArn", pulumi.output(arn))
    expect(await resolved(later)).toBe(arn)
  })

  it.each(["", "alias/messages", "1234abcd-12ab-34cd-56ef-1234567890ab", alias, `${alias.replace("alias", "key")}:1`])(
    "is refused where it is none: %s",
    (arn) => {
      expect(() => refuseKeyArn("orders", "kmsKeyArn", arn)).toThrow(`orders: kmsKeyArn is "${arn}"; it must be`)
    }
  )

  it("is asked of a pipeline and of a single function as well, before anything is made", async () => {
    const pipeline = await refused(
      () =>
        new OrderPipeline("orders", {
          stage: "development",
          api: { auth: { mode: "none" } },
          queue: { kmsKeyArn: alias }
        })
    )
    expect(pipeline).toMatchObject({ error: { message: `orders: queue.kmsKeyArn ${sentence}` }, registered: 0 })
    const single = await refused(
      () =>
        new BundledFunction("worker", {
          ...{ entry: consumerEntry, description: "Works", timeoutSeconds: 3 },
          logKmsKeyArn: alias
        })
    )
    expect(single).toMatchObject({ error: { message: `worker: logKmsKeyArn ${sentence}` }, registered: 0 })
  })
})
