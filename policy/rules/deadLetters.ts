/** What a consumer cannot process is kept, long enough, and by whom it belongs to. */
import { resourceRule, type StackViolation, type Subject, stackRule } from "../rule.ts"
import { deadLetterings, given, ofType, refersTo, types } from "../stack.ts"
import { jsonOf, numberOf, shown, textOf, textsOf } from "../values.ts"

/** SQS's own. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const defaultRetentionSeconds = 345_600

/** SQS keeps nothing longer. */
const longestRetentionSeconds = 1_209_600

const consumedQueueRedrives = stackRule(
  {
    name: "consumed-queue-redrives",
    description:
      "A queue that a function consumes has a dead-letter queue, or its failed messages come back until they expire.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
  },
  (stack) => {
    const sources = ofType(stack, types.eventSource)
    const redriven = [...deadLetterings(stack).map(({ source }) => source.urn)]
    return ofType(stack, types.queue)
      .filter((queue) => sources.some((source) => refersTo(source, "eventSourceArn", queue)))
      .filter((queue) => !redriven.includes(queue.urn) && given(queue, "redrivePolicy") === undefined)
      .map((subject) => ({
        subject,
        found: "a function consumes it and it has no redrive policy",
        allowed: "redrivePolicy must name a dead-letter queue"
      }))
  }
)

const retentionOf = (queue: Subject): number =>
  numberOf(given(queue, "messageRetentionSeconds")) ?? defaultRetentionSeconds

/** In a FIFO queue a message's time starts anew when it is moved. */
const leastRetention = (source: Subject): number =>
  given(source, "fifoQueue") === true ? retentionOf(source) : Math.min(retentionOf(source) + 1, longestRetentionSeconds)

const deadLetterRetention = stackRule(
  {
    name: "dead-letter-retention",
    description:
      "A dead-letter queue keeps messages longer than its source, or as long as SQS can: what SQS moves between standard queues keeps the time at which it was sent.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html"
  },
  (stack) =>
    deadLetterings(stack)
      .filter(({ source, target }) => retentionOf(target) < leastRetention(source))
      .map(({ source, target }) => ({
        subject: target,
        found: `messageRetentionSeconds is ${retentionOf(target)} as the dead-letter queue of "${source.name}", which has ${retentionOf(source)}`,
        allowed: `it must be ${leastRetention(source)} or more`
      }))
)

const redriveAllowed = stackRule(
  {
    name: "dead-letter-redrive-allow",
    description: "A dead-letter queue takes dead letters of its own sources only.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"
  },
  (stack) =>
    deadLetterings(stack).flatMap(({ source, target }): readonly StackViolation[] => {
      const separate = ofType(stack, types.redriveAllowPolicy).find((each) => refersTo(each, "queueUrl", target))
      const policy = jsonOf(given(separate ?? target, "redriveAllowPolicy"))
      const allowed = 'its redriveAllowPolicy must have redrivePermission "byQueue" and its sources in sourceQueueArns'
      if (policy === undefined)
        return [{ subject: target, found: "any queue may use it for its dead letters", allowed }]
      const permission = policy["redrivePermission"]
      if (permission !== "byQueue") {
        return [{ subject: target, found: `redrivePermission is ${shown(permission)}`, allowed }]
      }
      const sources = textsOf(policy["sourceQueueArns"])
      const arn = textOf(given(source, "arn"))
      return arn === undefined || sources.includes(arn)
        ? []
        : [{ subject: target, found: `sourceQueueArns lacks "${source.name}"`, allowed }]
    })
)

const batchItemFailures = resourceRule(
  {
    name: "batch-item-failures",
    description:
      "Functions on queues report failures record by record, so that one bad record does not fail its neighbours.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting"
  },
  [types.eventSource],
  ({ props }) => {
    const response = textsOf(props["functionResponseTypes"])
    return response.includes("ReportBatchItemFailures") || !isQueue(props["eventSourceArn"])
      ? []
      : [{ found: `functionResponseTypes is ${shown(response)}`, allowed: 'it must have "ReportBatchItemFailures"' }]
  }
)

const isQueue = (arn: unknown): boolean => textOf(arn)?.split(":")[2] === "sqs"

/**
 * Where a function reads a dead-letter queue, what it sends back may fail again and come to both functions many times, on
 * purpose.
 */
const healingLoop = stackRule(
  {
    name: "healing-loop-decided",
    description:
      "Where a function reads a dead-letter queue, it and the consumer of the queue before say whether they may be part of a loop. A warning only: by itself Lambda stops a message that has come back about 16 times.",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
  },
  (stack) => {
    const sources = ofType(stack, types.eventSource)
    const readersOf = (queue: Subject) =>
      sources
        .filter((source) => refersTo(source, "eventSourceArn", queue))
        .flatMap((source) => ofType(stack, types.function).filter((each) => refersTo(source, "functionName", each)))
    const inLoop = deadLetterings(stack).flatMap(({ source, target }) => {
      const healers = readersOf(target)
      return healers.length === 0 ? [] : [...readersOf(source), ...healers]
    })
    const decided = (reader: Subject) =>
      ofType(stack, types.functionRecursion).some((each) => refersTo(each, "functionName", reader))
    return [...new Map(inLoop.map((reader) => [reader.urn, reader])).values()]
      .filter((reader) => !decided(reader))
      .map((subject) => ({
        subject,
        found:
          "messages that fail come back to it by way of a dead-letter queue, and it has no FunctionRecursionConfig",
        allowed: 'it must have one: "Allow" where something else ends the loop'
      }))
  }
)

/** The rules. */
export const deadLetterRules = [
  consumedQueueRedrives,
  deadLetterRetention,
  redriveAllowed,
  batchItemFailures,
  healingLoop
] as const
