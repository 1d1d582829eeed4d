/**
 * The accounts of a chaos run: where every order is, and every message of every order. An answer that was lost makes a
 * client, or an SDK, repeat itself, so that one order may be several messages; each of them has to be in one home, and so
 * has the order.
 */
import { type Conservation, checkConservation, type Home } from "../demo/conservation.ts"
import { isUnfinished, type Stores, storedKey } from "../demo/FinalHomes.ts"
import type { Answer } from "./placeOrders.ts"

/** A message that the system took in. */
export interface TakenMessage {
  /** Its id in the main queue: the lineage of whatever becomes of it. */
  readonly messageId: string
  /** The key of its order. */
  readonly key: string
}

/** What the accounts are made of. */
export interface Books extends Stores {
  /** What the client was told, by the order's key. */
  readonly answers: ReadonlyMap<string, Answer>
  /** What arrived in the main queue. */
  readonly taken: ReadonlyArray<TakenMessage>
  /** Lineages of the messages in the parking queue. */
  readonly parked: ReadonlySet<string>
}

/** The accounts. */
export interface Account {
  /** Orders: accepted = stored + archived + awaiting operator. */
  readonly orders: Conservation
  /** Messages, each in a home of its own. */
  readonly messages: Conservation
  /** The key of a message's order. */
  readonly orderOf: (messageId: string) => string
  /** Messages in the parking queue; their orders await an operator. */
  readonly parked: number
  /** Messages whose recovery the consumer has confirmed. */
  readonly recovered: number
  /** Lineages about which the ledger says that something is still to be done, although nothing is on its way. */
  readonly unfinished: ReadonlyArray<string>
}

/** Where the operator's work is most urgent, first: an order with several messages counts once. */
const precedence: ReadonlyArray<Home["kind"]> = ["stored", "awaiting-operator", "archived"]

/** Makes the accounts. */
export const account = (books: Books): Account => {
  const storedKeys = new Set(books.orders.map(storedKey))
  const lineages = new Map(books.ledger.map((item) => [item.lineageId, item]))
  const messagesOf = Map.groupBy(books.taken, ({ key }) => key)

  const homesOf = ({ messageId, key }: TakenMessage): ReadonlyArray<Home["kind"]> => {
    const item = lineages.get(messageId)
    const isStored = storedKeys.has(key)
    const homes = new Set<Home["kind"]>()
    if (books.parked.has(messageId)) homes.add("awaiting-operator")
    if (item?.status === "archived" || item?.status === "awaiting-operator") {
      // A ledger item without its object is no home.
      if (books.archive.get(item.archiveKey ?? "") !== undefined) homes.add(item.status)
      // Stored by this very message, and by no other of its order, or known to have recovered.
      const isItsOwn = messagesOf.get(key)?.length === 1 || item.history.some(({ act }) => act === "recovered")
      if (isStored && isItsOwn) homes.add("stored")
    } else if (isStored) homes.add("stored")
    return [...homes]
  }

  const homesOfMessages = books.taken.map((message) => ({ ...message, homes: homesOf(message) }))
  const homesOfOrders = [...Map.groupBy(homesOfMessages, ({ key }) => key)].flatMap(([key, messages]) => {
    const homes = new Set(messages.flatMap(({ homes }) => homes))
    const doubled = messages.find(({ homes }) => homes.length > 1)
    const first = precedence.find((kind) => homes.has(kind))
    return (doubled?.homes ?? (first === undefined ? [] : [first])).map((kind): Home => ({ key, kind }))
  })
  const strays = [...storedKeys].filter((key) => !messagesOf.has(key)).map((key): Home => ({ key, kind: "stored" }))
  const accepted = [...books.answers]
    .filter(([key, answer]) => answer === "accepted" || (answer === "undecided" && messagesOf.has(key)))
    .map(([key]) => key)

  const keys = new Map(books.taken.map(({ messageId, key }) => [messageId, key]))

  return {
    orderOf: (messageId) => keys.get(messageId) ?? messageId,
    orders: checkConservation(accepted, [...homesOfOrders, ...strays]),
    messages: checkConservation(
      books.taken.map(({ messageId }) => messageId),
      homesOfMessages.flatMap(({ messageId, homes }) => homes.map((kind): Home => ({ key: messageId, kind })))
    ),
    parked: books.parked.size,
    recovered: books.ledger.filter(({ status }) => status === "recovered").length,
    unfinished: books.ledger.filter(isUnfinished).map(({ lineageId, status, why }) => `${lineageId} ${status}: ${why}`)
  }
}
