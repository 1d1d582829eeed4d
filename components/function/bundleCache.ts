/**
 * Bundles that were made before, kept in a folder for those who start a program again and again: environment variable
 * `BUNDLE_CACHE`. Without it, as in a deployment, nothing is kept, and each bundle is made of what is there.
 *
 * A kept bundle is used only if every file that went into it still has the same content, and so do the package files by which
 * they were found, the lock file, the bundler and the way it is told to bundle. What it cannot know is a new file that would
 * now be found first; imports with their extension, as here, leave no room for one.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** A bundle, and the files that it is made of. */
export interface Bundled {
  readonly code: string
  readonly files: ReadonlyArray<string>
}

interface Kept {
  readonly code: string
  /** Digests by path. */
  readonly files: Readonly<Record<string, string>>
}

const digest = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("base64url")

/** Digests of this run's files: bundles share most of them. `undefined` of a file that is not there. */
const digests = new Map<string, Promise<string | undefined>>()

const digestOf = (path: string): Promise<string | undefined> => {
  const known = digests.get(path)
  if (known !== undefined) return known
  const reading = readFile(path).then(digest, () => undefined)
  digests.set(path, reading)
  return reading
}

/** The package files and lock files of a folder and of those above it. */
const packageFiles = (folder: string): ReadonlyArray<string> => {
  const files = ["package.json", "package-lock.json"]
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
  const parent = dirname(folder)
  return parent === folder ? files : [...files, ...packageFiles(parent)]
}

const packageFilesOf = new Map<string, ReadonlyArray<string>>()

const knownPackageFiles = (folder: string): ReadonlyArray<string> => {
  const known = packageFilesOf.get(folder)
  if (known !== undefined) return known
  const found = packageFiles(folder)
  packageFilesOf.set(folder, found)
  return found
}

/** What makes the bundles: this folder's own code, and the bundler. */
const makers = [
  fileURLToPath(new URL("bundle.ts", import.meta.url)),
  fileURLToPath(new URL("trimmedSdk.ts", import.meta.url)),
  fileURLToPath(import.meta.url),
  fileURLToPath(new URL("../package.json", import.meta.resolve("rolldown")))
]

const isKept = (value: unknown): value is Kept =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  typeof value.code === "string" &&
  "files" in value &&
  typeof value.files === "object" &&
  value.files !== null

const read = (path: string): Kept | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"))
    return isKept(value) ? value : undefined
  } catch {
    // Not there, or cut off: it is made again.
    return undefined
  }
}

const isCurrent = async ({ files }: Kept): Promise<boolean> => {
  const same = await Promise.all(Object.entries(files).map(async ([path, was]) => (await digestOf(path)) === was))
  return same.length > 0 && same.every(Boolean)
}

/** Another run may do the same: a file is there as a whole, or not at all. */
const keep = async (folder: string, path: string, { code, files }: Bundled): Promise<void> => {
  const inputs = [
    ...new Set([...makers, ...files, ...files.flatMap((file) => knownPackageFiles(dirname(file)))])
  ].sort()
  const entries = await Promise.all(inputs.map(async (file) => [file, await digestOf(file)] as const))
  // A file that is not there (or not any more) cannot be looked at again.
  if (entries.some(([, is]) => is === undefined)) return
  await mkdir(folder, { recursive: true })
  const temporary = `${path}.${process.pid}`
  await writeFile(
    temporary,
    JSON.stringify({ code, files: Object.fromEntries(entries) } satisfies Record<keyof Kept, unknown>)
  )
  await rename(temporary, path)
}

/** The bundle of an entry: the kept one if it is current, else the one that is made now. A cache that fails is none. */
export const cached = async (entry: string, make: () => Promise<Bundled>): Promise<string> => {
  const folder = process.env["BUNDLE_CACHE"]
  if (folder === undefined || folder === "") return (await make()).code
  const path = join(folder, `${digest(entry)}.json`)
  const kept = read(path)
  if (kept !== undefined && (await isCurrent(kept))) return kept.code
  const made = await make()
  await keep(folder, path, made).catch(() => undefined)
  return made.code
}
