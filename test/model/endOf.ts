/** What must be true once nothing moves any more: every message has come to an end, and the ledger says which. */
import { decodeLedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import type { History } from "./History.ts"
import { hasRoom } from "./Origin.ts"
import type { Cloud } from "./ports.ts"

const finalStatuses: ReadonlyArray<string> = ["recovered", "archived", "awaiting-operator", "discarded"]

/** The first thing that is wrong at the end; `undefined` when nothing is. */
export const endOf = ({ aws, watch }: Cloud, history: History): string | undefined => {
  for (const name of ["main", "dead-letter"] as const)
    if (aws.queues[name].messages.size > 0) return `Messages are left in the ${name} queue`

  for (const origin of watch.origins)
    if (!aws.isStored(origin) && !origin.archived && !origin.parked)
      return `Message ${origin.index} is neither stored nor archived nor parked`

  const alertsDue = new Set<string>()
  for (const [key, stored] of aws.tables.get("failures") ?? []) {
    if (key.includes("#")) continue
    const item = decodeLedgerItem(stored)
    if (item === undefined) return `The ledger's item ${key} cannot be read`
    const origin = watch.ofId(key)
    if (origin === undefined) return `The ledger has an item of a message that nobody sent: ${key}`
    if (!hasRoom(origin)) continue
    // The ledger may be behind of what is parked: mostly because it cannot be written.
    if (!finalStatuses.includes(item.status) && !origin.parked)
      return `The ledger still says "${item.status}" of ${key}`
    if (item.archiveKey !== undefined && !aws.objects.has(item.archiveKey))
      return `The ledger's item ${key} names an archive object that does not exist`
    // The parking queue has an alarm of its own.
    if (origin.parked) continue
    if (item.deadLetters.some(({ alertDue }) => alertDue === true)) return `An alert about ${key} was never published`
    if (item.class === "AuthFailure" && item.archiveKey !== undefined) alertsDue.add(item.fingerprint)
  }
  // Where nothing breaks, what was set aside is let go once.
  if (watch.faults === 0 && history.visibilityTimeout >= 60)
    for (const { index, releases, setAside } of watch.origins)
      if (releases > setAside)
        return `Message ${index} was let go ${releases} times for its first try, and set aside ${setAside} times`

  for (const fingerprint of alertsDue)
    if (!watch.alerts.some((alert) => alert.fingerprint === fingerprint))
      return `No alert was ever published about ${fingerprint}`

  return watch.faults === 0 && history.outages.length === 0 ? undisturbedEnd({ aws, watch }, history) : undefined
}

/** Where nothing went wrong but the messages themselves, each has to come to the very end that its behaviour deserves. */
const undisturbedEnd = ({ aws, watch }: Pick<Cloud, "aws" | "watch">, history: History): string | undefined => {
  const disturbers = history.arrivals.filter(
    ({ behaviour }) => behaviour._tag === "Crashes" || behaviour._tag === "Hangs"
  )
  if (watch.alerts.length > 0 && disturbers.length > 0) return undefined
  // Two orders with one id: the second one is not valid.
  const shared = new Set(history.arrivals.map(({ orderId }) => orderId)).size < history.arrivals.length
  if (shared || disturbers.length > 0 || history.visibilityTimeout < 60) return undefined
  // Who fails again and again makes a dependency look down to all: whoever may not wait for long is archived meanwhile.
  const looksDown = history.arrivals.some(
    ({ behaviour }) =>
      behaviour._tag === "Fails" && (behaviour.class === "Timeout" || behaviour.class === "DependencyFailure")
  )
  if (looksDown && history.maxAgeSeconds <= 600) return undefined
  for (const origin of watch.origins) {
    const { behaviour } = origin.arrival
    const stored = aws.isStored(origin)
    if (behaviour._tag === "Succeeds" && !(stored && !origin.archived))
      return `Message ${origin.index} succeeds, but it was not simply stored`
    if (behaviour._tag === "Malformed" && !origin.archived)
      return `Message ${origin.index} is not JSON, but not archived`
    if (watch.origins.some(({ parked }) => parked))
      return `Message ${origin.index} was parked although nothing went wrong`
  }
  return undefined
}
