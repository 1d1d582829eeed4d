/** Where every message of a running system is, read from its own tables, archive and queues. */
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import { decodeArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { decodeLedgerItem, type LedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import type { EmbeddedAws } from "../EmbeddedAws.ts"
import { bodyKey, type Home, orderKey } from "./conservation.ts"
import type { Ending } from "./RunningSystem.ts"

/** A home, and how its message got there. */
export interface SettledHome extends Home, Ending {
  readonly kind: Home["kind"]
  /** Names of the message attributes that the archive has kept. */
  readonly attributes: ReadonlyArray<string>
}

/** One look at the system. */
export interface Snapshot {
  readonly homes: ReadonlyArray<SettledHome>
  readonly orders: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly recovered: number
}

/** Names of what is looked at: outputs of the stack. */
export interface Places {
  readonly ordersTableName: string
  readonly failuresTableName: string
  readonly archiveBucketName: string
}

const unfinished: ReadonlySet<LedgerItem["status"]> = new Set(["healing", "held", "replayed"])

/** What the accounts need of an archived message. */
export interface ArchivedBody {
  readonly body: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What lies in the tables and in the archive. */
export interface Stores {
  /** Stored orders; none that is only being tracked. */
  readonly orders: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly ledger: ReadonlyArray<LedgerItem>
  /** Archived messages by key; `undefined` for an object that cannot be read. */
  readonly archive: ReadonlyMap<string, ArchivedBody | undefined>
}

/** Reads all of it. */
export const readStores = async (aws: EmbeddedAws, places: Places): Promise<Stores> => {
  const [orders, stored] = await Promise.all([
    aws.dynamodb.items(places.ordersTableName),
    aws.dynamodb.items(places.failuresTableName)
  ])
  const objects = aws.s3.objects(places.archiveBucketName)
  return {
    orders: orders.filter(({ storedAt }) => storedAt !== undefined),
    ledger: stored.flatMap((item) => decodeLedgerItem(item) ?? []),
    archive: new Map(objects.map(({ key, body }) => [key, decodeArchivedMessage(body.toString("utf8"))]))
  }
}

/** The key of a stored order. */
export const storedKey = ({ orderId, itemName, quantity }: Readonly<Record<string, unknown>>): string =>
  orderKey({ orderId: String(orderId), itemName: String(itemName), quantity: Number(quantity) })

/** Whether something is still to be done about a failure, its alert included, or to be confirmed. */
export const isUnfinished = ({ status, deadLetters }: LedgerItem): boolean =>
  unfinished.has(status) || deadLetters.some(({ alertDue }) => alertDue === true)

/** Takes a look. An order whose recovery is not confirmed yet is not at home yet. */
export const takeSnapshot = async (aws: EmbeddedAws, places: Places): Promise<Snapshot> => {
  const { orders, ledger, archive } = await readStores(aws, places)
  const failuresByOrder = Map.groupBy(ledger, ({ correlationId }) => correlationId)
  const homesOfOrders = orders.flatMap((order): ReadonlyArray<SettledHome> => {
    const failures = failuresByOrder.get(String(order["orderId"])) ?? []
    if (failures.some(({ status }) => unfinished.has(status))) return []
    return [
      {
        key: storedKey(order),
        kind: "stored",
        failureCode: undefined,
        attributes: [],
        recovered: failures.some(({ status }) => status === "recovered")
      }
    ]
  })
  const homesOfFailures = ledger.flatMap((item): ReadonlyArray<SettledHome> => {
    if (item.status !== "archived" && item.status !== "awaiting-operator") return []
    // Its alert follows within moments; only then is it settled.
    if (isUnfinished(item)) return []
    const message = archive.get(item.archiveKey ?? "")
    // A ledger item without its object is no home: the check will find the message lost.
    return message === undefined
      ? []
      : [
          {
            key: bodyKey(message.body),
            kind: item.status,
            failureCode: failureCode(item.class),
            recovered: false,
            attributes: Object.keys(message.attributes)
          }
        ]
  })
  return {
    homes: [...homesOfOrders, ...homesOfFailures],
    orders,
    recovered: ledger.filter(({ status }) => status === "recovered").length
  }
}
