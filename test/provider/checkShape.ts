/** Compares a resource's inputs with what the provider declares: names, required ones, and what each value is. */
import type { Shape } from "./providerSchema.ts"

/** How assets and archives are marked among inputs. */
const isAsset = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("__pulumiAsset" in value || "__pulumiArchive" in value)

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isAsset(value)

const described = (shape: Shape): string => {
  switch (shape.kind) {
    case "array":
      return `a list of ${described(shape.of)}`
    case "map":
      return `a map of ${described(shape.of)}`
    case "object":
      return shape.name
    case "union":
      return shape.of.map(described).join(" or ")
    case "literal":
      return JSON.stringify(shape.value)
    default:
      return shape.kind
  }
}

/** What is wrong with a value, a sentence each; empty when nothing is. */
export const checkShape = (value: unknown, shape: Shape, path = ""): ReadonlyArray<string> => {
  const wrong = [`${path === "" ? "inputs" : path}: expected ${described(shape)}, got ${JSON.stringify(value)}`]
  switch (shape.kind) {
    case "anything":
      return []
    case "asset":
      return isAsset(value) ? [] : wrong
    case "string":
    case "number":
    case "boolean":
      return typeof value === shape.kind && !Number.isNaN(value) ? [] : wrong
    case "literal":
      return value === shape.value ? [] : wrong
    case "array":
      return Array.isArray(value)
        ? value.flatMap((each, index) => checkShape(each, shape.of, `${path}.${index}`))
        : wrong
    case "map":
      return isPlainObject(value)
        ? Object.entries(value).flatMap(([name, each]) => checkShape(each, shape.of, `${path}.${name}`))
        : wrong
    case "union": {
      const problems = shape.of.map((each) => checkShape(value, each, path))
      return problems.some((each) => each.length === 0) ? [] : wrong
    }
    case "object": {
      if (!isPlainObject(value)) return wrong
      const members = shape.members()
      const at = (name: string) => (path === "" ? name : `${path}.${name}`)
      const missing = [...members].flatMap(([name, { required }]) =>
        required && value[name] === undefined ? [`${at(name)}: required by ${shape.name}`] : []
      )
      const given = Object.entries(value).flatMap(([name, each]) => {
        if (each === undefined) return []
        const member = members.get(name)
        return member === undefined
          ? [`${at(name)}: ${shape.name} has no such property`]
          : checkShape(each, member.shape, at(name))
      })
      return [...missing, ...given]
    }
  }
}
