/** Arguments and outputs as the sources declare them: read by their syntax alone, which takes milliseconds. */
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import ts from "typescript"

/** A member of an interface, or an output of a component. */
export interface Member {
  readonly name: string
  /** What its doc comment says, without tags; one line. */
  readonly text: string
  /** What its `@default` says; `undefined` where it has none. */
  readonly byDefault: string | undefined
  readonly optional: boolean
  readonly type: ts.TypeNode | undefined
}

/** What the sources declare, by name. */
export interface Declarations {
  /** The members of an interface, those that it inherits too; of a union, one list an arm. */
  readonly membersOf: (type: ts.TypeNode | string) => ReadonlyArray<readonly [arm: string, members: readonly Member[]]>
  /** The public outputs of a component's class. */
  readonly outputsOf: (className: string) => readonly Member[]
}

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration

/** Reads declarations. Where two files declare a name, nothing may ask for it. */
export const readDeclarations = (files: readonly string[]): Declarations => {
  const declared = new Map<string, Declaration>()
  const ambiguous = new Set<string>()
  for (const file of files) {
    const source = ts.createSourceFile(basename(file), readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
    for (const statement of source.statements) {
      const isDeclaration =
        ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement)
      const name = isDeclaration ? statement.name?.text : undefined
      if (!isDeclaration || name === undefined) continue
      if (declared.has(name)) ambiguous.add(name)
      declared.set(name, statement)
    }
  }

  const heritage = (declaration: ts.InterfaceDeclaration): readonly Member[] =>
    (declaration.heritageClauses ?? []).flatMap((clause) =>
      clause.types.flatMap((base) => single(base.expression.getText(), base.typeArguments))
    )

  /** The members of a type that has one arm: a name, or `Partial`, `Pick` or `Omit` of one. */
  const single = (name: string, typeArguments: ts.NodeArray<ts.TypeNode> | undefined): readonly Member[] => {
    const [of, keys] = typeArguments ?? []
    if (of !== undefined && ["Partial", "Pick", "Omit"].includes(name)) {
      const named = new Set(keys === undefined ? [] : literalsOf(keys))
      const members = membersOf(of).flatMap(([, arm]) => arm)
      return name === "Partial" ? members : members.filter((member) => named.has(member.name) === (name === "Pick"))
    }
    return membersOf(name).flatMap(([, arm]) => arm)
  }

  const membersOf: Declarations["membersOf"] = (type) => {
    if (typeof type !== "string") {
      if (ts.isUnionTypeNode(type)) return type.types.flatMap((arm) => membersOf(arm))
      if (ts.isTypeReferenceNode(type)) {
        const name = type.typeName.getText()
        if (declared.has(name)) return membersOf(name)
        const members = single(name, type.typeArguments)
        return members.length === 0 ? [] : [[name, members]]
      }
      return ts.isTypeLiteralNode(type) ? [["", type.members.filter(ts.isPropertySignature).map(memberOf)]] : []
    }
    if (ambiguous.has(type)) throw new Error(`${type} is declared in two files.`)
    const declaration = declared.get(type)
    if (declaration === undefined) return []
    if (ts.isTypeAliasDeclaration(declaration)) return membersOf(declaration.type)
    if (!ts.isInterfaceDeclaration(declaration)) return []
    const own = declaration.members.filter(ts.isPropertySignature).map(memberOf)
    const names = new Set(own.map(({ name }) => name))
    return [[type, [...own, ...heritage(declaration).filter(({ name }) => !names.has(name))]]]
  }

  const outputsOf = (className: string): readonly Member[] => {
    const declaration = declared.get(className)
    if (declaration === undefined || !ts.isClassDeclaration(declaration)) throw new Error(`No class ${className}.`)
    return declaration.members.filter(ts.isPropertyDeclaration).map(memberOf)
  }
  return { membersOf, outputsOf }
}

const literalsOf = (keys: ts.TypeNode): readonly string[] =>
  (ts.isUnionTypeNode(keys) ? keys.types : [keys]).flatMap((key) =>
    ts.isLiteralTypeNode(key) && ts.isStringLiteral(key.literal) ? [key.literal.text] : []
  )

const memberOf = (node: ts.PropertySignature | ts.PropertyDeclaration): Member => {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1)
  const byDefault = comment?.tags?.find((tag) => tag.tagName.text === "default")
  return {
    name: node.name.getText(),
    text: oneLine(ts.getTextOfJSDocComment(comment?.comment)),
    byDefault: byDefault === undefined ? undefined : oneLine(ts.getTextOfJSDocComment(byDefault.comment)),
    optional: node.questionToken !== undefined,
    type: node.type
  }
}

const oneLine = (text: string | undefined): string => (text ?? "").replace(/\s+/g, " ").trim()
