/**
 * Property values as they travel between the Pulumi SDK and its engine: secrets, resource references, assets and
 * archives are objects with a signature under one well-known key.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { runtime } from "@pulumi/pulumi"
import type { ReadArchive } from "./ResourceProvider.ts"

type Properties = Readonly<Record<string, unknown>>

/** Whether a value is an object with properties. */
export const isProperties = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)

const location = (value: Properties, directory: string): string => {
  const { path, uri } = value
  if (typeof path === "string") return resolve(directory, path)
  if (typeof uri === "string" && uri.startsWith("file:")) return fileURLToPath(uri)
  throw new Error(`the asset ${JSON.stringify(uri)} is remote, which the embedded AWS does not support.`)
}

const readAsset = (value: Properties, directory: string): Buffer => {
  const { text } = value
  return typeof text === "string" ? Buffer.from(text) : readFileSync(location(value, directory))
}

const readDirectory = (root: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(root, file).split(sep).join("/"), readFileSync(file)])
  )

const readArchive = (value: Properties, directory: string): Record<string, Buffer> => {
  const { assets } = value
  if (!isProperties(assets)) {
    const root = location(value, directory)
    if (!statSync(root).isDirectory())
      throw new Error(
        `the archive ${basename(root)} is a file; the embedded AWS reads directories and lists of assets.`
      )
    return readDirectory(root)
  }
  const files: Record<string, Buffer> = {}
  for (const [name, each] of Object.entries(assets)) {
    if (!isProperties(each)) continue
    if (each[runtime.specialSigKey] !== runtime.specialArchiveSig) files[name] = readAsset(each, directory)
    else
      for (const [inner, content] of Object.entries(readArchive(each, directory))) files[`${name}/${inner}`] = content
  }
  return files
}

/**
 * A property value as a provider reads it: secrets unwrapped, a resource as its id (a component as its URN), assets and
 * archives read. A single asset is an archive of one file without a name.
 *
 * @param directory what relative paths of assets start from: the program's own directory.
 */
export const plainValue = (value: unknown, directory: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => plainValue(each, directory))
  if (!isProperties(value)) return value
  switch (value[runtime.specialSigKey]) {
    case runtime.specialSecretSig:
      return plainValue(value["value"], directory)
    case runtime.specialResourceSig:
      return value["id"] ?? value["urn"]
    case runtime.specialAssetSig:
      return { files: { "": readAsset(value, directory) } } satisfies ReadArchive
    case runtime.specialArchiveSig:
      return { files: readArchive(value, directory) } satisfies ReadArchive
    default:
      return plainProperties(value, directory)
  }
}

/** `plainValue` of each property. An error says which property it is about. */
export const plainProperties = (properties: Properties, directory: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      try {
        return [name, plainValue(value, directory)]
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
  )

/** A value as it was on the wire, but for resources, which a provider gives back as ids. */
const withoutReferences = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutReferences)
  if (!isProperties(value)) return value
  if (value[runtime.specialSigKey] === runtime.specialResourceSig) return value["id"] ?? value["urn"]
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutReferences(each)]))
}

/**
 * A provider's state as the SDK reads it. An input that comes back as it went in keeps what it was on the wire, so that
 * a secret stays a secret and an archive an archive.
 */
export const wireState = (state: Properties, inputs: Properties, wireInputs: Properties): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const unchanged = name in inputs && value === inputs[name]
        const written: unknown = unchanged ? withoutReferences(wireInputs[name]) : JSON.parse(JSON.stringify(value))
        return [name, written]
      })
  )
