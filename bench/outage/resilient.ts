/** Our policy: consumer and healer around the real plan, backoff and breaker, as they are in Lambda. */
import { Evidence } from "./Evidence.ts"
import { consumeBatch } from "./resilientConsumer.ts"
import { healBatch, isWaiting } from "./resilientHealer.ts"
import type { Policy } from "./rivals.ts"
import { SharedBreaker } from "./SharedBreaker.ts"
import { healerMachinery } from "./scenario.ts"

/** Our policy, with its breaker or without. */
export const resilient =
  (withBreaker: boolean, watch?: (breaker: SharedBreaker) => void): Policy =>
  (world) => {
    const evidence = new Evidence(world.messages)
    const breaker = withBreaker ? new SharedBreaker(world) : undefined
    if (breaker !== undefined) watch?.(breaker)
    const environments: Array<number> = Array.from(
      { length: world.scenario.consumerConcurrency },
      (_, index) => index
    ).reverse()
    const healers = Array.from(
      { length: world.scenario.healerConcurrency },
      (_, index) => world.scenario.consumerConcurrency + index
    )
    return () => {
      world.receiveBatches((batch) => consumeBatch(world, evidence, breaker, environments, batch))
      while (healers.length > 0 && world.deadLetters.visible > 0) {
        const batch = world.deadLetters.receive()
        const environment = batch.length === 0 ? undefined : healers.pop()
        if (environment === undefined) break
        world.bill.sqsReceive++
        const untried = breaker !== undefined && batch.every((message) => isWaiting(world, evidence, message))
        const seconds = untried ? healerMachinery.waitingBatchSeconds : healerMachinery.batchSeconds
        world.bill.invocation(seconds)
        world.after(seconds, () => {
          healers.push(environment)
          healBatch(world, evidence, breaker, environment, batch)
        })
      }
    }
  }
