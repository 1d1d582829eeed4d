/** On what a measurement was made. */
import { readFileSync } from "node:fs"
import { cpus } from "node:os"

const versionOf = (name: string): string => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")
  )
  const version = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, "version") : undefined
  if (typeof version !== "string") throw new Error(`${name} has no version.`)
  return version
}

/**
 * Machine and versions in one sentence.
 *
 * @param packages those whose versions matter to the figures
 */
export const machine = (packages: ReadonlyArray<string>): string => {
  const processors = cpus()
  return [
    `${processors[0]?.model.trim() ?? "unknown processor"}, ${processors.length} cores`,
    `Node ${process.versions.node}`,
    ...packages.map((name) => `${name} ${versionOf(name)}`)
  ].join("; ")
}
