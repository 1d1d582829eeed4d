/**
 * The API reference, written by typedoc from the doc comments of the public modules. The same sources give the same bytes:
 * no links to revisions, no paths, no times.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  Application,
  Converter,
  type DeclarationReflection,
  LogLevel,
  type ProjectReflection,
  ReflectionKind
} from "typedoc"
import type { PluginOptions } from "typedoc-plugin-markdown"
import { describeModules, plainClasses } from "./plainReflections.ts"
import { publicModules } from "./publicModules.ts"

/** Where the reference is, from the repository's root. */
export const apiFolder = "docs/api"

/** Not typedoc's `readme`: that copies what it links to. */
const introduction = `What other programs import, module by module: \`import { ResilientQueue } from "resilient-queue/ResilientQueue"\`. The public modules are the
\`exports\` of [package.json](../../package.json). How the parts work together is told in [the documentation](../README.md); these pages are written from the doc comments
of the sources by \`npm run docs\`.`

/** What every public declaration needs a comment for. */
const documented = ["Class", "Interface", "Variable", "Function", "TypeAlias", "Property", "Method"] as const

/** What public declarations mention, and what has no interface for others. */
const internal = ["FailureLedger", "Breakers", "Breaker"]

const markdown: Partial<PluginOptions> = {
  outputFileStrategy: "modules",
  entryFileName: "README.md",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeDeclarationFormat: "table",
  useCodeBlocks: true,
  sanitizeComments: true,
  indexFormat: "table",
  tableColumnSettings: {
    hideModifiers: true,
    hideInherited: true,
    hideOverrides: true,
    hideSources: true,
    leftAlignHeaders: true
  }
}

/**
 * Writes the reference into a folder.
 *
 * @throws An error with one line a defect: a public declaration without a comment, a type that is not public itself, a link
 * that leads nowhere.
 */
export const writeApiReference = async (root: string, folder: string): Promise<void> => {
  const modules = publicModules(root)
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: modules.map(({ path }) => join(root, path)),
    tsconfig: join(root, "tsconfig.json"),
    name: "API reference",
    logLevel: LogLevel.Warn,
    readme: "none",
    // `npm run types` checks them.
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    disableGit: true,
    disableSources: true,
    hideGenerator: true,
    githubPages: false,
    intentionallyNotExported: internal,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: false },
    ...markdown
  })
  const problems: string[] = []
  app.logger.level = LogLevel.Warn
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) problems.push(message)
  }
  // Otherwise everything that the type check covers is read, tests too.
  app.options.setCompilerOptions(
    modules.map(({ path }) => join(root, path)),
    app.options.getCompilerOptions(app.logger),
    []
  )
  const names = new Map(modules.map(({ name, path }) => [join(root, path), name]))
  const entryPoints = (app.getEntryPoints() ?? []).map((entryPoint) => ({
    ...entryPoint,
    displayName: names.get(entryPoint.sourceFile.fileName) ?? entryPoint.displayName
  }))
  const paths = new Map(modules.map(({ name, path }) => [name, join(root, path)]))
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    plainClasses(project)
    describeModules(project, ({ name }) => paths.get(name))
  })
  const project = app.converter.convert(entryPoints)
  app.validate(project)
  problems.push(...undocumented(project))
  if (problems.length === 0) {
    app.options.setValue("out", folder)
    await app.generateOutputs(project)
    const index = join(folder, "README.md")
    writeFileSync(
      index,
      readFileSync(index, "utf8").replace("# API reference\n", `# API reference\n\n${introduction}\n`)
    )
  }
  if (problems.length > 0) throw new Error(`The API reference has defects:\n${problems.join("\n")}`)
}

/** Members of a constant's inferred type have their meaning from the constant. */
const isInferred = (reflection: DeclarationReflection): boolean => {
  for (let at = reflection.parent; at !== undefined; at = at.parent) if (at.kindOf(ReflectionKind.Variable)) return true
  return false
}

const undocumented = (project: ProjectReflection): readonly string[] => {
  const kinds = documented.reduce((sum, kind) => sum | ReflectionKind[kind], 0)
  return project
    .getReflectionsByKind(kinds)
    .filter(
      (reflection): reflection is DeclarationReflection =>
        reflection.isDeclaration() &&
        !reflection.hasComment() &&
        !reflection.flags.isInherited &&
        !isInferred(reflection)
    )
    .filter(({ signatures }) => signatures === undefined || signatures.every((signature) => !signature.hasComment()))
    .map((reflection) => `${reflection.getFullName()} has no doc comment.`)
}

/** The files of a folder, by their path in it. */
export const readFolder = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
  )
