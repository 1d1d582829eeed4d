/** What an operator asks first: how full is each queue, which breakers are open, what failed, is anything lost? */
import { Clock, Config, Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { type QueueDepth, QueueInspection } from "../aws/QueueInspection.ts"
import { breakerKey, breakerOfItem } from "../ledger/BreakersItem.ts"
import { isoTime } from "../ledger/ledgerTime.ts"
import type { Breaker } from "../recovery/breaker.ts"
import type { FailureLine } from "./FailureLine.ts"
import { type FailureGroup, failureGroups } from "./failureGroups.ts"
import { findFailures } from "./findFailures.ts"
import { type LossAnswer, lossAnswer } from "./lossAnswer.ts"

/** The queues around a consumer. */
export const queueNames = ["main", "dead-letter", "parking"] as const

/** A queue around a consumer. */
export type QueueName = (typeof queueNames)[number]

/** Where the queues are; those that are not known are left out of the answer. */
export type QueueUrls = Readonly<Partial<Record<QueueName, string>>>

/** A queue and how full it is. */
export interface QueueLine extends QueueDepth {
  readonly name: QueueName
}

/** A circuit breaker, as a person reads it. */
export interface BreakerLine {
  readonly dependency: string
  readonly state: Breaker["state"]
  /** When it opened, ISO-8601; of a closed one nothing is known. */
  readonly since?: string
  /** Messages that it holds. */
  readonly held: number
  /** When the next probe is due, ISO-8601; only while it is open. */
  readonly nextProbeAt?: string
}

/** All of it. */
export interface SystemStatus {
  /** When it was read, ISO-8601. */
  readonly at: string
  readonly queues: ReadonlyArray<QueueLine>
  /** Of the dependencies that failures name. */
  readonly breakers: ReadonlyArray<BreakerLine>
  /** Failures that are not over, by cause, the most urgent first. */
  readonly groups: ReadonlyArray<FailureGroup>
  /** How many failures are in the groups, and whether there are more than were read. */
  readonly failures: number
  readonly more: boolean
  /** The first failure of the oldest message that is being healed, held or replayed, ISO-8601; `undefined` when there is none. */
  readonly oldestInMotion: string | undefined
  readonly loss: LossAnswer
  /** How many messages wait for a person: those that await an operator, and those that are parked, each counted once. */
  readonly waiting: number
  /** What a person has to do, each as a sentence; empty when nothing needs one. */
  readonly needsPerson: ReadonlyArray<string>
}

/** What is read for it. */
export interface StatusRequest {
  readonly queues: QueueUrls
  /** So many failures are grouped at most, the newest first. Range: 1–10,000. @default 2000 */
  readonly limit?: number | undefined
}

/** Dependencies of messages that have recovered: their breakers may still be closing. */
const recentlyRecovered = 100

/** A breaker as a person reads it. Pure. */
export const breakerLine = (dependency: string, breaker: Breaker): BreakerLine => {
  const line = { dependency, state: breaker.state, held: breaker.held }
  switch (breaker.state) {
    case "closed":
      return line
    case "open":
      return { ...line, since: isoTime(breaker.openedAt), nextProbeAt: isoTime(breaker.retryAt) }
    case "half-open":
      return { ...line, since: isoTime(breaker.openedAt) }
  }
}

/** How full the known queues are. */
export const readQueues = Effect.fnUntraced(function* (urls: QueueUrls) {
  const inspection = yield* QueueInspection
  const lines = yield* Effect.forEach(
    queueNames,
    (name): Effect.Effect<ReadonlyArray<QueueLine>, AwsError> => {
      const url = urls[name]
      return url === undefined ? Effect.succeed([]) : Effect.map(inspection.depth(url), (depth) => [{ name, ...depth }])
    },
    { concurrency: 3 }
  )
  return lines.flat()
})

/**
 * The breakers of these dependencies, what is not closed first. One that nobody has ever told anything is left out.
 * Config: `FAILED_TABLE`.
 */
export const readBreakers = Effect.fnUntraced(function* (dependencies: ReadonlyArray<string>) {
  const dynamoDb = yield* DynamoDb
  const tableName = yield* Config.NonEmptyString("FAILED_TABLE")
  const lines = yield* Effect.forEach(
    [...new Set(dependencies)].sort(),
    (dependency) =>
      Effect.map(dynamoDb.get(tableName, breakerKey(dependency)), (item) => {
        const breaker = breakerOfItem(item)
        return breaker === undefined ? [] : [breakerLine(dependency, breaker)]
      }),
    { concurrency: 5 }
  )
  return lines.flat().sort((one, other) => Number(one.state === "closed") - Number(other.state === "closed"))
})

const inMotion: ReadonlySet<FailureLine["status"]> = new Set(["healing", "held", "replayed"])

const personFor = (groups: ReadonlyArray<FailureGroup>, parked: number, loss: LossAnswer): ReadonlyArray<string> => [
  ...groups.flatMap(({ statuses, code, example, nextStep }) => {
    const waiting = statuses["awaiting-operator"] ?? 0
    return waiting === 0 ? [] : [`${waiting} × ${code} (${example.reason}) awaits an operator. ${nextStep}`]
  }),
  ...(parked === 0 ? [] : [`${parked} in the parking queue: find the healer's error in its log, then send them back.`]),
  ...(loss.verdict === "possible" ? loss.findings : [])
]

/** The status as of now. Reads only. Config: `FAILED_TABLE`. */
export const systemStatus = Effect.fnUntraced(function* ({ queues: urls, limit = 2000 }: StatusRequest) {
  const at = isoTime(yield* Clock.currentTimeMillis)
  // First the queues: what moves on meanwhile is then counted twice rather than not at all.
  const queues = yield* readQueues(urls)
  const { open, recovered } = yield* Effect.all(
    {
      open: findFailures({}, { limit }),
      recovered: findFailures({ status: "recovered" }, { limit: recentlyRecovered })
    },
    { concurrency: 2 }
  )
  const dependencies = [...open.failures, ...recovered.failures].flatMap(({ dependency }) => dependency ?? [])
  const breakers = yield* readBreakers(dependencies)
  const groups = failureGroups(open.failures)
  const loss = lossAnswer({ at, queues, failures: open.failures, more: open.next !== undefined })
  const parking = queues.find(({ name }) => name === "parking")
  const parked = parking === undefined ? 0 : parking.visible + parking.inFlight + parking.delayed
  const awaiting = open.failures.filter(({ status }) => status === "awaiting-operator")
  // What awaits an operator without an archive object is in the parking queue.
  const known = awaiting.filter(({ archiveKey }) => archiveKey === undefined).length
  const moving = open.failures.filter(({ status }) => inMotion.has(status)).map(({ firstFailureAt }) => firstFailureAt)
  const status: SystemStatus = {
    at,
    queues,
    breakers,
    groups,
    failures: open.failures.length,
    more: open.next !== undefined,
    oldestInMotion: moving.sort()[0],
    loss,
    waiting: awaiting.length + Math.max(0, parked - known),
    needsPerson: personFor(groups, parked, loss)
  }
  return status
})
