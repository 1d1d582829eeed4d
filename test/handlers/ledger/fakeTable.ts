/** One DynamoDB table in memory, with the expressions that the ledger uses. The contract suite runs it beside dynalite. */
import { Effect } from "effect"
import { ConditionFailed, type DynamoDb, type ExpressionAttributes, type Item } from "../../../handlers/aws/DynamoDb.ts"
import { ledgerIndexes } from "../../../handlers/ledger/FailureLedger.ts"
import { ledgerProjections } from "../../../handlers/ledger/ledgerProjections.ts"

type Scope = { readonly item: Item | undefined; readonly attributes: ExpressionAttributes | undefined }

const own = (record: Readonly<Record<string, unknown>> | undefined, key: string): unknown =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined

const nameOf = (token: string, { attributes }: Scope): string =>
  token.startsWith("#") ? String(own(attributes?.names, token)) : token

const evaluated = (token: string, scope: Scope): unknown => {
  const list = token.match(/^list_append\(([^,]+),\s*([^)]+)\)$/)
  if (list !== null) return [list[1], list[2]].flatMap((part) => evaluated(part ?? "", scope))
  const sum = token.match(/^(\S+) \+ (\S+)$/)
  if (sum !== null) return Number(evaluated(sum[1] ?? "", scope)) + Number(evaluated(sum[2] ?? "", scope))
  return token.startsWith(":") ? own(scope.attributes?.values, token) : own(scope.item, nameOf(token, scope))
}

const holds = (expression: string, scope: Scope): boolean =>
  expression.split(/(?<!BETWEEN \S+) AND /).every((term) => {
    const between = term.match(/^(\S+) BETWEEN (\S+) AND (\S+)$/)
    if (between !== null) {
      const [value, from, to] = between.slice(1).map((token) => evaluated(token, scope))
      return value !== undefined && String(value) >= String(from) && String(value) <= String(to)
    }
    const call = term.match(/^attribute_(not_)?exists\((\S+)\)$/)
    if (call !== null) return (evaluated(call[2] ?? "", scope) === undefined) === (call[1] !== undefined)
    const notIn = term.match(/^NOT (\S+) IN \(([^)]+)\)$/)
    if (notIn !== null) {
      const values = (notIn[2] ?? "").split(", ").map((token) => evaluated(token, scope))
      return !values.includes(evaluated(notIn[1] ?? "", scope))
    }
    const compared = term.match(/^(\S+) (=|<=) (\S+)$/)
    if (compared === null) throw new Error(`The fake table does not know the condition ${term}`)
    const [left, right] = [evaluated(compared[1] ?? "", scope), evaluated(compared[3] ?? "", scope)]
    if (left === undefined) return false
    return compared[2] === "=" ? left === right : String(left) <= String(right)
  })

/** What each index holds of an item. */
const heldBy = new Map<string, ReadonlyArray<string>>([
  [ledgerIndexes.byClass, ["class", ...ledgerProjections.byClass]],
  [ledgerIndexes.byStatus, ["status", ...ledgerProjections.byStatus]],
  [ledgerIndexes.byCorrelationId, ["correlationId", ...ledgerProjections.byCorrelationId]]
])

/** An item as a query of an index finds it, or of the table. */
const projected = (indexName: string | undefined, item: Item): Item => {
  if (indexName === undefined) return item
  const names = ["lineageId", "lastFailureAt", ...(heldBy.get(indexName) ?? [])]
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(item, name) ? [[name, item[name]]] : [])))
}

/** A fresh table, keyed by `lineageId`. Every value that is stored has to survive JSON, as DynamoDB's own have to. */
export const makeFakeTable = () => {
  const items = new Map<string, Item>()
  const keyOf = (key: Item) => String(key["lineageId"])
  const stored = (item: Item): Item => JSON.parse(JSON.stringify(item))
  const guarded = <A>(
    tableName: string,
    condition: string | undefined,
    scope: Scope,
    write: () => A
  ): Effect.Effect<A, ConditionFailed> =>
    Effect.suspend(() =>
      condition === undefined || holds(condition, scope)
        ? Effect.sync(write)
        : Effect.fail(new ConditionFailed({ tableName }))
    )
  const service: DynamoDb["Service"] = {
    get: (_, key) => Effect.sync(() => items.get(keyOf(key))),
    getMany: (_, keys) => Effect.sync(() => keys.map((key) => items.get(keyOf(key)))),
    put: ({ tableName, item, condition, attributes }) =>
      Effect.suspend(() =>
        guarded(tableName, condition, { item: items.get(keyOf(item)), attributes }, () => {
          items.set(keyOf(item), stored(item))
        })
      ),
    update: ({ tableName, key, update, condition, attributes }) =>
      Effect.suspend(() => {
        const scope = { item: items.get(keyOf(key)), attributes }
        return guarded(tableName, condition, scope, () => {
          const changes = update.replace(/^SET /, "").split(/, (?![^(]*\))/)
          const changed = changes.map((change) => {
            const [name = "", value = ""] = change.split(" = ")
            return [nameOf(name, scope), evaluated(value, scope)] as const
          })
          const next = stored({ ...scope.item, ...key, ...Object.fromEntries(changed) })
          items.set(keyOf(key), next)
          return next
        })
      }),
    query: ({ indexName, keyCondition, attributes, scanIndexForward, limit }) =>
      Effect.sync(() => {
        const order = scanIndexForward === false ? -1 : 1
        const found = [...items.values()]
          .filter((item) => holds(keyCondition, { item, attributes }))
          .sort((one, other) => (String(one["lastFailureAt"]) < String(other["lastFailureAt"]) ? -order : order))
        return { items: found.slice(0, limit).map((item) => projected(indexName, item)) }
      })
  }
  return { items, service }
}
