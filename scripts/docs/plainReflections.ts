/** What typedoc has read, made plain: the members of Effect services, and nothing of foreign base classes. */
import { readFileSync } from "node:fs"
import { Comment, type DeclarationReflection, type ProjectReflection, ReflectionKind, type SomeType } from "typedoc"

/**
 * The members of a service's interface, which stand in a type argument of its base class (`Context.Service<Self, Shape>`),
 * become members of the class: there people look for them. What classes inherit of foreign bases goes.
 */
export const plainClasses = (project: ProjectReflection): void => {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Class)) {
    if (!reflection.isDeclaration()) continue
    const base = reflection.extendedTypes?.[0]
    if (base === undefined || isComponent(base)) continue
    const members = serviceMembers(base)
    for (const member of members) {
      member.parent = reflection
      reflection.addChild(member)
    }
    if (members.length > 0) removeConstructor(project, reflection)
    delete reflection.extendedTypes
  }
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDeclaration() || reflection.isSignature()) {
      delete reflection.inheritedFrom
      delete reflection.overwrites
    }
  }
}

const isComponent = (base: SomeType): boolean => base.type === "reference" && base.name === "ComponentResource"

const serviceMembers = (base: SomeType): readonly DeclarationReflection[] => {
  if (base.type !== "reference" || base.name !== "Shape") return []
  const shape = base.typeArguments?.[1]
  return shape?.type === "reflection" ? [...(shape.declaration.children ?? [])] : []
}

/** Nobody makes a service: layers do. */
const removeConstructor = (project: ProjectReflection, reflection: DeclarationReflection): void => {
  const making = reflection.children?.find((child) => child.kindOf(ReflectionKind.Constructor))
  if (making !== undefined) project.removeReflection(making)
}

/** The comment at the top of a file is what its module is about. */
export const describeModules = (
  project: ProjectReflection,
  fileOf: (module: DeclarationReflection) => string | undefined
): void => {
  for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
    if (!module.isDeclaration() || module.hasComment()) continue
    const file = fileOf(module)
    const text = file === undefined ? undefined : headerOf(readFileSync(file, "utf8"))
    if (text !== undefined) module.comment = new Comment([{ kind: "text", text }])
  }
}

const headerOf = (source: string): string | undefined =>
  /^\/\*\*([\s\S]*?)\*\//
    .exec(source)?.[1]
    ?.split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .filter((line) => !line.startsWith("@"))
    .join("\n")
    .trim()
