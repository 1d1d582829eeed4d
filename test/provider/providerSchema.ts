/**
 * What the installed AWS provider takes, read from its declarations: the properties of each resource's arguments, which of
 * them are required, and what each is. Only parsed, not type-checked, so that it takes a fraction of a second.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import ts from "typescript"

/** What a value may be. */
export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "anything" | "asset" }
  | { readonly kind: "array" | "map"; readonly of: Shape }
  | { readonly kind: "union"; readonly of: ReadonlyArray<Shape> }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "object"; readonly name: string; readonly members: () => ReadonlyMap<string, Member> }

/** A property of an object. */
export interface Member {
  readonly shape: Shape
  readonly required: boolean
}

const packageFolder = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"))

const sources = new Map<string, ts.SourceFile>()

const sourceOf = (path: string): ts.SourceFile => {
  const known = sources.get(path)
  if (known !== undefined) return known
  const source = ts.createSourceFile(path, readFileSync(join(packageFolder, path), "utf8"), ts.ScriptTarget.ES2022)
  sources.set(path, source)
  return source
}

const inputsText = (() => {
  let text: string | undefined
  return (): string => {
    text ??= readFileSync(join(packageFolder, "types/input.d.ts"), "utf8")
    return text
  }
})()

const namespaces = new Map<string, ReadonlyMap<string, ts.InterfaceDeclaration>>()

/** The interfaces of one namespace of `types/input.d.ts`; of the file's megabytes, only these lines are parsed. */
const interfacesOf = (namespace: string): ReadonlyMap<string, ts.InterfaceDeclaration> => {
  const known = namespaces.get(namespace)
  if (known !== undefined) return known
  const text = inputsText()
  const start = text.indexOf(`\nexport declare namespace ${namespace} {`)
  if (start < 0) throw new Error(`@pulumi/aws declares no inputs.${namespace}`)
  const end = text.indexOf("\nexport declare namespace ", start + 1)
  const source = ts.createSourceFile(
    `${namespace}.d.ts`,
    text.slice(start, end < 0 ? undefined : end),
    ts.ScriptTarget.ES2022
  )
  const interfaces = new Map<string, ts.InterfaceDeclaration>()
  const collect = (statements: ReadonlyArray<ts.Statement>): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, statement)
      else if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body))
        collect(statement.body.statements)
    }
  }
  collect(source.statements)
  namespaces.set(namespace, interfaces)
  return interfaces
}

const nameText = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${nameText(name.left)}.${name.right.text}`

const propertyName = (name: ts.PropertyName): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : ""

const membersOf = (declaration: ts.InterfaceDeclaration): ReadonlyMap<string, Member> =>
  new Map(
    declaration.members.flatMap(
      (member): ReadonlyArray<readonly [string, Member]> =>
        ts.isPropertySignature(member) && member.type !== undefined
          ? [[propertyName(member.name), { shape: shapeOf(member.type), required: member.questionToken === undefined }]]
          : []
    )
  )

const objectShape = (name: string, declaration: ts.InterfaceDeclaration): Shape => {
  let members: ReadonlyMap<string, Member> | undefined
  return {
    kind: "object",
    name,
    members: () => {
      members ??= membersOf(declaration)
      return members
    }
  }
}

const unionOf = (shapes: ReadonlyArray<Shape | undefined>): Shape => {
  const [first, ...others] = shapes.filter((shape) => shape !== undefined)
  if (first === undefined) return { kind: "anything" }
  return others.length === 0 ? first : { kind: "union", of: [first, ...others] }
}

const literalOf = (literal: ts.LiteralTypeNode["literal"]): Shape | undefined => {
  if (ts.isStringLiteral(literal)) return { kind: "literal", value: literal.text }
  if (ts.isNumericLiteral(literal)) return { kind: "literal", value: Number(literal.text) }
  return undefined
}

const referenceShape = (type: ts.TypeReferenceNode): Shape => {
  const name = nameText(type.typeName)
  const [argument] = type.typeArguments ?? []
  if (name.endsWith("Input") && argument !== undefined) return shapeOf(argument)
  if (/^pulumi\.asset\.|^pulumi\.(?:Archive|Asset)/.test(name)) return { kind: "asset" }
  if (name.startsWith("inputs.")) {
    const [, namespace = "", type = ""] = name.split(".")
    const declaration = interfacesOf(namespace).get(type)
    if (declaration === undefined) throw new Error(`@pulumi/aws declares no ${name}`)
    return objectShape(name, declaration)
  }
  if (name === "ARN" || name.endsWith(".ARN")) return { kind: "string" }
  // Enumerations are given beside the string that they are; documents have a grammar of their own.
  return { kind: "anything" }
}

const shapeOf = (type: ts.TypeNode): Shape => {
  if (ts.isUnionTypeNode(type)) {
    const members = type.types.filter((each) => each.kind !== ts.SyntaxKind.UndefinedKeyword).map(shapeOf)
    // Of `string | SomeEnum` the string says it all.
    const known = members.filter(({ kind }) => kind !== "anything")
    return unionOf(known.length === 0 ? members : known)
  }
  if (ts.isParenthesizedTypeNode(type)) return shapeOf(type.type)
  if (ts.isArrayTypeNode(type)) return { kind: "array", of: shapeOf(type.elementType) }
  if (ts.isTypeReferenceNode(type)) return referenceShape(type)
  if (ts.isLiteralTypeNode(type)) return literalOf(type.literal) ?? { kind: "anything" }
  if (ts.isTypeLiteralNode(type)) {
    const [index] = type.members
    return index !== undefined && ts.isIndexSignatureDeclaration(index)
      ? { kind: "map", of: shapeOf(index.type) }
      : { kind: "anything" }
  }
  if (type.kind === ts.SyntaxKind.StringKeyword) return { kind: "string" }
  if (type.kind === ts.SyntaxKind.NumberKeyword) return { kind: "number" }
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return { kind: "boolean" }
  return { kind: "anything" }
}

const shapes = new Map<string, Shape>()

/**
 * What the arguments of a resource are, by its type token, e.g. `aws:sqs/queue:Queue`.
 *
 * @throws `Error` when the provider has no such resource.
 */
export const argumentsShape = (token: string): Shape => {
  const known = shapes.get(token)
  if (known !== undefined) return known
  const parts = /^aws:(\w+)\/(\w+):(\w+)$/.exec(token)
  if (parts === null) throw new Error(`${token} is no resource of the AWS provider`)
  const [, module, file, name] = parts
  const wanted = `${name}Args`
  const declaration = sourceOf(`${module}/${file}.d.ts`).statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === wanted
  )
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration))
    throw new Error(`@pulumi/aws declares no ${wanted}`)
  const shape = objectShape(wanted, declaration)
  shapes.set(token, shape)
  return shape
}

/** The values of one of the provider's enumerations, e.g. `lambda`, `Runtime`. */
export const enumValues = (module: string, name: string): ReadonlyArray<string> => {
  const values: Array<string> = []
  for (const statement of sourceOf(`types/enums/${module}/index.d.ts`).statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const declaration of statement.declarationList.declarations) {
      if (!ts.isIdentifier(declaration.name) || declaration.name.text !== name) continue
      if (declaration.type === undefined || !ts.isTypeLiteralNode(declaration.type)) continue
      for (const member of declaration.type.members)
        if (ts.isPropertySignature(member) && member.type !== undefined && ts.isLiteralTypeNode(member.type)) {
          const literal = literalOf(member.type.literal)
          if (literal?.kind === "literal") values.push(String(literal.value))
        }
    }
  }
  if (values.length === 0) throw new Error(`@pulumi/aws declares no enumeration ${module}.${name}`)
  return values
}
