/** Evaluates metric math, one data point at a time. */
import type { Expression } from "./parse.ts"

/** A data point; `undefined` when the period has none. */
export type DataPoint = number | undefined

type List = ReadonlyArray<DataPoint>

const lift =
  (operate: (left: number, right: number) => number) =>
  (left: DataPoint, right: DataPoint): DataPoint => {
    if (left === undefined || right === undefined) return undefined
    const result = operate(left, right)
    // Division by zero makes no data point.
    return Number.isFinite(result) ? result : undefined
  }

const test = (holds: (left: number, right: number) => boolean) => lift((left, right) => (holds(left, right) ? 1 : 0))

const and = test((left, right) => left !== 0 && right !== 0)
const or = test((left, right) => left !== 0 || right !== 0)

const operators: Readonly<Record<string, (left: DataPoint, right: DataPoint) => DataPoint>> = {
  "+": lift((left, right) => left + right),
  "-": lift((left, right) => left - right),
  "*": lift((left, right) => left * right),
  "/": lift((left, right) => left / right),
  "^": lift((left, right) => left ** right),
  "<": test((left, right) => left < right),
  "<=": test((left, right) => left <= right),
  ">": test((left, right) => left > right),
  ">=": test((left, right) => left >= right),
  "==": test((left, right) => left === right),
  "!=": test((left, right) => left !== right),
  AND: and,
  "&&": and,
  OR: or,
  "||": or
}

const known = (list: List): ReadonlyArray<number> => list.filter((value) => value !== undefined)

const total = (list: List): number => known(list).reduce((sum, value) => sum + value, 0)

const ofAny =
  (reduce: (list: List) => number) =>
  (list: List): DataPoint =>
    known(list).length === 0 ? undefined : reduce(list)

/** Functions of a list of metrics, data point by data point. */
const listFunctions: Readonly<Record<string, (list: List) => DataPoint>> = {
  SUM: ofAny(total),
  AVG: ofAny((list) => total(list) / known(list).length),
  MAX: ofAny((list) => Math.max(...known(list))),
  MIN: ofAny((list) => Math.min(...known(list)))
}

/** Functions of one data point. */
const pointFunctions: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor
}

const argumentCount = (name: string): number => {
  const count = { FILL: 2, IF: 3 }[name] ?? (Object.hasOwn(pointFunctions, name) ? 1 : undefined)
  if (count === undefined) throw new Error(`Metric math: the embedded AWS does not know the function ${name}.`)
  return count
}

/** The arguments that a function takes, each of which is one value a period. */
const argumentsOf = (name: string, items: ReadonlyArray<Expression>): ReadonlyArray<Expression> => {
  if (Object.hasOwn(listFunctions, name)) {
    const list = items[0]
    if (items.length === 1 && list?.kind === "list" && list.items.length > 0) return list.items
    throw new Error(`Metric math: ${name} takes a list of metrics here, as in ${name}([a, b]).`)
  }
  const count = argumentCount(name)
  if (items.length === count) return items
  throw new Error(`Metric math: ${name} takes ${count} arguments, not ${items.length}.`)
}

const partsOf = (expression: Expression): ReadonlyArray<Expression> => {
  switch (expression.kind) {
    case "number":
    case "id":
      return []
    case "negative":
      return [expression.of]
    case "binary":
      return [expression.left, expression.right]
    case "call":
      return argumentsOf(expression.name, expression.items)
    case "list":
      throw new Error("Metric math: a list is the argument of SUM, AVG, MAX or MIN only.")
  }
}

/** Throws one sentence for a function, or a use of one, that the embedded AWS does not know. */
export const checkMetricMath = (expression: Expression): void => {
  for (const part of partsOf(expression)) checkMetricMath(part)
}

/** The value of a checked expression, given the values of the ids. */
export const evaluateMetricMath = (expression: Expression, lookUp: (id: string) => DataPoint): DataPoint => {
  const evaluate = (each: Expression | undefined): DataPoint =>
    each === undefined ? undefined : evaluateMetricMath(each, lookUp)
  switch (expression.kind) {
    case "number":
      return expression.value
    case "id":
      return lookUp(expression.id)
    case "list":
      return undefined
    case "negative":
      return lift((left, right) => left - right)(0, evaluate(expression.of))
    case "binary":
      return operators[expression.operator]?.(evaluate(expression.left), evaluate(expression.right))
    case "call": {
      const [first, second, third] = expression.items
      if (expression.name === "FILL") return evaluate(first) ?? evaluate(second)
      if (expression.name === "IF") {
        const condition = evaluate(first)
        return condition === undefined ? undefined : evaluate(condition !== 0 ? second : third)
      }
      if (first?.kind === "list") return listFunctions[expression.name]?.(first.items.map(evaluate))
      const value = evaluate(first)
      return value === undefined ? undefined : pointFunctions[expression.name]?.(value)
    }
  }
}
