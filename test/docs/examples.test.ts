import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { expect, it } from "vitest"
import { root } from "./pages.ts"

/** What stands for the reader's own code in an example; everything else has to be there. */
const readersOwn = ["Inventory", "config", "group", "pager", "reserve", "rule", "table", "vpc"]

/** What examples use of packages, where their file does not import it itself. */
const imports: Readonly<Record<string, string>> = {
  Schema: 'import { Schema } from "effect"',
  Key: 'import { Key } from "@pulumi/aws/kms/key.js"',
  recoveryPolicy: 'import { recoveryPolicy } from "resilient-queue/RecoveryPolicy"'
}

interface Example {
  readonly file: string
  readonly text: string
  /** What is checked: a value of the documented type, or statements. */
  readonly code: string
}

const files = ["components", "handlers"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(root, folder, name))
)

const typeOf = (declaration: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): string => {
  const parameters = (declaration.typeParameters ?? []).map(() => "any")
  return `${declaration.name.text}${parameters.length > 0 ? `<${parameters.join(", ")}>` : ""}`
}

const codeOf = (node: ts.Node, text: string, name: string): string => {
  const value = text.trim()
  if (ts.isPropertySignature(node) && ts.isInterfaceDeclaration(node.parent)) {
    return `export const ${name}: ${typeOf(node.parent)}["${node.name.getText()}"] = ${value}`
  }
  if (ts.isTypeAliasDeclaration(node)) return `export const ${name}: ${typeOf(node)} = ${value}`
  return `export const ${name} = () => {\n${value.replace(/^export /gm, "")}\n}`
}

const examplesOf = (file: string): readonly Example[] => {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
  const found: Example[] = []
  const visit = (node: ts.Node): void => {
    for (const comment of ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)) {
      if (comment.parent !== node) continue
      for (const tag of comment.tags ?? []) {
        if (tag.tagName.text !== "example") continue
        const text = ts.getTextOfJSDocComment(tag.comment) ?? ""
        found.push({ file, text, code: codeOf(node, text, `example${found.length}`) })
      }
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  return found
}

it("every example in a doc comment compiles beside what it is an example of", () => {
  const examples = files.flatMap(examplesOf)
  expect(examples.length).toBeGreaterThan(12)

  const sources = new Map<string, string>()
  for (const { file, code } of examples) {
    const before = sources.get(file) ?? readFileSync(file, "utf8")
    sources.set(file, `${before}\n${code}\n`)
  }
  for (const [file, source] of sources) {
    const used = Object.entries(imports).filter(
      ([name]) =>
        new RegExp(`\\b${name}\\.|\\b${name}\\(`).test(source) &&
        !new RegExp(`^(?:import|export const) .*\\b${name}\\b`, "m").test(source)
    )
    sources.set(file, [source, ...used.map(([, statement]) => statement)].join("\n"))
  }

  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(String(messageText))
      }
    }
  )
  const options = { ...config?.options, incremental: false, noUnusedLocals: false, noUnusedParameters: false }
  delete options.tsBuildInfoFile
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  host.readFile = (file) => sources.get(file) ?? readFile(file)
  const program = ts.createProgram([...sources.keys()], options, {
    ...host,
    getSourceFile: (file, version) => {
      const text = host.readFile(file)
      return text === undefined ? undefined : ts.createSourceFile(file, text, version)
    }
  })
  const problems = [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)
    return program
      .getSemanticDiagnostics(source)
      .concat(program.getSyntacticDiagnostics(source))
      .flatMap((diagnostic) => {
        const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")
        const name = /Cannot find name '(\w+)'/.exec(text)?.[1]
        return name !== undefined && readersOwn.includes(name) ? [] : [`${file.slice(root.length + 1)}: ${text}`]
      })
  })
  expect(problems).toEqual([])
})
