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

/** Takes a look. An order whose recovery is not confirmed yet is not at home yet. */
export const takeSnapshot = async (aws: EmbeddedAws, places: Places): Promise<Snapshot> => {
  const [orders, stored] = await Promise.all([
    aws.dynamodb.items(places.ordersTableName),
    aws.dynamodb.items(places.failuresTableName)
  ])
  const ledger = stored.flatMap((item) => decodeLedgerItem(item) ?? [])
  const archived = new Map(
    aws.s3.objects(places.archiveBucketName).map(({ key, body }) => [key, decodeArchivedMessage(body.toString("utf8"))])
  )
  const storedOrders = orders.filter(({ storedAt }) => storedAt !== undefined)
  const homesOfOrders = storedOrders.flatMap((order): ReadonlyArray<SettledHome> => {
    const failures = ledger.filter(({ correlationId }) => correlationId === order["orderId"])
    if (failures.some(({ status }) => unfinished.has(status))) return []
    const { orderId, itemName, quantity } = order
    return [
      {
        key: orderKey({ orderId: String(orderId), itemName: String(itemName), quantity: Number(quantity) }),
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
    if (item.deadLetters.some(({ alertDue }) => alertDue === true)) return []
    const message = archived.get(item.archiveKey ?? "")
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
    orders: storedOrders,
    recovered: ledger.filter(({ status }) => status === "recovered").length
  }
}
