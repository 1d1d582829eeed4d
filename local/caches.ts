/** What a command keeps from one run to the next, under `node_modules/.cache`: compiled code, and functions' bundles. */
import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

const folder = (name: string): string => fileURLToPath(new URL(`../node_modules/.cache/${name}`, import.meta.url))

/** Call it before anything else is loaded: what has been compiled or bundled once is not compiled or bundled again. */
export const enableCaches = (): void => {
  enableCompileCache(folder("compile"))
  process.env["BUNDLE_CACHE"] ??= folder("bundles")
}
