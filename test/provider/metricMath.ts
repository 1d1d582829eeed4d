/**
 * Metric math: a parser that says what is wrong with an expression.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** Functions, with the fewest and the most arguments. */
const functions: Readonly<Record<string, readonly [number, number]>> = {
  ABS: [1, 1],
  AVG: [1, 100],
  CEIL: [1, 1],
  DATAPOINT_COUNT: [1, 1],
  DIFF: [1, 1],
  FILL: [2, 2],
  FIRST: [1, 1],
  FLOOR: [1, 1],
  IF: [2, 3],
  LAST: [1, 1],
  MAX: [1, 100],
  METRICS: [0, 1],
  METRIC_COUNT: [1, 1],
  MIN: [1, 100],
  PERIOD: [1, 1],
  RATE: [1, 1],
  REMOVE_EMPTY: [1, 1],
  RUNNING_SUM: [1, 1],
  SEARCH: [2, 3],
  SORT: [3, 4],
  STDDEV: [1, 1],
  SUM: [1, 100],
  TIME_SERIES: [1, 1]
}

const token =
  /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z][A-Za-z0-9_]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(&&|\|\||[<>=!]=|[-+*/^<>(),[\]]))/y

const operators = new Set(["+", "-", "*", "/", "^", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "AND", "OR"])

const searchTerm = /^\{[^,{}"]+(?:,[^,{}"]+)*\}(?: [A-Za-z]+=?"?[^"']*"?)*.*$/

const statistic = /^(?:SampleCount|Average|Sum|Minimum|Maximum|IQM|(?:p|tm|wm|tc|ts)\d{1,2}(?:\.\d{1,10})?|p100)$/

/** Whether this is a statistic of CloudWatch. */
export const isStatistic = (text: unknown): boolean => typeof text === "string" && statistic.test(text)

/** What is wrong with an expression over metrics with these ids. */
export const expressionProblems = (expression: string, ids: ReadonlySet<string>): ReadonlyArray<string> => {
  const tokens: Array<string> = []
  token.lastIndex = 0
  while (token.lastIndex < expression.trimEnd().length) {
    const found = token.exec(expression)
    if (found === null) return [`${expression}: cannot be read`]
    tokens.push(found[1] ?? found[2] ?? found[3] ?? found[4] ?? "")
  }
  const problems: Array<string> = expression.length > 1024 ? [`${expression}: longer than 1024 characters`] : []
  let at = 0
  const take = (): string => tokens[at++] ?? ""
  const expect = (wanted: string) => {
    const got = take()
    if (got !== wanted) problems.push(`${expression}: ${wanted} is missing before ${got === "" ? "the end" : got}`)
  }
  const listOf = (end: string): ReadonlyArray<string> => {
    const texts: Array<string> = []
    if (tokens[at] === end) {
      at++
      return texts
    }
    for (;;) {
      const start = at
      sum()
      texts.push(tokens.slice(start, at).join(" "))
      if (tokens[at] !== ",") break
      at++
    }
    expect(end)
    return texts
  }
  const call = (name: string) => {
    at++
    const parameters = listOf(")")
    const counts = functions[name]
    if (counts === undefined) problems.push(`${expression}: there is no function ${name}`)
    else if (parameters.length < counts[0] || parameters.length > counts[1])
      problems.push(`${expression}: ${name} does not take ${parameters.length} arguments`)
    if (name !== "SEARCH") return
    const [term = "", stat = "", period] = parameters.map((text) => text.replace(/^'|'$/g, ""))
    if (!searchTerm.test(term)) problems.push(`${expression}: ${term} is nothing to search for`)
    if (!isStatistic(stat)) problems.push(`${expression}: ${stat} is no statistic`)
    if (period !== undefined && !(Number(period) > 0)) problems.push(`${expression}: ${period} is no period`)
  }
  const operand = () => {
    const got = take()
    if (got === "-") operand()
    else if (got === "(") {
      sum()
      expect(")")
    } else if (got === "[") listOf("]")
    else if (/^[A-Za-z]/.test(got) && tokens[at] === "(") call(got)
    else if (/^\d|^['"]/.test(got) || /^(?:REPEAT|LINEAR|true|false|ASC|DESC)$/.test(got)) return
    else if (/^[a-z]\w*$/.test(got)) {
      if (!ids.has(got)) problems.push(`${expression}: there is no metric ${got}`)
    } else problems.push(`${expression}: ${got === "" ? "the end" : got} is no operand`)
  }
  const sum = () => {
    operand()
    while (operators.has(tokens[at] ?? "")) {
      at++
      operand()
    }
  }
  sum()
  if (at < tokens.length) problems.push(`${expression}: ${tokens[at]} does not belong there`)
  return problems
}
