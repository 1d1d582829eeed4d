/**
 * AWS in memory, made for speed: three queues, two tables, a bucket and a topic. Here are the operations as they take
 * effect; `ports.ts` puts latency, faults and the processes that call around them.
 */
import { Exit } from "effect"
import type { AwsError } from "../../handlers/aws/AwsError.ts"
import { RequestRejected } from "../../handlers/aws/AwsError.ts"
import { ConditionFailed, type DynamoDb, type Item } from "../../handlers/aws/DynamoDb.ts"
import type { Notification } from "../../handlers/aws/Sns.ts"
import type { OutgoingMessage } from "../../handlers/aws/Sqs.ts"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { alertAttributeName } from "../../handlers/healer/Alert.ts"
import { decodeArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { breakerOfItem } from "../../handlers/ledger/BreakersItem.ts"
import { condition, update } from "./expressions.ts"
import type { History } from "./History.ts"
import { ModelQueue } from "./ModelQueue.ts"
import type { Origin } from "./Origin.ts"
import type { Process } from "./Process.ts"
import type { RandomSource } from "./RandomSource.ts"
import type { VirtualTime } from "./VirtualTime.ts"
import type { Watch } from "./Watch.ts"

/** Names of the tables, and the attribute that is the key of each. */
export const tableKeys: Readonly<Record<string, string>> = { failures: "lineageId", orders: "orderId" }

type Answer<A, E = never> = Exit.Exit<A, AwsError | E>
type DynamoDbRequest<Operation extends keyof DynamoDb["Service"]> = Parameters<DynamoDb["Service"][Operation]>[0]

const rejected = (service: string, operation: string, code: string) =>
  Exit.fail(new RequestRejected({ service, operation, code, message: code }))

/** The services of one history. */
export class ModelAws {
  readonly watch: Watch
  readonly #time: VirtualTime
  readonly #random: RandomSource
  readonly #history: History
  readonly queues: Readonly<Record<"main" | "dead-letter" | "parking", ModelQueue>>
  readonly tables: ReadonlyMap<string, Map<string, Item>>
  readonly objects = new Map<string, string>()
  #messages = 0

  constructor(history: History, time: VirtualTime, random: RandomSource, watch: Watch) {
    this.#history = history
    this.#time = time
    this.#random = random
    this.watch = watch
    this.tables = new Map(Object.keys(tableKeys).map((name) => [name, new Map<string, Item>()]))
    const { fifo, maxReceiveCount } = history
    const parking = new ModelQueue({ name: "parking", fifo, random })
    const moved = (what: (origin: Origin) => void) => (message: { readonly message: OutgoingMessage }) => {
      const origin = watch.originOf(message.message.body)
      watch.note(() => `sqs: message ${origin?.index} was received too often, SQS moves it`)
      if (origin !== undefined) what(origin)
    }
    const deadLetter = new ModelQueue({
      name: "dead-letter",
      fifo,
      random,
      redrive: { maxReceiveCount: 100, to: parking },
      onMoved: moved((origin) => watch.parked(origin))
    })
    const main = new ModelQueue({
      name: "main",
      fifo,
      random,
      redrive: { maxReceiveCount, to: deadLetter },
      onMoved: moved((origin) => watch.failed(origin))
    })
    this.queues = { main, "dead-letter": deadLetter, parking }
  }

  #queue(url: string): ModelQueue | undefined {
    return url === "main" || url === "dead-letter" || url === "parking" ? this.queues[url] : undefined
  }

  /** A stored order of this message, of this very content. */
  readonly isStored = (origin: Origin): boolean => {
    const item = this.tables.get("orders")?.get(origin.arrival.orderId)
    return item?.["storedAt"] !== undefined && item["contentHash"] === origin.contentHash
  }

  /** Sends a message. `again` tells the SDK's own repeat of a send from a send. */
  send(url: string, message: OutgoingMessage, sender: Process | undefined, again: boolean): Answer<string> {
    const queue = this.#queue(url)
    const { fifo } = this.#history
    const { messageGroupId, messageDeduplicationId, delaySeconds } = message
    if (queue === undefined) return rejected("sqs", "SendMessage", "QueueDoesNotExist")
    const names = Object.keys(message.attributes)
    const valid =
      names.length <= 10 &&
      (fifo
        ? messageGroupId !== undefined && messageDeduplicationId !== undefined && delaySeconds === undefined
        : messageDeduplicationId === undefined) &&
      (delaySeconds === undefined || (Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= 900))
    if (!valid) {
      this.watch.violated(`SQS refuses a message: ${names.length} attributes, delay ${delaySeconds}`)
      return rejected("sqs", "SendMessage", "InvalidParameterValue")
    }
    const known = queue.acceptedAs(messageDeduplicationId, this.#time.now)
    if (known !== undefined) return Exit.succeed(known)
    this.#messages += 1
    const id = `message-${this.#messages}`
    queue.send(message, id, this.#time.now)
    this.watch.sent(queue.options.name, id, message, sender, again)
    return Exit.succeed(id)
  }

  /** Deletes a received message. An old receipt handle of a standard queue may or may not delete. */
  delete(url: string, receiptHandle: string): Answer<void> {
    const queue = this.#queue(url)
    const message = queue?.ofReceipt(receiptHandle)
    if (queue === undefined || message === undefined) return Exit.void
    if (queue.received(receiptHandle, this.#time.now) === undefined) {
      if (this.#history.fifo) return rejected("sqs", "DeleteMessage", "ReceiptHandleIsInvalid")
      if (this.#random.chance(0.5)) return Exit.void
    }
    queue.messages.delete(message.id)
    const origin = this.watch.originOf(message.message.body)
    if (origin !== undefined) this.watch.left(origin, queue.options.name, this.isStored)
    return Exit.void
  }

  /** Changes when a received message is visible again. */
  changeVisibility(url: string, receiptHandle: string, seconds: number): Answer<void> {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
      this.watch.violated(`SQS refuses a visibility timeout of ${seconds} s`)
      return rejected("sqs", "ChangeMessageVisibility", "InvalidParameterValue")
    }
    const message = this.#queue(url)?.received(receiptHandle, this.#time.now)
    if (message === undefined) return rejected("sqs", "ChangeMessageVisibility", "MessageNotInflight")
    message.visibleAt = this.#time.now + seconds * 1000
    this.watch.waits(decodeEvidence(message.message.attributes[evidenceAttributeName]?.stringValue))
    return Exit.void
  }

  #item(tableName: string, keys: Item) {
    const table = this.tables.get(tableName)
    const key = String(keys[tableKeys[tableName] ?? ""])
    if (table === undefined) throw new Error(`The model has no table ${tableName}`)
    return { table, key, item: table.get(key) }
  }

  /** An item of a table. */
  item(tableName: string, key: Item): Item | undefined {
    return this.#item(tableName, key).item
  }

  /** DynamoDB GetItem. */
  get(tableName: string, key: Item): Answer<Item | undefined> {
    return Exit.succeed(this.item(tableName, key))
  }

  #write(tableName: string, before: Item | undefined, after: Item) {
    if (tableName === "orders") {
      const origin = this.watch.origins.find(
        ({ contentHash, arrival }) => contentHash === after["contentHash"] && arrival.orderId === after["orderId"]
      )
      if (origin === undefined) this.watch.violated(`An order was stored that nobody sent: ${JSON.stringify(after)}`)
      else if (before?.["storedAt"] !== undefined)
        this.watch.violated(`Order ${origin.arrival.orderId} was stored a second time`)
      else this.watch.effect(origin)
    }
    if (String(after["lineageId"]).startsWith("breaker#"))
      this.watch.breakerWritten(breakerOfItem(before)?.state, breakerOfItem(after)?.state)
    if (after["state"] === "published" && before?.["state"] === "publishing") {
      const fingerprint = String(after["lineageId"]).replace("alert#", "")
      const alert = this.watch.alerts.findLast((each) => each.fingerprint === fingerprint)
      if (alert !== undefined) alert.settled = true
    }
  }

  /** DynamoDB PutItem. */
  put(request: DynamoDbRequest<"put">): Answer<void, ConditionFailed> {
    const { tableName, attributes } = request
    const { table, key, item } = this.#item(tableName, request.item)
    if (request.condition !== undefined && !condition(request.condition)({ item, attributes })) {
      const told = request.returnValuesOnConditionCheckFailure === "ALL_OLD" ? item : undefined
      return Exit.fail(new ConditionFailed({ tableName, item: told }))
    }
    const next = Object.fromEntries(Object.entries(request.item).filter(([, value]) => value !== undefined))
    table.set(key, next)
    this.#write(tableName, item, next)
    return Exit.void
  }

  /** DynamoDB UpdateItem. */
  update(request: DynamoDbRequest<"update">): Answer<Item, ConditionFailed> {
    const { tableName, attributes } = request
    const { table, key, item } = this.#item(tableName, request.key)
    const scope = { item, attributes }
    if (request.condition !== undefined && !condition(request.condition)(scope))
      return Exit.fail(new ConditionFailed({ tableName }))
    const next = { ...update(request.update)(scope), ...request.key }
    table.set(key, next)
    this.#write(tableName, item, next)
    return Exit.succeed(next)
  }

  /** DynamoDB Query, on an index or the table: sorted by the ledger's time. */
  query(request: DynamoDbRequest<"query">): Answer<{ readonly items: ReadonlyArray<Item> }> {
    const table = this.tables.get(request.tableName)
    const holds = condition(request.keyCondition)
    const order = request.scanIndexForward === false ? -1 : 1
    const items = [...(table?.values() ?? [])]
      .filter((item) => holds({ item, attributes: request.attributes }))
      .sort((one, other) => (String(one["lastFailureAt"]) < String(other["lastFailureAt"]) ? -order : order))
    return Exit.succeed({ items: items.slice(0, request.limit) })
  }

  /** S3 PutObject, of a message that is archived. */
  putObject(key: string, body: string): Answer<void> {
    const archived = decodeArchivedMessage(body)
    this.objects.set(key, body)
    if (archived === undefined) return Exit.void
    const origin = this.watch.unchanged("the archive", archived)
    if (origin !== undefined) origin.archived = true
    return Exit.void
  }

  /** S3 GetObject. */
  getObject(key: string): Answer<string> {
    const body = this.objects.get(key)
    return body === undefined ? rejected("s3", "GetObject", "NoSuchKey") : Exit.succeed(body)
  }

  /** SNS Publish, of an alert. */
  publish(notification: Notification): Answer<string> {
    const text = notification.attributes?.[alertAttributeName]?.stringValue
    const alert: unknown = text === undefined ? undefined : JSON.parse(text)
    if (typeof alert !== "object" || alert === null || !("fingerprint" in alert && "lineageId" in alert)) {
      this.watch.violated("An alert does not say what it is about")
      return Exit.succeed("alert")
    }
    this.watch.alerted(String(alert.fingerprint), String(alert.lineageId))
    return Exit.succeed("alert")
  }
}
