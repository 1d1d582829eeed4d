/** A program's configuration: `Pulumi.yaml` and `Pulumi.<stack>.yaml`, as the Pulumi CLI reads them. */
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parse } from "yaml"
import { isProperties } from "./propertyValues.ts"

/** A value of the configuration: objects and lists become JSON, as `pulumi.Config` expects them. */
export type ConfigValue = string | number | boolean | null | ReadonlyArray<unknown> | Readonly<Record<string, unknown>>

/** The project and the configuration of one of its stacks. */
export interface StackConfig {
  /** The project's name. */
  readonly project: string
  /** Text by full key, e.g. `aws:region`. */
  readonly values: Readonly<Record<string, string>>
}

const readYaml = (file: string): Readonly<Record<string, unknown>> => {
  let content: unknown
  try {
    content = parse(readFileSync(file, "utf8"))
  } catch (error) {
    throw new Error(`${basename(file)} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (content === null || content === undefined) return {}
  if (!isProperties(content)) throw new Error(`${basename(file)} must be a YAML mapping.`)
  return content
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** `stage` → `order-pipeline:stage`; a key with a namespace stays as it is. */
const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`)

const section = (file: string, document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { config } = document
  if (config === undefined || config === null) return {}
  if (!isProperties(config)) throw new Error(`${basename(file)}: config must be a mapping of keys to values.`)
  return config
}

/** A key's value in `Pulumi.yaml`: plain, or under `value`, or the `default` of a declaration. */
const projectValue = (declared: unknown): unknown =>
  isProperties(declared) ? (declared["value"] ?? declared["default"]) : declared

/**
 * Reads the configuration of a stack.
 *
 * @param directory where `Pulumi.yaml` is.
 * @param overrides values that take precedence over the files', by key.
 * @throws with one sentence that names the file, for a file that is missing or no YAML, and for an encrypted value.
 * https://www.pulumi.com/docs/iac/concepts/config/
 */
export const readStackConfig = (
  directory: string,
  stack: string,
  overrides: Readonly<Record<string, ConfigValue | undefined>> = {}
): StackConfig => {
  const projectFile = join(directory, "Pulumi.yaml")
  if (!existsSync(projectFile)) throw new Error(`There is no Pulumi.yaml in ${directory}.`)
  const projectDocument = readYaml(projectFile)
  const { name: project } = projectDocument
  if (typeof project !== "string") throw new Error("Pulumi.yaml: name must be the project's name.")

  const stackFile = join(directory, `Pulumi.${stack}.yaml`)
  if (!existsSync(stackFile)) throw new Error(`There is no ${basename(stackFile)} in ${directory}.`)

  const values: Record<string, string> = {}
  const overridden = new Set(Object.keys(overrides).map((key) => fullKey(project, key)))
  for (const [key, declared] of Object.entries(section(projectFile, projectDocument))) {
    const value = projectValue(declared)
    if (value !== undefined && value !== null) values[fullKey(project, key)] = textOf(value)
  }
  for (const [key, value] of Object.entries(section(stackFile, readYaml(stackFile)))) {
    const full = fullKey(project, key)
    if (isProperties(value) && "secure" in value && !overridden.has(full))
      throw new Error(
        `${basename(stackFile)}: ${key} is encrypted, which only the Pulumi CLI can read; the embedded AWS needs a plain value.`
      )
    if (value !== undefined && value !== null) values[full] = textOf(value)
  }
  for (const [key, value] of Object.entries(overrides)) {
    if (value === undefined || value === null) delete values[fullKey(project, key)]
    else values[fullKey(project, key)] = textOf(value)
  }
  return { project, values }
}
