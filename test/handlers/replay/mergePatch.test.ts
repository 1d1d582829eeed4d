import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mergePatch, patchBody } from "../../../handlers/replay/mergePatch.ts"

// The examples of RFC 7396, appendix A.
test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ["{}", '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}']
])("%s with the patch %s is %s", (target, patch, expected) => {
  expect(JSON.stringify(mergePatch(JSON.parse(target), JSON.parse(patch)))).toBe(expected)
})

test("a patch that is applied again changes nothing more", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const once = mergePatch(target, patch)
      expect(mergePatch(once, patch)).toEqual(once)
    })
  )
})

describe("a body", () => {
  test("that is no JSON is not patched", () => {
    expect(patchBody("hello", {}).why).toMatch(/not JSON/)
  })

  test("with a number that would change is not patched", () => {
    expect(patchBody('{"id":12345678901234567890}', { a: 1 }).why).toMatch(/number/)
  })
})

test("a number that JavaScript would print with other digits keeps its body from being patched", () => {
  for (const number of ["12345678901234567890", "0.12345678901234567890", "1e400", "9007199254740993", "1e-400"])
    expect(patchBody(`{"n":${number}}`, { a: 1 }).why).toBe(
      "Its body has a number that would change when it is patched."
    )
  for (const number of ["1.10", "11e-1", "1E2", "1e21", "0.0000001", "-0", "0.0", "120", "-1200.50", "1e-7"])
    expect(patchBody(`{"n":${number},"s":"12345678901234567890 \\" 1e400"}`, { a: 1 }).why).toBeUndefined()
})

test("whatever JavaScript prints can be patched and keeps its value", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const { body } = patchBody(JSON.stringify({ number }), { other: null })
      expect(JSON.parse(body ?? "")).toEqual({ number: Object.is(number, -0) ? 0 : number })
    })
  )
})
