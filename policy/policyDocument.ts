/** IAM policy documents among a resource's properties, read. */
import { jsonOf, listOf, type Properties, propertiesOf, textsOf } from "./values.ts"

/** A statement. */
export interface Statement {
  readonly effect: string
  readonly actions: readonly string[]
  /** Whether it says which actions are *not* meant. */
  readonly negated: boolean
  readonly resources: readonly string[]
  /** Whom it is about, as `*`, an ARN or account, or the name of a service; nobody in an identity policy. */
  readonly principals: readonly string[]
  /** Operator → key → values. */
  readonly conditions: readonly Condition[]
}

/** One condition. */
export interface Condition {
  /** In lower case, without `ForAllValues:` and its like. */
  readonly operator: string
  /** In lower case. */
  readonly key: string
  readonly values: readonly string[]
}

/** The statements of a document: of a JSON text or of an object; none if it is neither. */
export const statementsOf = (document: unknown): readonly Statement[] =>
  listOf(jsonOf(document)?.["Statement"]).flatMap((each) => {
    const statement = propertiesOf(each)
    return statement === undefined ? [] : [statementOf(statement)]
  })

const statementOf = (statement: Properties): Statement => ({
  effect: textsOf(statement["Effect"])[0] ?? "",
  actions: textsOf(statement["Action"] ?? statement["NotAction"]),
  negated:
    statement["NotAction"] !== undefined ||
    statement["NotResource"] !== undefined ||
    statement["NotPrincipal"] !== undefined,
  resources: textsOf(statement["Resource"] ?? statement["NotResource"]),
  principals: principalsOf(statement["Principal"]),
  conditions: conditionsOf(statement["Condition"])
})

const principalsOf = (principal: unknown): readonly string[] => {
  const byKind = propertiesOf(principal)
  return byKind === undefined ? textsOf(principal) : Object.values(byKind).flatMap(textsOf)
}

const conditionsOf = (condition: unknown): readonly Condition[] =>
  Object.entries(propertiesOf(condition) ?? {}).flatMap(([operator, keys]) =>
    Object.entries(propertiesOf(keys) ?? {}).map(([key, values]) => ({
      operator: operator.toLowerCase().replace(/^for(?:all|any)values?:/, ""),
      key: key.toLowerCase(),
      values: listOf(values).map(String)
    }))
  )

/** Whether a statement is about an action, wildcards understood. */
export const coversAction = (statement: Statement, action: string): boolean =>
  statement.actions.some((pattern) => matches(pattern, action))

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i"
  ).test(text)
