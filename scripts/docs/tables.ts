/** The tables of arguments and outputs in the pages of the components, written from doc comments. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import type ts from "typescript"
import { dataTables } from "./dataTables.ts"
import { type Declarations, type Member, readDeclarations } from "./declarations.ts"

/** Where arguments and outputs are declared: in the components, and the breakers' policy, which they share with the handlers. */
const sources = (root: string): readonly string[] => [
  ...readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(root, "components", name)),
  join(root, "handlers/recovery/breakerPolicy.ts")
]

/** What is told of the arguments that one arm of a union has and the others have not. */
const onlyIn: Readonly<Record<string, string>> = {
  StandardQueueArgs: "Standard queues only.",
  FifoQueueArgs: "FIFO queues only."
}

const required = "required"

/** Arguments with a table or a page of their own; quoted ones, the alarms, have one together. */
const apart = /^(auth|breaker|network|networkPermissions|permissions|queue|recovery|transform|".*")$/

/** One row of a table of arguments. */
export interface ArgumentRow {
  readonly name: string
  readonly meaning: string
  /** As `@default` says it, or `required`. */
  readonly byDefault: string
}

/** The rows of a type's arguments; those of an object are named `object.argument`. */
export const argumentRows = (declarations: Declarations, type: string): readonly ArgumentRow[] =>
  requiredFirst(rowsOf(declarations, type, ""))

/** Objects with something required come first, and in them what is required. */
const requiredFirst = (rows: readonly ArgumentRow[]): readonly ArgumentRow[] => {
  const isRequired = (row: ArgumentRow) => row.byDefault === required
  const groups = Map.groupBy(rows, ({ name }) => name.split(/[.[]/)[0])
  return [...groups.values()]
    .toSorted((one, other) => Number(other.some(isRequired)) - Number(one.some(isRequired)))
    .flatMap((group) => group.toSorted((one, other) => Number(isRequired(other)) - Number(isRequired(one))))
}

/** The tables of the components' pages, by the name that their markers have. */
export const tables = (
  root: string
): { readonly declarations: Declarations; readonly table: (name: string) => string } => {
  const declarations = readDeclarations(sources(root))
  return {
    declarations,
    table: (name) => {
      const fromData = dataTables[name]
      if (fromData !== undefined) return fromData()
      const [type = "", what] = name.split(" ")
      if (what === "outputs") return memberTable("output", type, declarations.outputsOf(type))
      if (type.endsWith("Transform")) {
        return memberTable(
          "child",
          type,
          declarations.membersOf(type).flatMap(([, members]) => members)
        )
      }
      return argumentTable(argumentRows(declarations, type))
    }
  }
}

type Rows = Map<string, { readonly row: ArgumentRow; readonly arms: readonly string[] }>

const rowsOf = (declarations: Declarations, type: ts.TypeNode | string, prefix: string): readonly ArgumentRow[] => {
  const arms = declarations.membersOf(type)
  if (arms.length === 0) throw new Error(`No interface ${typeof type === "string" ? type : type.getText()}.`)
  const rows: Rows = new Map()
  for (const [arm, members] of arms) {
    for (const member of members) {
      // What an arm must not have is no argument of it.
      if (member.type?.getText() === "never") continue
      for (const row of memberRows(declarations, member, prefix, rows)) {
        const known = rows.get(row.name)
        rows.set(row.name, { row: known?.row ?? row, arms: [...(known?.arms ?? []), arm] })
      }
    }
  }
  return [...rows.values()].map(({ row, arms: [arm = "", ...others] }) => {
    if (others.length + 1 === arms.length) return row
    const only = onlyIn[arm]
    return {
      ...row,
      meaning: only === undefined ? row.meaning : `${row.meaning} ${only}`,
      byDefault: row.byDefault === required ? "required, in one of the forms" : row.byDefault
    }
  })
}

const memberRows = (
  declarations: Declarations,
  member: Member,
  prefix: string,
  known: Rows
): readonly ArgumentRow[] => {
  const name = `${prefix}${member.name}`
  const before = known.get(name)
  // What another arm has said need not be said again.
  if (before !== undefined && member.text === "") return [before.row]
  if (member.text === "") throw new Error(`${name} has no doc comment.`)
  const byDefault = member.byDefault ?? (member.optional ? undefined : required)
  if (byDefault === undefined) throw new Error(`${name} has no @default.`)
  const { type } = member
  const inner = type !== undefined && !apart.test(member.name) && declarations.membersOf(elementOf(type)).length > 0
  const own = { name, meaning: member.text, byDefault }
  if (type === undefined || !inner) return [own]
  const list = elementOf(type) !== type
  const rows = rowsOf(declarations, elementOf(type), list ? `${name}[].` : `${name}.`)
  if (list || hasPlainForm(type)) return [own, ...rows]
  // An object has nothing to say but its members, and asks for them only where it is there.
  const asked = `required, if \`${name}\` is given`
  return member.optional ? rows.map((row) => (row.byDefault === required ? { ...row, byDefault: asked } : row)) : rows
}

/** Whether it may also be a plain value: `boolean | StorefrontArgs`. */
const hasPlainForm = (type: ts.TypeNode): boolean =>
  /(?:^|\| )(?:boolean|string|number|true|false|".*?")(?: \||$)/.test(type.getText())

/** What a list is of: `readonly SubscriptionArgs[]` is of `SubscriptionArgs`. */
const elementOf = (type: ts.TypeNode): ts.TypeNode => {
  let at: ts.Node = type
  while ("type" in at && isNode(at.type) && at.getText().startsWith("readonly ")) at = at.type
  return "elementType" in at && isNode(at.elementType) ? (at.elementType as ts.TypeNode) : type
}

const isNode = (value: unknown): value is ts.Node => typeof value === "object" && value !== null && "kind" in value

const cell = (text: string): string => text.replace(/\|/g, "\\|")

const argumentTable = (rows: readonly ArgumentRow[]): string =>
  [
    "| argument | meaning and range | default |",
    "|---|---|---|",
    ...rows.map(({ name, meaning, byDefault }) => `| \`${name}\` | ${cell(meaning)} | ${cell(codeIn(byDefault))} |`)
  ].join("\n")

const memberTable = (kind: string, owner: string, members: readonly Member[]): string =>
  [
    `| ${kind} | what it is |`,
    "|---|---|",
    ...members.map(({ name, text }) => {
      if (text === "") throw new Error(`${owner}.${name} has no doc comment.`)
      return `| \`${name}\` | ${cell(text)} |`
    })
  ].join("\n")

/** A literal is shown as code, what is said beside it as text. */
const codeIn = (byDefault: string): string =>
  byDefault.replace(/^(-?\d[\d.]*|"[^"]*"|\[\]|\{\}|true|false)(?=$|[:;,]| \()/, "`$1`")

const marker = /<!-- generated: ([\w ]+) -->\n[\s\S]*?<!-- end of \1 -->/g

/** A page with its marked tables as they should be. */
export const withTables = (page: string, table: (name: string) => string): string =>
  page.replace(marker, (_, name: string) => `<!-- generated: ${name} -->\n${table(name)}\n<!-- end of ${name} -->`)
