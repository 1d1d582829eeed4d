/** The report of a chaos run: some lines for a person, one document for a machine. */
import { isConserved } from "../demo/conservation.ts"
import { type FaultKind, faultKinds } from "../faults/Faults.ts"
import type { Account } from "./account.ts"

/** How a chaos run went. */
export interface ChaosResult {
  readonly orders: number
  readonly seed: number
  readonly account: Account
  /** Orders that the client was told are not wanted. */
  readonly refused: number
  /** Requests that the client repeated. */
  readonly retries: number
  readonly faultsInjected: Readonly<Record<FaultKind, number>>
  /** Messages left in the main queue and in the dead-letter queue. */
  readonly queued: number
  /** Orders that the payment gateway charged more than once. */
  readonly doubleCharges: ReadonlyArray<string>
  /** Seconds in which orders were sent, and until everything had come to rest. */
  readonly sendingSeconds: number
  readonly seconds: number
  /** Set when Ctrl-C ended it early. */
  readonly interrupted: boolean
}

/** Orders that are in no home, and those of whose messages one is in none. */
const lostOf = ({ account }: ChaosResult): ReadonlyArray<string> => [
  ...new Set([...account.orders.lost, ...account.messages.lost.map((messageId) => account.orderOf(messageId))])
]

/** Orders with a message in two homes, and those that were charged twice. */
const duplicatesOf = ({ account, doubleCharges }: ChaosResult): ReadonlyArray<string> => [
  ...new Set([
    ...account.orders.duplicates,
    ...account.messages.duplicates.map((messageId) => account.orderOf(messageId))
  ]),
  ...doubleCharges.map((orderId) => `charged twice: ${orderId}`)
]

/** Whether nothing was lost, doubled, invented or left behind. */
export const holds = (result: ChaosResult): boolean =>
  isConserved(result.account.orders) &&
  isConserved(result.account.messages) &&
  result.doubleCharges.length === 0 &&
  result.queued === 0 &&
  result.account.unfinished.length === 0

/** The one JSON document of `--json`. */
export const toJson = (result: ChaosResult): string => {
  const { account } = result
  const { orders, messages } = account
  return JSON.stringify(
    {
      ok: holds(result),
      orders: result.orders,
      seed: result.seed,
      accepted: orders.accepted,
      stored: orders.stored,
      archived: orders.archived,
      awaitingOperator: orders.awaitingOperator,
      parked: account.parked,
      recovered: account.recovered,
      lost: lostOf(result).length,
      duplicates: duplicatesOf(result).length,
      unexpected: orders.unexpected.length,
      queued: result.queued,
      unfinished: account.unfinished.length,
      messages: messages.accepted,
      refused: result.refused,
      retries: result.retries,
      faultsInjected: result.faultsInjected,
      seconds: result.seconds,
      interrupted: result.interrupted
    },
    null,
    2
  )
}

/** Names at most a few of many. */
const listed = (label: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const shown = 20
  return [
    ...names.slice(0, shown).map((name) => `       ${label}: ${name}`),
    ...(names.length > shown ? [`       ${label}: ${names.length - shown} more`] : [])
  ]
}

/** The conservation check in words, and the verdict. */
export const reportLines = (result: ChaosResult): string => {
  const { account, faultsInjected } = result
  const { orders, messages, parked } = account
  const lost = lostOf(result)
  const duplicates = duplicatesOf(result)
  const seconds = result.seconds.toFixed(1)
  return [
    "Faults",
    `       ${faultKinds.map((kind) => `${kind} ${faultsInjected[kind]}`).join(", ")}`,
    `       the client repeated ${result.retries} requests; ${orders.accepted} orders became ${messages.accepted} messages`,
    "",
    "Conservation",
    `       accepted ${orders.accepted} = stored ${orders.stored} + archived ${orders.archived} + awaiting operator ${orders.awaitingOperator}${parked === 0 ? "" : ` (${parked} of them parked)`}`,
    `       in the queues ${result.queued}, lost ${lost.length}, duplicates ${duplicates.length}; recovered ${account.recovered}`,
    ...listed("lost", lost),
    ...listed("duplicate", duplicates),
    ...listed("not sent by anyone", orders.unexpected),
    ...listed("never finished", account.unfinished),
    "",
    result.interrupted
      ? `Interrupted after ${seconds} s: what was accepted is accounted for above.`
      : holds(result)
        ? `Nothing lost, nothing doubled, nothing left: ${result.orders} orders in ${seconds} s.`
        : `The conservation check does not hold (seed ${result.seed}).`
  ].join("\n")
}
