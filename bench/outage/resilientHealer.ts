/** Our healer: the real plan and probing, and a breaker that it asks as `handlers/healer/` does. */
import { isBlocking } from "../../handlers/recovery/breaker.ts"
import type { Admission } from "../../handlers/recovery/breakerAdmission.ts"
import { type PlannedFailure, plan, type RecoveryState } from "../../handlers/recovery/plan.ts"
import { probeNotBefore } from "../../handlers/recovery/probing.ts"
import { defaultRules, type RecoveryPolicy } from "../../handlers/recovery/RecoveryPolicy.ts"
import { type Evidence, requests } from "./Evidence.ts"
import type { SharedBreaker } from "./SharedBreaker.ts"
import { healerMachinery, machinery, ticksPerSecond } from "./scenario.ts"
import type { World } from "./World.ts"

const recovery: RecoveryPolicy<string> = { rules: defaultRules }

const failureOf = (evidence: Evidence, message: number): PlannedFailure => ({
  class: "DependencyFailure",
  dependency: "dependency",
  untried: evidence.untried[message] === 1,
  at: evidence.failedAt[message]
})

const stateOf = (world: World, evidence: Evidence, message: number): RecoveryState => {
  const due = evidence.due[message] ?? 0
  return {
    attempts: world.heals[message] ?? 0,
    healingSince: ((world.affectedAt[message] ?? 0) * 1000) / ticksPerSecond,
    due: due === 0 ? undefined : due,
    fifo: false
  }
}

/** One message of the healer's batch, with the breaker's answer where it has asked. Answers whether it is gone. */
const healMessage = (world: World, evidence: Evidence, message: number, admission: Admission | undefined): boolean => {
  const attempts = world.heals[message] ?? 0
  const planned = plan(
    recovery,
    failureOf(evidence, message),
    { ...stateOf(world, evidence, message), admission },
    world.now,
    world.random()
  )
  if (admission?.admitted === true) evidence.granted[message] = 1
  switch (planned._tag) {
    case "Archive":
      world.bill.s3Puts++
      world.bill.ledgerChange()
      world.deadLetters.delete()
      world.archive(message)
      return true
    case "Requeue":
      // Once before it is sent, so that the attempt counts, and once after.
      world.bill.ledgerChange()
      world.bill.sqsSend++
      world.bill.ledgerChange()
      world.heals[message] = attempts + 1
      evidence.admitted[message] = evidence.granted[message] ?? 0
      world.deadLetters.delete()
      world.sendToMain(message, planned.delaySeconds)
      return true
    case "Hold": {
      world.bill.holds++
      world.bill.ledgerChange()
      evidence.due[message] = planned.due
      const seconds = planned.visibilityTimeoutSeconds
      if (seconds <= healerMachinery.longestVisibilityHoldSeconds) {
        world.bill.sqsChangeVisibility++
        world.deadLetters.hide(message, world.tick, seconds * ticksPerSecond)
        return false
      }
      // The ledger is asked before the copy is sent, and told after.
      world.bill.dynamoDbReads++
      world.bill.sqsSend++
      world.deadLetters.delete()
      world.deadLetters.send(message, world.tick, Math.min(machinery.longestDelaySeconds, seconds) * ticksPerSecond)
      return true
    }
  }
}

const none = undefined

/** As the healer does: asked is only for what can go now, so that no probe and no slot waits for a backoff. */
const turnOf = (
  world: World,
  evidence: Evidence,
  message: number,
  blocking: boolean
): "ask" | Admission | undefined => {
  if (evidence.untried[message] === 1) return "ask"
  const failure = failureOf(evidence, message)
  const state = stateOf(world, evidence, message)
  if ((evidence.due[message] ?? 0) === 0) {
    const drafted = plan(recovery, failure, state, world.now, world.random())
    if (drafted._tag === "Archive") return none
    evidence.due[message] = drafted._tag === "Hold" ? drafted.due : world.now + drafted.delaySeconds * 1000
  }
  const due = evidence.due[message] ?? 0
  if (!blocking) return due - world.now > machinery.longestDelaySeconds * 1000 ? none : "ask"
  const turn = Math.max(due, probeNotBefore(recovery, failure, state, world.now))
  if (turn <= world.now) return "ask"
  return { admitted: false, until: Math.min(turn, world.now + machinery.longestDelaySeconds * 1000) }
}

/** A message that was never tried waits outside of the ledger: `handlers/healer/waiting.ts`. */
export const isWaiting = (world: World, evidence: Evidence, message: number): boolean =>
  evidence.untried[message] === 1 && world.heals[message] === 0

/** Holds or lets go what waits for its first try; answers how many are gone from the DLQ. */
const passWaiting = (
  world: World,
  evidence: Evidence,
  breaker: SharedBreaker,
  environment: number,
  waiting: ReadonlyArray<number>
): number => {
  const admissions = breaker.admit(
    environment,
    waiting.map((message) => evidence.held[message] === 1)
  )
  let released = 0
  let copied = 0
  let hidden = 0
  for (const [index, message] of waiting.entries()) {
    const admission = admissions[index]
    const heldSince = ((world.affectedAt[message] ?? 0) * 1000) / ticksPerSecond
    const state: RecoveryState = { attempts: 0, healingSince: heldSince, fifo: false, admission }
    const planned = plan(recovery, failureOf(evidence, message), state, world.now, world.random())
    if (planned._tag === "Archive") {
      world.bill.s3Puts++
      world.bill.ledgerChange()
      world.deadLetters.delete()
      world.archive(message)
      copied++
    } else if (planned._tag === "Requeue") {
      evidence.admitted[message] = 1
      evidence.held[message] = 0
      world.deadLetters.delete()
      world.sendToMain(message, planned.delaySeconds)
      released++
    } else {
      world.bill.holds++
      evidence.held[message] = 1
      const seconds = planned.visibilityTimeoutSeconds
      if (seconds <= healerMachinery.longestVisibilityHoldSeconds) {
        world.deadLetters.hide(message, world.tick, seconds * ticksPerSecond)
        hidden++
      } else {
        world.deadLetters.delete()
        world.deadLetters.send(message, world.tick, Math.min(machinery.longestDelaySeconds, seconds) * ticksPerSecond)
        copied++
      }
    }
  }
  world.bill.sqsSend += requests(released) + requests(copied)
  world.bill.sqsChangeVisibility += requests(hidden)
  // What is let go is deleted at once, and once more by Lambda.
  world.bill.sqsDelete += requests(released)
  return released + copied
}

/** One batch of the healer, at its end. */
export const healBatch = (
  world: World,
  evidence: Evidence,
  breaker: SharedBreaker | undefined,
  environment: number,
  batch: ReadonlyArray<number>
): void => {
  const waiting = breaker === undefined ? [] : batch.filter((message) => isWaiting(world, evidence, message))
  let gone =
    breaker === undefined || waiting.length === 0 ? 0 : passWaiting(world, evidence, breaker, environment, waiting)
  const others = waiting.length === 0 ? batch : batch.filter((message) => !waiting.includes(message))
  const blocking = breaker !== undefined && isBlocking(breaker.state)
  const verdicts = others.map((message) => (breaker === undefined ? none : turnOf(world, evidence, message, blocking)))
  const asking = others.filter((_, index) => verdicts[index] === "ask")
  const admissions =
    breaker === undefined || asking.length === 0
      ? []
      : breaker.admit(
          environment,
          asking.map((message) => evidence.held[message] === 1)
        )
  for (const [index, message] of asking.entries())
    evidence.held[message] = admissions[index]?.admitted === false ? 1 : 0
  let next = 0
  for (const [index, message] of others.entries()) {
    // Whether it was dealt with before.
    world.bill.dynamoDbReads++
    const verdict = verdicts[index]
    if (healMessage(world, evidence, message, verdict === "ask" ? admissions[next++] : verdict)) gone++
  }
  if (gone > 0) world.bill.sqsDelete++
}
