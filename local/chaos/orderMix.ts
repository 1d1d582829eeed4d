/** The orders of a chaos run: mostly good ones, and some that fail in each way that an order can fail. */
import type { chaosItems } from "../../handlers/orders/chaos.ts"
import type { OrderContent } from "../demo/conservation.ts"
import { draw } from "../faults/draw.ts"

/** Items that fail, and how many in ten thousand orders are for them. */
const failing: Readonly<Record<keyof typeof chaosItems, number>> = {
  ChaosAuthFailure: 100,
  ChaosValidationError: 100,
  ChaosBadPayload: 100,
  ChaosTimeout: 50,
  ChaosDependencyFailure: 50,
  ChaosUnknown: 50,
  // Each of them takes whole batches down with it.
  Poison: 10
}

const good = ["Laptop", "Monitor", "Keyboard", "Mouse", "Headphones"]

const itemOf = (seed: number, index: number): string => {
  const chance = draw(seed, `item ${index}`) * 10_000
  let reached = 0
  for (const [item, share] of Object.entries(failing)) {
    reached += share
    if (chance < reached) return item
  }
  return good[Math.floor(draw(seed, `good ${index}`) * good.length)] ?? "Laptop"
}

/** The order at a position: the same for the same seed. */
export const orderAt = (seed: number, index: number): OrderContent => ({
  orderId: `chaos-${seed}-${index}`,
  itemName: itemOf(seed, index),
  quantity: 1 + Math.floor(draw(seed, `quantity ${index}`) * 9)
})
