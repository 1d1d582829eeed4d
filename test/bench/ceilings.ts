/** Figures that do not depend on the machine, and the ceilings that they keep to. */
import { readFileSync } from "node:fs"
import { expect } from "vitest"

const file = new URL("../../bench/ceilings.json", import.meta.url)

const ceilings: unknown = JSON.parse(readFileSync(file, "utf8"))

/** A ceiling of bench/ceilings.json, by the names on the way to it. */
const ceilingOf = (path: ReadonlyArray<string>): number => {
  const found = path.reduce<unknown>(
    (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
    ceilings
  )
  if (typeof found !== "number") throw new Error(`bench/ceilings.json has no number at ${path.join(" / ")}.`)
  return found
}

/** A figure is not above its ceiling. */
export const expectWithin = (path: ReadonlyArray<string>, value: number): void => {
  const ceiling = ceilingOf(path)
  expect(
    value,
    `${path.join(" / ")} is ${value}, above its ceiling of ${ceiling}. If that is meant, raise it in bench/ceilings.json and say why in the commit; if it is less for good, lower it.`
  ).toBeLessThanOrEqual(ceiling)
}
