import * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import type { FifoQueueArgs, ResilientQueueArgs, StandardQueueArgs } from "../../../components/resilientQueue/args.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { refused } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const entry = consumerEntry
const standard = (args: Omit<StandardQueueArgs, "consumer">): ResilientQueueArgs => ({ consumer: { entry }, ...args })
const fifo = (args: Omit<FifoQueueArgs, "consumer" | "fifo">): ResilientQueueArgs => ({
  fifo: true,
  consumer: { entry },
  ...args
})
const consumer = (args: Omit<StandardQueueArgs["consumer"], "entry">): ResilientQueueArgs => ({
  consumer: { entry, ...args }
})
/** As from a program in JavaScript, which no compiler has checked. */
const unchecked = (args: ResilientQueueArgs, more: object): ResilientQueueArgs => ({ ...args, ...more })

const whole = "it must be a whole number"
const aKey = "it must be the ARN of a key, not of an alias (arn:aws:kms:REGION:ACCOUNT:key/ID)."
const refusals: ReadonlyArray<readonly [ResilientQueueArgs, string]> = [
  [consumer({ timeoutSeconds: 0 }), `consumer.timeoutSeconds is 0; ${whole} from 1 to 900.`],
  [consumer({ timeoutSeconds: 1.5 }), `consumer.timeoutSeconds is 1.5; ${whole} from 1 to 900.`],
  [consumer({ memorySizeMegabytes: 64 }), `consumer.memorySizeMegabytes is 64; ${whole} from 128 to 10240.`],
  [
    consumer({ batchSize: 11 }),
    `consumer.batchSize is 11; ${whole} from 1 to 10 (more needs a batching window of at least a second).`
  ],
  [
    consumer({ batchSize: 10_001, maximumBatchingWindowSeconds: 1 }),
    `consumer.batchSize is 10001; ${whole} from 1 to 10000.`
  ],
  [
    consumer({ maximumBatchingWindowSeconds: 301 }),
    `consumer.maximumBatchingWindowSeconds is 301; ${whole} from 0 to 300.`
  ],
  [consumer({ maximumConcurrency: 1 }), `consumer.maximumConcurrency is 1; ${whole} from 2 to 1000.`],
  [
    consumer({ environment: { DLQ_URL: "elsewhere" } }),
    "consumer.environment sets DLQ_URL; the component sets that itself, choose another name."
  ],
  [
    standard({ visibilityTimeoutSeconds: 29 }),
    `visibilityTimeoutSeconds is 29; ${whole} from 30 to 43200 (from the consumer's timeoutSeconds to 12 hours).`
  ],
  [
    standard({ redact: ["$.card.number", "$.a b"] }),
    'redact is "$.a b"; it must be paths such as "$.card.number", "$.items[*].note" or "$..iban".'
  ],
  [
    standard({ correlationField: "invoiceId", redact: ["$.*"] }),
    'redact has "$.*", which leads to correlationField "invoiceId"; messages are looked up by it.'
  ],
  [
    unchecked(standard({}), { redact: ["card.number"] }),
    'redact is "card.number"; it must be paths such as "$.card.number", "$.items[*].note" or "$..iban".'
  ],
  [standard({ delaySeconds: 901 }), `delaySeconds is 901; ${whole} from 0 to 900.`],
  [
    standard({ kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:alias/messages" }),
    `kmsKeyArn is "arn:aws:kms:eu-west-1:123456789012:alias/messages"; ${aKey}`
  ],
  [standard({ kmsKeyArn: "alias/messages" }), `kmsKeyArn is "alias/messages"; ${aKey}`],
  [standard({ maxReceiveCount: 0 }), `maxReceiveCount is 0; ${whole} from 1 to 1000.`],
  [
    standard({ messageRetentionSeconds: 1_209_600 }),
    `messageRetentionSeconds is 1209600; ${whole} from 60 to 1209599 (the dead-letter queue must outlast it, and SQS keeps nothing longer than 1209600).`
  ],
  [
    standard({ deadLetterRetentionSeconds: 345_600 }),
    `deadLetterRetentionSeconds is 345600; ${whole} from 345601 to 1209600 (it must outlast messageRetentionSeconds and the maxAgeSeconds of each recovery rule).`
  ],
  [
    standard({
      deadLetterRetentionSeconds: 400_000,
      recovery: recoveryPolicy({
        Timeout: {
          action: "heal",
          backoff: { baseSeconds: 1, factor: 2, capSeconds: 2 },
          maxAttempts: 1,
          maxAgeSeconds: 500_000
        }
      })
    }),
    `deadLetterRetentionSeconds is 400000; ${whole} from 500000 to 1209600 (it must outlast messageRetentionSeconds and the maxAgeSeconds of each recovery rule).`
  ],
  [
    standard({
      recovery: recoveryPolicy({
        Timeout: {
          action: "heal",
          backoff: { baseSeconds: 0.5, factor: 2, capSeconds: 60 },
          maxAttempts: 3,
          maxAgeSeconds: 600
        }
      })
    }),
    "recovery: The recovery policy is not valid at Timeout.backoff.baseSeconds: Expected a value between 1 and 43200."
  ],
  [standard({ breaker: { consecutiveFailures: 0 } }), `breaker.consecutiveFailures is 0; ${whole} from 1 to 1000.`],
  [standard({ breaker: { failureShare: 1.5 } }), "breaker.failureShare is 1.5; it must be a number from 0 to 1."],
  [standard({ breaker: { minimumAttempts: 0 } }), `breaker.minimumAttempts is 0; ${whole} from 1 to 10000.`],
  [
    standard({ breaker: { windowSeconds: 3601 } }),
    "breaker.windowSeconds is 3601; it must be a number from 1 to 3600."
  ],
  [
    standard({ breaker: { probeAfterSeconds: 901 } }),
    "breaker.probeAfterSeconds is 901; it must be a number from 1 to 900."
  ],
  [
    standard({ breaker: { probeCapSeconds: 0.5 } }),
    "breaker.probeCapSeconds is 0.5; it must be a number from 1 to 900."
  ],
  [
    standard({ breaker: { probeAfterSeconds: 90 } }),
    "breaker.probeCapSeconds is 60; it must be at least breaker.probeAfterSeconds (90)."
  ],
  [
    standard({ breaker: { rampWindowSeconds: 301 } }),
    "breaker.rampWindowSeconds is 301; it must be a number from 1 to 300."
  ],
  [
    standard({ breaker: { resultTimeoutSeconds: 4 } }),
    "breaker.resultTimeoutSeconds is 4; it must be a number from 5 to 3600."
  ],
  [
    standard({ breaker: { normalRatePerSecond: 0 } }),
    "breaker.normalRatePerSecond is 0; it must be a number from 0.01 to 100000."
  ],
  [standard({ breaker: { ceilingRatio: 1 } }), "breaker.ceilingRatio is 1; it must be a number from 1.01 to 100."],
  [
    unchecked(standard({}), { breaker: { ceiling: 2 } }),
    "breaker.ceiling is not part of a breaker's policy; the parts are consecutiveFailures, failureShare, minimumAttempts, windowSeconds, probeAfterSeconds, probeCapSeconds, rampWindowSeconds, resultTimeoutSeconds, normalRatePerSecond, ceilingRatio."
  ],
  [unchecked(standard({}), { breaker: 3 }), "breaker is 3; it must be an object."],
  [
    unchecked(standard({}), { breaker: { failureShare: "0.5" } }),
    'breaker.failureShare is "0.5"; it must be a number from 0 to 1.'
  ],
  [standard({ healer: { timeoutSeconds: 901 } }), `healer.timeoutSeconds is 901; ${whole} from 1 to 900.`],
  [standard({ healer: { memorySizeMegabytes: 1 } }), `healer.memorySizeMegabytes is 1; ${whole} from 128 to 10240.`],
  [standard({ alerts: { windowSeconds: 0 } }), `alerts.windowSeconds is 0; ${whole} from 1 to 86400.`],
  [standard({ archive: { expireAfterDays: 0 } }), `archive.expireAfterDays is 0; ${whole} from 1 to 36500.`],
  [standard({ archive: { glacierAfterDays: 0 } }), `archive.glacierAfterDays is 0; ${whole} from 1 to 3650.`],
  [
    standard({ archive: { glacierAfterDays: 30, expireAfterDays: 30 } }),
    `archive.expireAfterDays is 30; ${whole} from 31 to 36500 (more than archive.glacierAfterDays).`
  ],
  [standard({ alarms: { deadLetterDepth: -1 } }), `alarms.deadLetterDepth is -1; ${whole} from 0 to 1000000.`],
  [standard({ alarms: { failedPercent: 101 } }), `alarms.failedPercent is 101; ${whole} from 0 to 100.`],
  [
    standard({ alarms: { oldestMessageAgeSeconds: 0 } }),
    `alarms.oldestMessageAgeSeconds is 0; ${whole} from 1 to 1209600.`
  ],
  [standard({ alarms: { failedMinimum: 0 } }), `alarms.failedMinimum is 0; ${whole} from 1 to 1000000.`],
  [
    standard({ alarms: { "breaker-open": { datapointsToAlarm: 21 } } }),
    `alarms.breaker-open.datapointsToAlarm is 21; ${whole} from 1 to 20 (its evaluationPeriods).`
  ],
  [
    standard({ alarms: { "healing-errors": { periodSeconds: 90 } } }),
    "alarms.healing-errors.periodSeconds is 90; it must be a multiple of 60."
  ],
  [
    standard({ alarms: { "healing-errors": { evaluationPeriods: 1441 } } }),
    `alarms.healing-errors.evaluationPeriods is 1441; ${whole} from 1 to 1440 (a day, or a week with periods of an hour and more).`
  ],
  [
    unchecked(standard({}), { alarms: { "messages-failing": { threshold: 10 } } }),
    "alarms.messages-failing.threshold is not its threshold; give alarms.failedPercent."
  ],
  [
    unchecked(standard({}), { alarms: { "messages-parked": { severity: "fatal" } } }),
    'alarms.messages-parked.severity is "fatal"; it must be one of critical, error, warning, info.'
  ],
  [
    standard({ alerts: { topicArn: "arn:aws:sns:eu-west-1:123456789012:alerts.fifo" } }),
    'alerts.topicArn is "arn:aws:sns:eu-west-1:123456789012:alerts.fifo"; it must be the ARN of a standard SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME).'
  ],
  [
    standard({ alerts: { severityTopicArns: { critical: "pager" } } }),
    'alerts.severityTopicArns.critical is "pager"; it must be the ARN of a standard SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME).'
  ],
  [
    standard({ alerts: { topicArn: "arn:aws:sns:eu-west-1:123456789012:alerts" }, transform: { alertTopic: {} } }),
    "transform.alertTopic cannot go with alerts.topicArn; that topic is not made here."
  ],
  [
    standard({ alerts: { topicKmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" } }),
    "alerts.topicKmsKeyArn needs alerts.topicArn; the topic that is made here has kmsKeyArn."
  ],
  [
    standard({ logRetentionDays: 31 }),
    "logRetentionDays is 31; it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  ],
  [
    fifo({ fifoThroughputLimit: "perMessageGroupId" }),
    'deduplicationScope is "queue"; it must be messageGroup where fifoThroughputLimit is "perMessageGroupId".'
  ],
  [
    { fifo: true, consumer: { entry, batchSize: 11 } },
    `consumer.batchSize is 11; ${whole} from 1 to 10 (a FIFO queue).`
  ],
  [
    consumer({
      permissions: [{ actions: ["dynamodb:*"], resources: ["arn:aws:dynamodb:eu-west-1:123456789012:table/t"] }]
    }),
    "consumer.permissions: the action dynamodb:* has a wildcard; name each action."
  ],
  [
    unchecked(standard({}), { contentBasedDeduplication: true }),
    "contentBasedDeduplication needs fifo: true; give both or neither."
  ],
  [
    unchecked(fifo({}), { delaySeconds: 5 }),
    "delaySeconds cannot go with fifo: true; healed FIFO messages keep their order."
  ],
  [
    unchecked(fifo({}), { consumer: { entry, maximumBatchingWindowSeconds: 1 } }),
    "consumer.maximumBatchingWindowSeconds cannot go with fifo: true; Lambda has no batching window for FIFO queues."
  ]
]

describe("a ResilientQueue refuses", () => {
  it.each(refusals)(
    "what cannot work, before anything is made, in one sentence that names the argument: case %#",
    async (args, sentence) => {
      const { error, registered } = await refused(() => new ResilientQueue("invoices", args))
      expect(error).toSatisfy(pulumi.RunError.isInstance)
      expect(error).toHaveProperty("message", `invoices: ${sentence}`)
      expect(registered).toBe(0)
    }
  )
})
