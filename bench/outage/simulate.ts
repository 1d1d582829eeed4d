/** Runs one policy through one outage and measures it. */
import { resilient } from "./resilient.ts"
import { blindReplays, bulkRedrive, immediateThenDelayed, type Policy } from "./rivals.ts"
import type { Scenario } from "./scenario.ts"
import { ticksPerSecond } from "./scenario.ts"
import { World } from "./World.ts"

/** What a policy did. */
export interface PolicyResult {
  readonly name: string
  /** Calls to the dependency for each message that arrived while it was down. */
  readonly attemptsPerMessage: number
  /** The busiest second from the recovery on, in times of the normal rate. */
  readonly peakLoadRatio: number
  /** The same over ten seconds. */
  readonly peakLoadRatioTenSeconds: number
  /** From the recovery to when the last message that had failed or was set aside was through. */
  readonly drainMinutes: number
  /** Put away for a person, although they would have succeeded. */
  readonly needlesslyArchived: number
  /** Requests to SQS, DynamoDB and S3. */
  readonly apiCalls: number
  readonly dollars: number
  readonly dollarsByService: {
    readonly sqs: number
    readonly lambda: number
    readonly dynamoDb: number
    readonly s3: number
  }
  /** Writes to the failure ledger, and holds in the DLQ. */
  readonly ledgerWrites: number
  readonly holds: number
  readonly arrived: number
  readonly stored: number
  /** Arrived, and neither stored nor archived when nothing was left to do. */
  readonly lost: number
  readonly duplicates: number
  /** The most messages in flight in the main queue and in the DLQ, of 120,000 each. */
  readonly mostInFlight: { readonly main: number; readonly deadLetters: number }
  readonly timeline: Timeline
}

/** By second. */
export interface Timeline {
  readonly load: Uint32Array
  readonly backlog: Uint32Array
}

/** The policies by name, ours first. */
export const policies: ReadonlyMap<string, Policy> = new Map([
  ["circuit breaker", resilient(true)],
  ["retry without breaker", resilient(false)],
  ["three blind replays", blindReplays],
  ["5 immediate, 3 delayed", immediateThenDelayed],
  ["bulk redrive at 500/s", bulkRedrive]
])

/** The most in any `width` consecutive seconds from `from` on, a second. */
const peak = (perSecond: Uint32Array, from: number, width: number): number => {
  let most = 0
  let sum = 0
  for (let second = from; second < perSecond.length; second++) {
    sum += perSecond[second] ?? 0
    if (second >= from + width) sum -= perSecond[second - width] ?? 0
    most = Math.max(most, sum)
  }
  return most / width
}

/** Runs one policy until nothing is left to do. */
export const simulate = (name: string, policy: Policy, scenario: Scenario): PolicyResult => {
  const world = new World(scenario)
  const act = policy(world)
  while (!world.isOver) world.step(act)
  let calls = 0
  let inOutage = 0
  for (let message = 0; message < world.messages; message++) {
    if (!world.arrivedInOutage(message)) continue
    inOutage++
    calls += world.attempts[message] ?? 0
  }
  const end = Math.ceil(world.tick / ticksPerSecond)
  const load = world.load.slice(0, end)
  return {
    name,
    attemptsPerMessage: calls / inOutage,
    peakLoadRatio: peak(load, scenario.outageEndsAt, 1) / scenario.ratePerSecond,
    peakLoadRatioTenSeconds: peak(load, scenario.outageEndsAt, 10) / scenario.ratePerSecond,
    drainMinutes: Math.max(0, world.lastAffectedDoneAt / ticksPerSecond - scenario.outageEndsAt) / 60,
    needlesslyArchived: world.archived,
    apiCalls: world.bill.apiCalls,
    dollars: world.bill.dollars,
    dollarsByService: world.bill.dollarsByService,
    ledgerWrites: world.bill.ledgerWrites,
    holds: world.bill.holds,
    arrived: world.arrived,
    stored: world.stored,
    lost: world.arrived - world.stored - world.archived,
    duplicates: world.duplicates,
    mostInFlight: { main: world.main.mostInFlight, deadLetters: world.deadLetters.mostInFlight },
    timeline: { load, backlog: world.backlog.slice(0, end) }
  }
}
