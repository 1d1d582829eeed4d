/** The modules that other programs import: what the `exports` of `package.json` name, and nothing else. */
import { readFileSync } from "node:fs"
import { Schema } from "effect"

/** A module that other programs import. */
export interface PublicModule {
  /** What it is imported by, after `resilient-queue/`, e.g. `ResilientQueue` or `aws/DynamoDb`. */
  readonly name: string
  /** Its file, from the repository's root. */
  readonly path: string
}

const decodePackage = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ exports: Schema.Record(Schema.String, Schema.String) }))
)

/** The public modules, in the order of `package.json`. */
export const publicModules = (root: string): readonly PublicModule[] =>
  Object.entries(decodePackage(readFileSync(`${root}/package.json`, "utf8")).exports).map(([name, path]) => ({
    name: name.replace(/^\.\//, ""),
    path: path.replace(/^\.\//, "")
  }))
