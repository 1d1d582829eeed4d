import { describe, expect, test } from "vitest"
import { bundleSizes } from "../../bench/consumer/measure.ts"
import { ours, powertools, powertoolsByEsbuild, variants } from "../../bench/consumer/variants.ts"
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

test("our consumer's bundle is smaller than that of Powertools with the same work, and at most 0.6 × of what esbuild makes of it", async () => {
  const own = await bundleSizes(variant(ours))
  for (const [name, factor] of [
    [powertools, 1],
    [powertoolsByEsbuild, 0.6]
  ] as const) {
    const theirs = await bundleSizes(variant(name))
    expect(own.bytes, name).toBeLessThan(theirs.bytes * factor)
    expect(own.gzipBytes, name).toBeLessThan(theirs.gzipBytes * factor)
  }
})
