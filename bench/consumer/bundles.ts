/** The bundles of what is compared, all made with the settings that ours is deployed with. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { type InputOptions, rolldown } from "rolldown"
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

/** How a bundle is made. */
export type Bundling =
  /** By the bundler's own defaults, minified: what one gets without further thought. */
  | "defaults"
  /** By the settings of our bundles, but for what they replace and trim. */
  | "settings"
  /** As our bundles are made: by the same settings, with the SDK's credentials trimmed and Node's modules got. */
  | "ours"
  /** As our bundles are made, and without the AWS SDK. */
  | "without SDK"

const input = (path: string, bundling: Bundling): InputOptions => {
  if (bundling === "defaults")
    return { input: path, platform: "node", tsconfig: false, logLevel: "silent", resolve: { alias: { ...always } } }
  const settings = bundlerInput(path)
  const trimmed = bundling === "settings" ? {} : bundling === "ours" ? replacedPackages : withoutSdk
  return {
    ...settings,
    resolve: { ...settings.resolve, alias: { ...always, ...trimmed } },
    plugins: bundling === "settings" ? [] : settings.plugins
  }
}

/** The bundle of an entry. */
export const bundleOf = async (entry: URL, bundling: Bundling): Promise<string> => {
  const build = await rolldown(input(fileURLToPath(entry), bundling))
  try {
    const { output } = await build.generate(
      bundling === "defaults" ? { format: "esm", codeSplitting: false, minify: true } : bundlerOutput
    )
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
