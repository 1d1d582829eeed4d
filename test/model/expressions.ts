/**
 * DynamoDB's expressions, compiled once: conditions and updates as the handlers write them. What the grammar does not know
 * throws, so that no history passes on an expression that was ignored.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import type { ExpressionAttributes, Item } from "../../handlers/aws/DynamoDb.ts"

/** What an expression is evaluated on. */
export interface Scope {
  readonly item: Item | undefined
  readonly attributes: ExpressionAttributes | undefined
}

type Term = (scope: Scope) => unknown

const tokensOf = (expression: string): Array<string> => expression.match(/[#:]?\w+|<=|>=|<>|[=<>(),+-]/g) ?? []

const isLess = (one: unknown, other: unknown): boolean =>
  (typeof one === "number" && typeof other === "number" && one < other) ||
  (typeof one === "string" && typeof other === "string" && one < other)

const isEqual = (one: unknown, other: unknown): boolean =>
  one !== undefined && (one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other)))

const comparisons: Readonly<Record<string, (one: unknown, other: unknown) => boolean>> = {
  "=": isEqual,
  "<>": (one, other) => one !== undefined && !isEqual(one, other),
  "<": isLess,
  "<=": (one, other) => isLess(one, other) || isEqual(one, other),
  ">": (one, other) => isLess(other, one),
  ">=": (one, other) => isLess(other, one) || isEqual(one, other)
}

const attributeOf = (record: Readonly<Record<string, unknown>> | undefined, name: string): unknown =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined

/** The attribute's name: itself, or what `#name` stands for. */
const nameOf = (token: string, { attributes }: Scope): string =>
  token.startsWith("#") ? String(attributeOf(attributes?.names, token)) : token

class Parser {
  readonly #tokens: Array<string>
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  get atEnd(): boolean {
    return this.#tokens.length === 0
  }

  take(...expected: ReadonlyArray<string>): string | undefined {
    const token = this.#tokens[0]
    if (token === undefined || !expected.includes(token.toUpperCase())) return undefined
    this.#tokens.shift()
    return token.toUpperCase()
  }

  expect(expected: string): void {
    if (this.take(expected) === undefined) throw new Error(`Expected ${expected} in the expression: ${this.#text}`)
  }

  token(): string {
    const token = this.#tokens.shift()
    if (token === undefined) throw new Error(`The expression ends early: ${this.#text}`)
    return token
  }

  list<A>(one: () => A): Array<A> {
    const all = [one()]
    while (this.take(",") !== undefined) all.push(one())
    return all
  }

  #arguments(): Array<Term> {
    this.expect("(")
    const terms = this.list(() => this.sum())
    this.expect(")")
    return terms
  }

  operand(): Term {
    const token = this.token()
    if (this.#tokens[0] === "(") {
      const [first, second] = this.#arguments()
      switch (token) {
        case "attribute_exists":
          return (scope) => first?.(scope) !== undefined
        case "attribute_not_exists":
          return (scope) => first?.(scope) === undefined
        case "if_not_exists":
          return (scope) => first?.(scope) ?? second?.(scope)
        case "begins_with":
          return (scope) => String(first?.(scope) ?? "").startsWith(String(second?.(scope)))
        case "list_append":
          return (scope) => [first, second].flatMap((list) => list?.(scope) ?? [])
        default:
          throw new Error(`The model knows no function ${token}`)
      }
    }
    return token.startsWith(":")
      ? (scope) => attributeOf(scope.attributes?.values, token)
      : (scope) => attributeOf(scope.item, nameOf(token, scope))
  }

  sum(): Term {
    let left = this.operand()
    for (let sign = this.take("+", "-"); sign !== undefined; sign = this.take("+", "-")) {
      const [one, other, factor] = [left, this.operand(), sign === "+" ? 1 : -1]
      left = (scope) => Number(one(scope)) + factor * Number(other(scope))
    }
    return left
  }

  #comparison(): Term {
    if (this.take("NOT") !== undefined) {
      const term = this.#comparison()
      return (scope) => term(scope) !== true
    }
    if (this.take("(") !== undefined) {
      const term = this.condition()
      this.expect(")")
      return term
    }
    const left = this.sum()
    if (this.take("IN") !== undefined) {
      const values = this.#arguments()
      return (scope) => values.some((value) => isEqual(left(scope), value(scope)))
    }
    const sign = this.take(...Object.keys(comparisons))
    const compare = sign === undefined ? undefined : comparisons[sign]
    if (compare === undefined) return left
    const right = this.sum()
    return (scope) => compare(left(scope), right(scope))
  }

  condition(): Term {
    const alternatives: Array<Array<Term>> = [[this.#comparison()]]
    for (let word = this.take("AND", "OR"); word !== undefined; word = this.take("AND", "OR")) {
      if (word === "OR") alternatives.push([])
      alternatives.at(-1)?.push(this.#comparison())
    }
    return (scope) => alternatives.some((all) => all.every((term) => term(scope) === true))
  }
}

const cached = <A>(compile: (parser: Parser) => A): ((text: string) => A) => {
  const compiled = new Map<string, A>()
  return (text) => {
    const known = compiled.get(text)
    if (known !== undefined) return known
    const parser = new Parser(text)
    const result = compile(parser)
    if (!parser.atEnd) throw new Error(`The model does not understand the expression: ${text}`)
    compiled.set(text, result)
    return result
  }
}

/** A condition: whether it holds. */
export const condition = cached((parser) => {
  const term = parser.condition()
  return (scope: Scope): boolean => term(scope) === true
})

type Change = (scope: Scope, next: Record<string, unknown>) => void

const changesOf = (parser: Parser): ReadonlyArray<Change> => {
  const clause = parser.take("SET", "REMOVE", "ADD")
  switch (clause) {
    case "SET":
      return parser.list((): Change => {
        const name = parser.token()
        parser.expect("=")
        const value = parser.sum()
        return (scope, next) => {
          next[nameOf(name, scope)] = value(scope)
        }
      })
    case "REMOVE":
      return parser.list((): Change => {
        const name = parser.token()
        return (scope, next) => {
          delete next[nameOf(name, scope)]
        }
      })
    case "ADD":
      return parser.list((): Change => {
        const name = parser.token()
        const value = parser.operand()
        return (scope, next) => {
          const attribute = nameOf(name, scope)
          next[attribute] = Number(attributeOf(scope.item, attribute) ?? 0) + Number(value(scope))
        }
      })
    default:
      throw new Error("The model knows the clauses SET, REMOVE and ADD")
  }
}

/** An update: the item that it makes of another. */
export const update = cached((parser) => {
  const changes: Array<Change> = []
  while (!parser.atEnd) changes.push(...changesOf(parser))
  return (scope: Scope): Item => {
    const next: Record<string, unknown> = { ...scope.item }
    for (const change of changes) change(scope, next)
    return next
  }
})
