/**
 * Reads metric math: numbers, ids, `+ - * / ^`, comparisons, `AND`/`OR`, lists and calls.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** An expression, parsed. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "list"; readonly items: ReadonlyArray<Expression> }
  | { readonly kind: "call"; readonly name: string; readonly items: ReadonlyArray<Expression> }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }

/** Binary operators, loosest first. */
const precedence: ReadonlyArray<ReadonlyArray<string>> = [
  ["OR", "||"],
  ["AND", "&&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
  ["^"]
]

const token = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y

const tokenize = (text: string): Array<string> => {
  const tokens: Array<string> = []
  let at = 0
  while (text.slice(at).trim() !== "") {
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) throw new Error(`Metric math "${text}": "${text.slice(at).trim()}" is not understood.`)
    tokens.push(match[0].trim())
    at = token.lastIndex
  }
  return tokens
}

/** Parses an expression. Throws one sentence that quotes it when it is malformed. */
export const parseMetricMath = (text: string): Expression => {
  const tokens = tokenize(text)
  let at = 0

  const fail = (): never => {
    throw new Error(
      `Metric math "${text}": ${tokens[at] === undefined ? "it ends too early" : `"${tokens[at]}" is not expected`}.`
    )
  }
  const expect = (wanted: string): void => {
    if (tokens[at] !== wanted) fail()
    at++
  }
  const itemsUntil = (end: string): Array<Expression> => {
    const items: Array<Expression> = []
    while (tokens[at] !== end) {
      if (items.length > 0) expect(",")
      items.push(binary(0))
    }
    expect(end)
    return items
  }

  const primary = (): Expression => {
    const next = tokens[at++] ?? fail()
    if (next === "(") {
      const inner = binary(0)
      expect(")")
      return inner
    }
    if (next === "[") return { kind: "list", items: itemsUntil("]") }
    if (next === "-") return { kind: "negative", of: primary() }
    if (/^\d/.test(next)) return { kind: "number", value: Number(next) }
    if (!/^[A-Za-z_]/.test(next)) {
      at--
      return fail()
    }
    if (tokens[at] !== "(") return { kind: "id", id: next }
    at++
    return { kind: "call", name: next.toUpperCase(), items: itemsUntil(")") }
  }

  const binary = (level: number): Expression => {
    const operators = precedence[level]
    if (operators === undefined) return primary()
    let left = binary(level + 1)
    for (let operator = tokens[at]; operator !== undefined && operators.includes(operator); operator = tokens[at]) {
      at++
      left = { kind: "binary", operator, left, right: binary(level + 1) }
    }
    return left
  }

  const parsed = binary(0)
  if (at < tokens.length) fail()
  return parsed
}

/** The ids that an expression reads. */
export const idsOf = (expression: Expression): ReadonlyArray<string> => {
  switch (expression.kind) {
    case "number":
      return []
    case "id":
      return [expression.id]
    case "list":
    case "call":
      return expression.items.flatMap(idsOf)
    case "negative":
      return idsOf(expression.of)
    case "binary":
      return [...idsOf(expression.left), ...idsOf(expression.right)]
  }
}
