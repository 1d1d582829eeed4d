/** Our consumer: the real backoff, and a breaker that it asks and tells as `handlers/consumer/` does. */
import { backoffSeconds } from "../../handlers/recovery/backoff.ts"
import { isBlocking } from "../../handlers/recovery/breaker.ts"
import { defaultRules } from "../../handlers/recovery/RecoveryPolicy.ts"
import { type Evidence, requests } from "./Evidence.ts"
import type { SharedBreaker } from "./SharedBreaker.ts"
import { machinery, ticksPerSecond } from "./scenario.ts"
import type { World } from "./World.ts"

const overheadSeconds = 0.02

const rule = defaultRules.DependencyFailure

const deadLetter = (world: World, evidence: Evidence, message: number, untried: boolean): void => {
  world.affect(message)
  world.main.delete()
  evidence.untried[message] = untried ? 1 : 0
  evidence.admitted[message] = 0
  evidence.held[message] = 0
  evidence.granted[message] = 0
  evidence.failedAt[message] = world.now
  evidence.due[message] = 0
  world.deadLetters.send(message, world.tick, 0)
}

/** One batch of the consumer, begun now. */
export const consumeBatch = (
  world: World,
  evidence: Evidence,
  breaker: SharedBreaker | undefined,
  environments: Array<number>,
  batch: ReadonlyArray<number>
): void => {
  const environment = environments.pop() ?? world.running
  const { callSeconds, failureSeconds, breaker: policy } = world.scenario
  const before = breaker?.read(environment)
  const blocking = before !== undefined && isBlocking(before)
  const setAside = blocking ? batch.filter((message) => evidence.admitted[message] === 0) : []
  const tried = blocking ? batch.filter((message) => evidence.admitted[message] === 1) : batch
  const succeeded: Array<number> = []
  const failed: Array<number> = []
  for (const message of tried) (world.call(message) ? succeeded : failed).push(message)
  for (const message of failed) world.affect(message)
  const trying = failed.length > 0 ? failureSeconds : succeeded.length > 0 ? callSeconds : 0
  world.bill.invocation(trying + overheadSeconds)
  world.consume(trying + overheadSeconds, () => {
    let deleted = 0
    let after = before
    const counted =
      before !== undefined &&
      (before.state !== "closed" || before.failures > 0 || before.consecutiveFailures > 0 || failed.length > 0)
    if (breaker !== undefined && counted && tried.length > 0) {
      const outage = tried.length >= 2 && failed.length > tried.length / 2
      after = breaker.observe(
        environment,
        succeeded.length,
        outage ? Math.max(failed.length, policy.consecutiveFailures) : failed.length
      )
    }
    for (const message of succeeded) {
      // The recovery of what was healed is confirmed.
      if ((world.heals[message] ?? 0) > 0) world.bill.ledgerUpdate()
      world.main.delete()
      world.store(message)
      deleted++
    }
    for (const message of setAside) deadLetter(world, evidence, message, true)
    // What is set aside goes together, what has used up its receives by itself.
    const aside = after?.state === "open" ? failed : []
    for (const message of aside) deadLetter(world, evidence, message, false)
    world.bill.sqsSend += requests(setAside.length + aside.length)
    deleted += setAside.length + aside.length
    for (const message of after?.state === "open" ? [] : failed) {
      const receives = world.receives[message] ?? 0
      if (receives >= machinery.maxReceiveCount) {
        deadLetter(world, evidence, message, false)
        world.bill.sqsSend++
        deleted++
        continue
      }
      world.bill.sqsChangeVisibility++
      world.main.hide(message, world.tick, backoffSeconds(rule.backoff, receives, world.random()) * ticksPerSecond)
    }
    if (deleted > 0) world.bill.sqsDelete++
    environments.push(environment)
  })
}
