/** The bundles of what is compared, all made with the settings that ours is deployed with. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import { bundlerInput, bundlerOutput, replacedPackages } from "../../components/function/bundle.ts"

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Powertools' idempotency takes `marshall` and `unmarshall` from a package that they do not install themselves; ours are
 * smaller and do the same.
 */
const always = { "@aws-sdk/util-dynamodb": file("../../handlers/aws/attributeValue.ts") }

/** The AWS SDK without its work: clients that answer at once. What remains is what the variants themselves cost. */
const withoutSdk = {
  "@aws-sdk/client-dynamodb": file("./child/dynamoDbAnswers.ts"),
  "@aws-sdk/client-sqs": file("./child/sqsAnswers.ts")
}

/** What a bundle holds of the AWS SDK. */
export type Sdk =
  /** All that its clients import. */
  | "whole"
  /** Trimmed, as our bundles have it. */
  | "trimmed"
  /** Nothing. */
  | "none"

const aliases: Readonly<Record<Sdk, Readonly<Record<string, string>>>> = {
  whole: always,
  trimmed: { ...always, ...replacedPackages },
  none: { ...always, ...withoutSdk }
}

/** The bundle of an entry, by the settings that ours is deployed with. */
export const bundleOf = async (entry: URL, sdk: Sdk): Promise<string> => {
  const input = bundlerInput(fileURLToPath(entry))
  const build = await rolldown({
    ...input,
    resolve: { ...input.resolve, alias: { ...aliases[sdk] } },
    plugins: sdk === "whole" ? [] : input.plugins
  })
  try {
    const { output } = await build.generate(bundlerOutput)
    return output[0].code
  } finally {
    await build.close()
  }
}

/** How large a bundle is. */
export interface BundleSize {
  readonly bytes: number
  readonly gzipBytes: number
}

/** How large a bundle is, as it is and compressed. */
export const sizeOf = (code: string): BundleSize => ({
  bytes: Buffer.byteLength(code),
  gzipBytes: gzipSync(code, { level: 9 }).length
})
