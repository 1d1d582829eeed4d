/** Operations on queues themselves. */
import { type Operation, type Operations, queueOf } from "../Operation.ts"
import { restMilliseconds } from "../QueueRegistry.ts"
import { checkReadableNames } from "../queueAttributes.ts"
import { invalidParameter, queueDoesNotExist, SqsError } from "../SqsError.ts"

/** How many queues one ListQueues or ListDeadLetterSourceQueues answers. */
const pageSize = 1000

/** One page of a list: the token is the position of the next item. */
const page = (items: ReadonlyArray<string>, maximum: number | undefined, token: string | undefined) => {
  if (maximum !== undefined && (maximum < 1 || maximum > pageSize)) {
    throw invalidParameter("MaxResults", maximum, `Must be between 1 and ${pageSize}, if provided.`)
  }
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64").toString())
  if (!Number.isSafeInteger(start) || start < 0) throw invalidParameter("NextToken", token, "Invalid token.")
  const end = start + (maximum ?? pageSize)
  const next = maximum !== undefined && end < items.length ? Buffer.from(String(end)).toString("base64") : undefined
  return { items: items.slice(start, end), next }
}

const createQueue: Operation = ({ input, registry }) => {
  const queue = registry.create(input.require("QueueName"), input.stringMap("Attributes"), input.stringMap("tags"))
  return { QueueUrl: registry.urlOf(queue) }
}

const deleteQueue: Operation = (request) => {
  request.registry.delete(queueOf(request))
  return {}
}

const getQueueUrl: Operation = ({ input, registry }) => {
  const owner = input.string("QueueOwnerAWSAccountId") ?? registry.account.accountId
  const queue = registry.byName(input.require("QueueName"))
  if (!queue || owner !== registry.account.accountId) throw queueDoesNotExist()
  return { QueueUrl: registry.urlOf(queue) }
}

const listQueues: Operation = ({ input, registry }) => {
  const prefix = input.string("QueueNamePrefix") ?? ""
  const found = registry.all().filter(({ name }) => name.startsWith(prefix))
  const { items, next } = page(
    found.map((queue) => registry.urlOf(queue)),
    input.integer("MaxResults"),
    input.string("NextToken")
  )
  return { ...(items.length === 0 ? {} : { QueueUrls: items }), ...(next === undefined ? {} : { NextToken: next }) }
}

const listDeadLetterSourceQueues: Operation = (request) => {
  const { input, registry } = request
  const sources = registry.sourcesOf(queueOf(request)).map((queue) => registry.urlOf(queue))
  const { items, next } = page(sources, input.integer("MaxResults"), input.string("NextToken"))
  // The one answer of SQS whose member starts with a small letter.
  return { queueUrls: items, ...(next === undefined ? {} : { NextToken: next }) }
}

const getQueueAttributes: Operation = (request) => {
  const queue = queueOf(request)
  const names = request.input.strings("AttributeNames")
  checkReadableNames(names)
  if (names.length === 0) return {}
  const all = Object.entries(request.registry.attributesOf(queue))
  const chosen = names.includes("All") ? all : all.filter(([name]) => names.includes(name))
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) }
}

const setQueueAttributes: Operation = (request) => {
  const queue = queueOf(request)
  const changes = request.input.stringMap("Attributes")
  const { FifoQueue, ...rest } = changes
  if (FifoQueue !== undefined && String(queue.fifo) !== FifoQueue) {
    throw new SqsError("InvalidAttributeName", "Unknown Attribute FifoQueue.")
  }
  request.registry.configure(queue, rest)
  return {}
}

const purgeQueue: Operation = (request) => {
  const queue = queueOf(request)
  if (request.registry.clock.now() - queue.lastPurgedAt < restMilliseconds) {
    const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`
    throw new SqsError("PurgeQueueInProgress", message)
  }
  queue.purge()
  return {}
}

const tagQueue: Operation = (request) => {
  const queue = queueOf(request)
  for (const [key, value] of Object.entries(request.input.stringMap("Tags"))) queue.tags.set(key, value)
  return {}
}

const untagQueue: Operation = (request) => {
  const queue = queueOf(request)
  for (const key of request.input.strings("TagKeys")) queue.tags.delete(key)
  return {}
}

const listQueueTags: Operation = (request) => {
  const { tags } = queueOf(request)
  return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) }
}

/** Operations on queues themselves. */
export const queueOperations: Operations = {
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  GetQueueAttributes: getQueueAttributes,
  SetQueueAttributes: setQueueAttributes,
  PurgeQueue: purgeQueue,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
  ListQueueTags: listQueueTags
}
