/**
 * Bundles a function's entry into one ES module, when the Pulumi program runs: no build step, and the deployed code is
 * always the code in the repository.
 *
 * The bytes depend on the sources alone: not on the working directory, not on the order of bundling, not on the time.
 * A second `pulumi up` of the same sources therefore shows no difference.
 */
import { isBuiltin } from "node:module"
import { basename, dirname, isAbsolute } from "node:path"
import { fileURLToPath } from "node:url"
import * as pulumi from "@pulumi/pulumi"
import { type InputOptions, type OutputOptions, type Plugin, rolldown } from "rolldown"
import { type Bundled, cached } from "./bundleCache.ts"
import { replacedPackages, trimmedSdk } from "./trimmedSdk.ts"

/** Where a function's code starts: an absolute path or a `file:` URL (`new URL("./handler.ts", import.meta.url)`). */
export type Entry = string | URL

/** The file in the archive that Lambda loads. `.mjs`: an ES module without a package.json beside it. */
export const bundleFileName = "index.mjs"

const bundles = new Map<string, Promise<string>>()

/**
 * The bundle of an entry, as source text. Each entry is bundled once a program run.
 *
 * @throws An error that names the entry, when it cannot be bundled.
 */
export const bundle = (entry: Entry): Promise<string> => {
  const path = entryPath(entry)
  const known = bundles.get(path)
  if (known !== undefined) return known
  const bundling = cached(path, () => build(path))
  bundles.set(path, bundling)
  return bundling
}

/** The bundle of an entry, as what Lambda deploys. */
export const bundleArchive = async (entry: Entry): Promise<pulumi.asset.AssetArchive> =>
  new pulumi.asset.AssetArchive({ [bundleFileName]: new pulumi.asset.StringAsset(await bundle(entry)) })

const entryPath = (entry: Entry): string =>
  typeof entry === "string" && !entry.startsWith("file:") ? entry : fileURLToPath(entry)

const builtinPrefix = "\0builtin:"

/**
 * Node's own modules are got, not imported: an import reads every export of a module for its namespace, and that of
 * `node:http` has getters that load all of `fetch` and `WebSocket`, a fifth of a cold start.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processgetbuiltinmoduleid
 */
export const builtinModules: Plugin = {
  name: "builtin-modules",
  // The bundler's own runtime has to be there before anything is defined.
  resolveId: (source, importer) =>
    isBuiltin(source) && importer?.startsWith("\0") !== true
      ? `${builtinPrefix}${source.startsWith("node:") ? source : `node:${source}`}`
      : null,
  load: (id) =>
    id.startsWith(builtinPrefix)
      ? `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(builtinPrefix.length))})`
      : null
}

/** How the bundler reads an entry, given as a path. */
export const bundlerInput = (path: string) =>
  ({
    input: path,
    // Module ids are relative to this folder: the working directory must not show in the output.
    cwd: dirname(path),
    platform: "node",
    // The ES module builds of the AWS SDK; its CommonJS builds, the default on Node, cannot be tree-shaken.
    resolve: { mainFields: ["module", "main"], alias: { ...replacedPackages } },
    plugins: [builtinModules, trimmedSdk],
    tsconfig: false,
    logLevel: "silent"
  }) satisfies InputOptions

/** How the bundler writes a bundle. */
export const bundlerOutput = {
  format: "esm",
  codeSplitting: false,
  comments: false,
  // The names of functions and classes survive, so that a stack trace in the log can be read; all else that is no use goes.
  minify: {
    compress: true,
    mangle: { keepNames: { function: true, class: true } },
    codegen: { removeWhitespace: true }
  }
} as const satisfies OutputOptions

const build = async (path: string): Promise<Bundled> => {
  try {
    const build = await rolldown(bundlerInput(path))
    try {
      const { output } = await build.generate(bundlerOutput)
      // Virtual modules have no file.
      const files = (await build.watchFiles).filter((file) => isAbsolute(file))
      return { code: output[0].code, files }
    } finally {
      await build.close()
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The function entry ${basename(path)} (${path}) could not be bundled: ${reason}`, { cause })
  }
}
