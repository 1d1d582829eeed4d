import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { checkMetricMath, evaluateMetricMath } from "../../../local/cloudwatch/metricMath/evaluate.ts"
import { parseMetricMath } from "../../../local/cloudwatch/metricMath/parse.ts"

const evaluate = (text: string, values: Record<string, number> = {}) => {
  const parsed = parseMetricMath(text)
  checkMetricMath(parsed)
  return evaluateMetricMath(parsed, (id) => values[id])
}

describe("metric math", () => {
  it.each<[string, Record<string, number>, number | undefined]>([
    ["1 + 2 * 3", {}, 7],
    ["(1 + 2) * 3", {}, 9],
    ["10 - 4 - 3", {}, 3],
    ["-a + 1.5e1", { a: 5 }, 10],
    ["100 * failed / (failed + ok)", { failed: 1, ok: 3 }, 25],
    ["failed / ok", { failed: 1, ok: 0 }, undefined],
    ["a + b", { a: 1 }, undefined],
    ["FILL(a, 0) + FILL(b, 0)", { a: 1 }, 1],
    ["IF(a > 2, 10, 20)", { a: 3 }, 10],
    ["IF(a > 2 AND b == 0, 10, 20)", { a: 3, b: 1 }, 20],
    ["IF(FILL(p, 0) + FILL(f, 0) > 0, 100 * FILL(f, 0) / (FILL(p, 0) + FILL(f, 0)), 0)", { f: 3 }, 100],
    ["IF(FILL(p, 0) + FILL(f, 0) > 0, 100 * FILL(f, 0) / (FILL(p, 0) + FILL(f, 0)), 0)", {}, 0],
    ["SUM([a, b, c])", { a: 1, c: 2 }, 3],
    ["MAX([a, b])", { a: 1, b: 2 }, 2],
    ["AVG([a, b])", {}, undefined],
    ["ABS(a)", { a: -2 }, 2]
  ])("%s with %o is %s", (text, values, expected) => {
    expect(evaluate(text, values)).toBe(expected)
  })

  it("reckons as JavaScript does", () => {
    const operand = fc.integer({ min: 1, max: 99 }).map(String)
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        operand,
        fc
          .tuple(tie("expression"), fc.constantFrom("+", "-", "*"), tie("expression"))
          .map(([a, o, b]) => `${a} ${o} ${b}`),
        tie("expression").map((inner) => `(${inner})`)
      )
    }))
    fc.assert(
      fc.property(expression, (text) => {
        expect(evaluate(text)).toBe(Number(new Function(`return ${text}`)()))
      })
    )
  })

  it.each([
    ["1 +", /ends too early/],
    ["a b", /"b" is not expected/],
    ["a ? b", /"\? b" is not understood/],
    ["ANOMALY_DETECTION_BAND(a, 2)", /does not know the function ANOMALY_DETECTION_BAND/],
    ["SUM(a)", /SUM takes a list/],
    ["FILL(a)", /FILL takes 2 arguments, not 1/],
    ["[a, b]", /a list is the argument of/]
  ])("refuses %s", (text, message) => {
    expect(() => evaluate(text)).toThrow(message)
  })
})
