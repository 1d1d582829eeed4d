/** The bundles of what is compared: by esbuild, as most functions are bundled, and by the settings that ours is deployed with. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build as esbuild } from "esbuild"
import { type InputOptions, rolldown } from "rolldown"
import { bundlerInput, bundlerOutput } from "../../components/function/bundle.ts"
import { replacedPackages } from "../../components/function/trimmedSdk.ts"

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
  /** By esbuild, minified, to CommonJS: the bundler of AWS CDK, AWS SAM and the Serverless Framework. */
  | "esbuild"
  /** By the settings of our bundles, but for what they trim. */
  | "settings"
  /** As our bundles are made: by the same settings, with the SDK trimmed and Node's modules got. */
  | "ours"

const byEsbuild = async (path: string, alias: Readonly<Record<string, string>>): Promise<string> => {
  const { outputFiles } = await esbuild({
    entryPoints: [path],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    alias: { ...alias },
    write: false,
    logLevel: "silent"
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`esbuild made nothing of ${path}.`)
  return file.text
}

const byRolldown = async (
  path: string,
  alias: Readonly<Record<string, string>>,
  plugins: InputOptions["plugins"]
): Promise<string> => {
  const settings = bundlerInput(path)
  const build = await rolldown({ ...settings, resolve: { ...settings.resolve, alias: { ...alias } }, plugins })
  try {
    const { output } = await build.generate(bundlerOutput)
    return output[0].code
  } finally {
    await build.close()
  }
}

/** The bundle of an entry. @param sdk whether the AWS SDK is in it */
export const bundleOf = (entry: URL, bundling: Bundling, sdk: boolean): Promise<string> => {
  const path = fileURLToPath(entry)
  const alias = { ...always, ...(bundling === "ours" ? replacedPackages : {}), ...(sdk ? {} : withoutSdk) }
  if (bundling === "esbuild") return byEsbuild(path, alias)
  return byRolldown(path, alias, bundling === "ours" ? bundlerInput(path).plugins : [])
}

/** What a bundle's file is called, so that Node knows what it is. */
export const extensionOf = (bundling: Bundling): string => (bundling === "esbuild" ? "cjs" : "mjs")

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
