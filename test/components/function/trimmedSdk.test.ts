import { fileURLToPath } from "node:url"
import { type Plugin, rolldown } from "rolldown"
import { describe, expect, it } from "vitest"
import { bundlerInput, bundlerOutput } from "../../../components/function/bundle.ts"
import { replacedFiles, replacedPackages } from "../../../components/function/trimmedSdk.ts"
import { EventStreamSerde } from "../../../handlers/aws/lambdaSdk/eventStreams.ts"
import { Md5Js } from "../../../handlers/aws/lambdaSdk/hashes.ts"

const posix = (path: string): string => path.replaceAll("\\", "/")

/** The bundles of the consumer and of the healer, which have every client between them: what is read for them, what is in them. */
const bundles = async () => {
  const read = new Set<string>()
  const held = new Set<string>()
  const seen: Plugin = {
    name: "seen",
    load: (id) => {
      read.add(posix(id))
      return null
    }
  }
  for (const handler of ["orders/storeOrder", "healer/healer"]) {
    const input = bundlerInput(fileURLToPath(new URL(`../../../handlers/${handler}.handler.ts`, import.meta.url)))
    const build = await rolldown({ ...input, plugins: [seen, ...input.plugins] })
    const { output } = await build.generate({ ...bundlerOutput, minify: false })
    for (const [id, { renderedLength }] of Object.entries(output[0].modules))
      if (renderedLength > 0) held.add(posix(id))
    await build.close()
  }
  return { read: [...read], held: [...held] }
}

describe("the SDK in a bundle", () => {
  it("has each of its parts that is replaced where it is looked for, and none of them in it", async () => {
    const { read, held } = await bundles()
    for (const [end, replacement] of Object.entries(replacedFiles)) {
      expect(
        read.filter((file) => file.endsWith(end)),
        end
      ).toHaveLength(1)
      expect(read, end).toContain(replacement)
    }
    for (const [name, replacement] of Object.entries(replacedPackages)) expect(read, name).toContain(replacement)
    const replaced =
      /\/(?:event-streams|shared-ini-file-loader\/(?:loadSharedConfigFiles|readFile|parseIni)|mnemonist|credential-provider-\w+|(?:Crc32|Md5|Sha256)Js)\b/
    expect(held.length).toBeGreaterThan(100)
    expect(held.filter((file) => file.includes("node_modules") && replaced.test(file))).toEqual([])
  })

  it("says what is missing when something asks for it after all", () => {
    expect(() => new EventStreamSerde()).toThrow("bundles are made without them")
    expect(() => new Md5Js()).toThrow("bundles are made without the SDK's")
  })
})
