/** What others do about an outage. Each is modelled at its best: full batches, no crashes, no ledger, no evidence. */
import { backoffSeconds } from "../../handlers/recovery/backoff.ts"
import { machinery, ticksPerSecond } from "./scenario.ts"
import type { World } from "./World.ts"

/** What a policy does at each step. */
export type Policy = (world: World) => () => void

/** What a function needs beside its calls to the dependency. */
const overheadSeconds = 0.02

/** Stores what succeeds; what fails is `handled`. A batch takes as long as its slowest message. */
const tryBatch = (
  world: World,
  batch: ReadonlyArray<number>,
  immediateRetries: number,
  handleFailed: (failed: ReadonlyArray<number>) => void
): void => {
  const { callSeconds, failureSeconds } = world.scenario
  const failed = batch.filter((message) => !world.call(message))
  const seconds = (failed.length > 0 ? failureSeconds : callSeconds) + overheadSeconds
  world.bill.invocation(seconds)
  for (const message of failed) world.affect(message)
  world.consume(seconds, () => {
    const again = immediateRetries > 0 && failed.length > 0
    let deleted = batch.length - failed.length
    for (const message of batch) {
      if (failed.includes(message)) continue
      world.main.delete()
      world.store(message)
    }
    if (again) {
      // In the same invocation, without a word to SQS.
      world.bill.lambdaInvocations--
      tryBatch(world, failed, immediateRetries - 1, handleFailed)
    } else {
      const before = world.main.inFlight
      handleFailed(failed)
      deleted += before - world.main.inFlight
    }
    if (deleted > 0) world.bill.sqsDelete++
  })
}

/** They come back when the queue's visibility timeout has passed since the receive. */
const leaveToVisibility =
  (world: World) =>
  (failed: ReadonlyArray<number>): void => {
    for (const message of failed)
      world.main.hide(
        message,
        world.tick,
        (machinery.visibilityTimeoutSeconds - world.scenario.failureSeconds) * ticksPerSecond
      )
  }

/** Takes batches of ten from the DLQ as fast as they come. */
const drainDeadLetters = (world: World, handle: (message: number) => void): void => {
  while (world.deadLetters.visible > 0) {
    const batch = world.deadLetters.receive()
    if (batch.length === 0) return
    world.bill.sqsReceive++
    world.bill.sqsDelete++
    world.bill.invocation(overheadSeconds)
    for (const message of batch) {
      world.deadLetters.delete()
      handle(message)
    }
  }
}

/** Three replays of whatever is in the DLQ, each after a random delay of up to 900 s; then it is put away. */
export const blindReplays: Policy = (world) => {
  const leave = leaveToVisibility(world)
  const backoff = {
    baseSeconds: machinery.longestDelaySeconds,
    factor: 1,
    capSeconds: machinery.longestDelaySeconds
  }
  return () => {
    world.receiveBatches((batch) => tryBatch(world, batch, 0, leave))
    drainDeadLetters(world, (message) => {
      const replays = world.heals[message] ?? 0
      world.bill.sqsSend++
      if (replays < 3) {
        world.heals[message] = replays + 1
        world.sendToMain(message, backoffSeconds(backoff, 1, world.random()))
      } else world.archive(message)
    })
  }
}

/** Five retries at once, then three more rounds of the same after 10, 20 and 30 s; then the error queue. */
export const immediateThenDelayed: Policy = (world) => {
  const delays = [10, 20, 30]
  const handleFailed = (failed: ReadonlyArray<number>): void => {
    for (const message of failed) {
      const rounds = world.heals[message] ?? 0
      const delay = delays[rounds]
      world.bill.sqsSend++
      world.main.delete()
      if (delay === undefined) {
        world.archive(message)
        continue
      }
      world.heals[message] = rounds + 1
      world.sendToMain(message, delay)
    }
  }
  return () => world.receiveBatches((batch) => tryBatch(world, batch, 5, handleFailed))
}

/** SQS's own limit of `StartMessageMoveTask`. */
const redrivePerSecond = 500

/**
 * Three receives, then the DLQ; somebody starts a redrive the moment that the dependency is back, and again whenever
 * something is left. Billed as the API calls that it makes, in batches of ten.
 */
export const bulkRedrive: Policy = (world) => {
  const leave = leaveToVisibility(world)
  let moved = 0
  return () => {
    world.receiveBatches((batch) => tryBatch(world, batch, 0, leave))
    if (world.tick < world.scenario.outageEndsAt * ticksPerSecond) return
    for (let count = 0; count < redrivePerSecond / ticksPerSecond; count++) {
      const message = world.deadLetters.move()
      if (message === undefined) return
      if (moved++ % machinery.batchSize === 0) {
        world.bill.sqsReceive++
        world.bill.sqsSend++
        world.bill.sqsDelete++
      }
      world.sendToMain(message, 0)
    }
  }
}
