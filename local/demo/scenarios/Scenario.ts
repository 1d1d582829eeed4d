/** What a scenario is, and the words in which scenarios say what they saw. */
import type { Ending, RunningSystem } from "../RunningSystem.ts"

/** One scenario. */
export interface Scenario {
  readonly name: string
  readonly expected: string
  readonly run: (system: RunningSystem) => Promise<string>
}

/** An order of one laptop, or of an item that fails on purpose. */
export const laptop = (orderId: string, itemName = "Laptop") => ({ orderId, itemName, quantity: 1, userId: "U123" })
/** `prefix-1`, `prefix-2` … */
export const orderIds = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)

/** An ending in words. */
export const text = (ending: Ending): string =>
  [
    ending.kind === "awaiting-operator" ? "awaiting operator" : ending.kind,
    ...(ending.failureCode === undefined ? [] : [ending.failureCode]),
    ...(ending.recovered ? ["(recovered)"] : [])
  ].join(" ")

/** `3 stored, 1 archived UNKNOWN`: equal endings counted, in the order of their first appearance. */
export const tally = (endings: ReadonlyArray<Ending>): string => {
  const counts = new Map<string, number>()
  for (const ending of endings) counts.set(text(ending), (counts.get(text(ending)) ?? 0) + 1)
  return [...counts].map(([name, count]) => (endings.length === 1 ? name : `${count} ${name}`)).join(", ")
}

/** The endings of several orders. */
export const endingsOf = (system: RunningSystem, orders: ReadonlyArray<unknown>): Promise<ReadonlyArray<Ending>> =>
  Promise.all(orders.map((order) => system.ending(JSON.stringify(order))))

/** How many alerts there were for a class and dependency. */
export const alertsOf = (system: RunningSystem, failureClass: string, dependency?: string): number =>
  system.alerts().filter((alert) => alert.failureClass === failureClass && alert.dependency === dependency).length

/** `1 alert`, `2 alerts`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** Places an order and waits for its ending. */
export const placedAndEnded = async (system: RunningSystem, order: ReturnType<typeof laptop>): Promise<string> => {
  const answer = await system.placeOrder(order)
  return `${answer.status}, ${tally(await endingsOf(system, [order]))}`
}
