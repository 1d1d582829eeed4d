/** The queues of an account: creating, finding, configuring and deleting them. */
import { type Account, arnOf } from "../Account.ts"
import type { Clock } from "../EmbeddedService.ts"
import { Queue, type QueueSurroundings } from "./Queue.ts"
import { permitsSource, readSettings } from "./QueueSettings.ts"
import { checkAttributes, checkCombination, checkQueueName, type readOnlyAttributes } from "./queueAttributes.ts"
import { checkRedriveAllowPolicy, checkRedrivePolicy } from "./redrivePolicies.ts"
import { queueDoesNotExist, SqsError } from "./SqsError.ts"
import type { SqsEvent } from "./SqsService.ts"

/** How long the name of a deleted queue, or a purged queue, has to rest. */
export const restMilliseconds = 60_000

type Attributes = Readonly<Record<string, string>>

/** The queues of one account and region. */
export class QueueRegistry {
  readonly account: Account
  readonly clock: Clock
  readonly #queues = new Map<string, Queue>()
  readonly #deletedAt = new Map<string, number>()
  readonly #surroundings: QueueSurroundings

  constructor(account: Account, clock: Clock, tell: (event: SqsEvent) => void) {
    this.account = account
    this.clock = clock
    this.#surroundings = {
      clock,
      deadLetterQueue: (source) => this.#deadLetterQueueOf(source),
      tell: (kind, queue, messageId) => tell({ kind, queueArn: queue.arn, messageId })
    }
  }

  /** Creates a queue; one with the same name and the same attributes is answered as it is. */
  create(name: string, attributes: Attributes, tags: Attributes = {}): Queue {
    const fifo = attributes["FifoQueue"] === "true"
    checkQueueName(name, fifo)
    const arn = arnOf(this.account, "sqs", name)
    this.#check({ name, arn }, attributes, attributes)
    const settings = readSettings(fifo, attributes)
    const existing = this.#queues.get(name)
    if (existing) {
      const different = Object.keys(attributes).find(
        (key) => settings.attributes[key] !== existing.settings.attributes[key]
      )
      if (different === undefined) return existing
      const message = `A queue already exists with the same name and a different value for attribute ${different}`
      throw new SqsError("QueueNameExists", message)
    }
    const deletedAt = this.#deletedAt.get(name)
    if (deletedAt !== undefined && this.clock.now() - deletedAt < restMilliseconds) {
      const message =
        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
      throw new SqsError("QueueDeletedRecently", message)
    }
    const queue = new Queue({ name, arn }, settings, this.#surroundings)
    for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value)
    this.#queues.set(name, queue)
    return queue
  }

  /** Changes some of a queue's attributes. */
  configure(queue: Queue, changes: Attributes): void {
    const encryption: Attributes = changes["KmsMasterKeyId"] ? { SqsManagedSseEnabled: "false" } : {}
    const attributes = { ...queue.settings.attributes, ...encryption, ...changes }
    this.#check(queue, changes, attributes)
    queue.configure(readSettings(queue.fifo, attributes))
  }

  delete(queue: Queue): void {
    this.#queues.delete(queue.name)
    this.#deletedAt.set(queue.name, this.clock.now())
    queue.close()
  }

  /** All queues, by name. */
  all(): ReadonlyArray<Queue> {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  byName(name: string): Queue | undefined {
    return this.#queues.get(name)
  }

  byArn(arn: string): Queue | undefined {
    const queue = this.#queues.get(arn.slice(arn.lastIndexOf(":") + 1))
    return queue?.arn === arn ? queue : undefined
  }

  /** The queue of a URL; `undefined` when there is none. */
  byUrl(url: string): Queue | undefined {
    const path = url.replace(/^https?:\/\/[^/]+\/?/, "").split("/")
    const name = path.at(-1) ?? ""
    const accountId = path.length > 1 ? path.at(-2) : this.account.accountId
    return accountId === this.account.accountId ? this.#queues.get(name) : undefined
  }

  /** The queue of an ARN, or SQS's own error. */
  require(arn: string): Queue {
    const queue = this.byArn(arn)
    if (!queue) throw queueDoesNotExist()
    return queue
  }

  urlOf(queue: Queue): string {
    return `${this.account.endpoint}/${this.account.accountId}/${queue.name}`
  }

  /** Queues whose redrive policy names this queue. */
  sourcesOf(deadLetterQueue: Queue): ReadonlyArray<Queue> {
    return this.all().filter(({ settings }) => settings.redrivePolicy?.deadLetterTargetArn === deadLetterQueue.arn)
  }

  /** Every attribute of a queue as GetQueueAttributes spells it. */
  attributesOf(queue: Queue): Attributes {
    const { visible, inFlight, delayed } = queue.depth()
    const computed: Record<(typeof readOnlyAttributes)[number], string> = {
      QueueArn: queue.arn,
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.lastModifiedAt / 1000)),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed)
    }
    return { ...computed, ...queue.settings.attributes }
  }

  #check(queue: { readonly name: string; readonly arn: string }, changes: Attributes, result: Attributes): void {
    checkAttributes(queue.name.endsWith(".fifo"), changes)
    checkCombination(result)
    checkRedriveAllowPolicy(changes["RedriveAllowPolicy"])
    checkRedrivePolicy(changes["RedrivePolicy"], queue, (arn) => this.byArn(arn))
  }

  #deadLetterQueueOf(source: Queue): Queue | undefined {
    const target = this.byArn(source.settings.redrivePolicy?.deadLetterTargetArn ?? "")
    return target && permitsSource(target.settings.redriveAllowPolicy, source.arn) ? target : undefined
  }
}
