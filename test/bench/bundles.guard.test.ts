import { describe, expect, test } from "vitest"
import { bundleSizes } from "../../bench/consumer/measure.ts"
import { ours, powertools, variants } from "../../bench/consumer/variants.ts"
import { entries, measureBundle } from "../../bench/deploy/measure.ts"
import { expectWithin } from "./ceilings.ts"

const variant = (name: string) => {
  const found = variants.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no variant "${name}".`)
  return found
}

describe("a bundle is no larger than before", () => {
  test.each(entries)("%s", async (entry) => {
    const { bytes, gzipBytes } = await measureBundle(entry, 1)
    expectWithin(["bytes of bundles", entry, "minified"], bytes)
    expectWithin(["bytes of bundles", entry, "gzip"], gzipBytes)
  })

  test("the consumer without the AWS SDK", async () => {
    const { bytesWithoutSdk, gzipBytesWithoutSdk } = await bundleSizes(variant(ours))
    expectWithin(["bytes of bundles", "the consumer without the AWS SDK", "minified"], bytesWithoutSdk)
    expectWithin(["bytes of bundles", "the consumer without the AWS SDK", "gzip"], gzipBytesWithoutSdk)
  })
})

test("our consumer's bundle is smaller than that of Powertools with the same work", async () => {
  const [own, theirs] = [await bundleSizes(variant(ours)), await bundleSizes(variant(powertools))]
  expect(own.bytes).toBeLessThan(theirs.bytes)
  expect(own.gzipBytes).toBeLessThan(theirs.gzipBytes)
})
