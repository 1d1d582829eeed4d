/**
 * What bundles hold in the place of those parts of the AWS SDK that have nothing to do in Lambda: a third of the SDK's code,
 * and of what it does at a cold start. Requests, signatures, retries, endpoints and errors are the SDK's own.
 *
 * Parts of `@smithy/core` have no name under which they could be replaced: they are known by their files. A test fails when
 * another version of the SDK has moved one, so that none comes back unseen.
 */
import { fileURLToPath } from "node:url"
import type { Plugin } from "rolldown"

const lambdaSdk = (file: string): string =>
  fileURLToPath(new URL(`../../handlers/aws/lambdaSdk/${file}.ts`, import.meta.url))

/** Packages by name, and what stands in their place. */
export const replacedPackages: Readonly<Record<string, string>> = {
  "@aws-sdk/credential-provider-node": lambdaSdk("credentials"),
  "@aws-sdk/endpoint-cache": lambdaSdk("endpointCache"),
  "@smithy/core/event-streams": lambdaSdk("eventStreams")
}

/** Files of packages by the end of their path, and what stands in their place. */
export const replacedFiles: Readonly<Record<string, string>> = {
  "/@smithy/core/dist-es/submodules/checksum/crc32/Crc32Js.js": lambdaSdk("hashes"),
  "/@smithy/core/dist-es/submodules/checksum/md5/Md5Js.js": lambdaSdk("hashes"),
  "/@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js": lambdaSdk("hashes"),
  "/@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js":
    lambdaSdk("configuration"),
  "/@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js": lambdaSdk("configuration")
}

/** The file that stands in the place of this one. */
const replacementOf = (id: string): string | undefined => {
  const path = id.replaceAll("\\", "/")
  return Object.entries(replacedFiles).find(([end]) => path.endsWith(end))?.[1]
}

/** Replaces `replacedFiles`. */
export const trimmedSdk: Plugin = {
  name: "trimmed-sdk",
  load: (id) => {
    const replacement = replacementOf(id)
    return replacement === undefined
      ? null
      : { code: `export * from ${JSON.stringify(replacement)}`, moduleSideEffects: false }
  }
}
