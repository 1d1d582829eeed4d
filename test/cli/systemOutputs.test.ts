import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { regionOf, systemOutputs } from "../../cli/target/systemOutputs.ts"

const own = {
  queueUrl: "q",
  deadLetterQueueUrl: "d",
  parkingQueueUrl: "p",
  failuresTableName: "f",
  archiveBucketName: "a"
}

const found = (outputs: Readonly<Record<string, unknown>>, prefix?: string) =>
  Result.merge(systemOutputs(outputs, prefix))

describe("the outputs of a stack", () => {
  it("are those of this repository's program, whatever else there is", () => {
    const { queueUrl, ...others } = own
    const outputs = { ...others, orderQueueUrl: queueUrl, ordersTableName: "o", apiUrl: "https://x", count: 3 }
    expect(found(outputs)).toEqual({ ...own, ordersTableName: "o" })
  })

  it("may have a prefix, or be members of one output; a sole queue needs no name", () => {
    const prefixed = Object.fromEntries(
      Object.entries(own).map(([name, value]) => [`invoices${name.charAt(0).toUpperCase()}${name.slice(1)}`, value])
    )
    expect(found(prefixed)).toEqual(own)
    expect(found(prefixed, "invoices")).toEqual(own)
    expect(found({ invoices: own })).toEqual(own)
    expect(found({ invoices: own, more: "x" }, "invoices")).toEqual(own)
  })

  it("say in one sentence that there are several, or none of that name", () => {
    expect(found({ invoices: own, orders: own })).toBe(
      "The outputs have several queues (invoices, orders): say which with --queue."
    )
    expect(found({ invoices: own }, "orders")).toBe("--queue orders: no output begins with it. There are: invoices.")
    expect(found({}, "orders")).toBe("--queue orders: no output begins with it. No output has a prefix.")
  })
})

describe("the region", () => {
  it.each([
    ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "eu-west-1"],
    ["https://sqs.us-gov-west-1.amazonaws.com/1/q", "us-gov-west-1"],
    ["https://sqs.cn-north-1.amazonaws.com.cn/1/q", "cn-north-1"],
    ["http://127.0.0.1:8401/1/q", undefined],
    [undefined, undefined]
  ])("of %s is %s", (url, region) => expect(regionOf(url)).toBe(region))
})
