/** The arguments of `ResilientQueue`. */
import type * as pulumi from "@pulumi/pulumi"
import type { RedactPathText } from "../../handlers/failure/redactPath.ts"
import type { Severity } from "../../handlers/notifier/Notice.ts"
import type { BreakerPolicy } from "../../handlers/recovery/breaker.ts"
import type { RecoveryRule } from "../../handlers/recovery/RecoveryPolicy.ts"
import type { Entry } from "../function/bundle.ts"
import type { Permission } from "../function/permission.ts"
import type { TracingMode } from "../function/tracing.ts"
import type { Network } from "../network/Network.ts"
import type { WebhookArgs } from "../notifier/args.ts"
import type { AlarmArgs } from "./alarmArgs.ts"
import type { ProducerArgs } from "./producers.ts"
import type { ResilientQueueTransform } from "./transform.ts"

export type { RedactPathText } from "../../handlers/failure/redactPath.ts"
export type { TracingMode } from "../function/tracing.ts"
export type { AlarmArgs, AlarmTuning, HealingAlarmArgs, ThresholdTuning } from "./alarmArgs.ts"

/** The levels of a function's own log. */
export const logLevels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const

/** The level from which a function writes its own log. */
export type LogLevel = (typeof logLevels)[number]

/** The function that consumes the queue. */
export interface ConsumerArgs {
  /**
   * Its entry: a TypeScript file that exports `handler`, made with `resilientConsumer`. Bundled when the program runs.
   * @example new URL("./storeInvoice.handler.ts", import.meta.url)
   */
  readonly entry: Entry
  /** How long one batch may take, in seconds. Range: 1–900. @default 30 */
  readonly timeoutSeconds?: pulumi.Input<number>
  /** Its memory in MiB. Range: 128–10,240. @default 512 */
  readonly memorySizeMegabytes?: pulumi.Input<number>
  /** Its environment, besides what the component sets. Names that the component sets are refused. @default {} */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>
  /**
   * What its role may do, besides consuming the queue: exact actions on exact ARNs.
   * @default []
   * @example [{ actions: ["dynamodb:PutItem"], resources: [table.arn] }]
   */
  readonly permissions?: readonly Permission[]
  /** The most messages in a batch. Range: 1–10,000; above 10 only with a batching window; FIFO: 1–10. @default 10 */
  readonly batchSize?: pulumi.Input<number>
  /** The most batches in hand at a time: what the consumer's dependencies can bear. Range: 2–1,000. @default 10 */
  readonly maximumConcurrency?: pulumi.Input<number>
}

/** The consumer of a standard queue. */
export interface StandardConsumerArgs extends ConsumerArgs {
  /** How long Lambda waits to fill a batch, in seconds. Range: 0–300. @default 0 */
  readonly maximumBatchingWindowSeconds?: pulumi.Input<number>
}

/** The healer: the function that reads the dead-letter queue. */
export interface HealerArgs {
  /** How long one batch may take, in seconds. Range: 1–900. @default 30 */
  readonly timeoutSeconds?: pulumi.Input<number>
  /** Its memory in MiB. Range: 128–10,240. @default 512 */
  readonly memorySizeMegabytes?: pulumi.Input<number>
}

/** A topic whose notifications go into the queue. */
export interface SubscriptionArgs {
  /** The topic. A FIFO queue takes FIFO topics only. */
  readonly topicArn: pulumi.Input<string>
  /**
   * Which notifications: a filter policy over their message attributes.
   * @default every notification
   * @example { store: ["example_corp"] }
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
   */
  readonly filterPolicy?: pulumi.Input<Readonly<Record<string, pulumi.Input<unknown>>>>
}

/** Who is told, and how often. */
export interface AlertArgs {
  /** An address that gets every alert and alarm; its owner has to confirm once. @default nobody: subscribe to `alertTopicArn` */
  readonly email?: pulumi.Input<string>
  /**
   * A standard topic of yours that alerts and alarms go to, in the place of one of their own. Its policy is yours: it has to
   * admit `cloudwatch.amazonaws.com`, and the healer's role where it denies others. A topic of several queues tells the
   * webhooks of each of all of them: give `webhooks` to one. @default a topic is made
   */
  readonly topicArn?: pulumi.Input<string>
  /**
   * The customer managed key that `topicArn` is encrypted with. Its policy has to admit CloudWatch, as `keyPolicyStatements`
   * has it. @default none, or `kmsKeyArn`
   */
  readonly topicKmsKeyArn?: pulumi.Input<string>
  /** Failures with one fingerprint give one alert in this many seconds. Range: 1–86,400. @default 900 */
  readonly windowSeconds?: pulumi.Input<number>
  /**
   * Topics of yours that alarms of a severity tell as well, e.g. one that wakes somebody up. Standard topics of this region,
   * whose policies admit `cloudwatch.amazonaws.com`; not encrypted with SNS's own key. @default none
   * @example { critical: pager.arn }
   */
  readonly severityTopicArns?: Readonly<Partial<Record<Severity, pulumi.Input<string>>>>
  /**
   * Webhooks that are told of every alert and alarm: of Slack, of PagerDuty, or a program of yours. Each has a function of its
   * own; what a webhook does not take waits in a queue with an alarm. At most 9. @default none, and nothing is made for them
   * @example [{ kind: "slack", url: config.requireSecret("slackUrl") }]
   */
  readonly webhooks?: readonly WebhookArgs[]
}

/** How long archived messages are kept, and where. */
export interface ArchiveArgs {
  /**
   * Days until a message's object of 128 KiB and more moves to Glacier Flexible Retrieval: it cannot be replayed until it is
   * restored, which takes hours. Smaller ones cost more there than they save: 40 KB and a request each, and 90 days at least.
   * Range: 1–3,650. @default none: every object stays where a replay reads it
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly glacierAfterDays?: pulumi.Input<number>
  /**
   * Days until an object is deleted, whether or not its failure still waits for a person: the ledger knows of it for as long
   * as it waits, but there is nothing left to replay. For 30 days more a deleted object can be brought back.
   * Range: 1 (more than `glacierAfterDays`) to 36,500. @default 365
   */
  readonly expireAfterDays?: pulumi.Input<number>
}

/** What the dashboard of a healer has besides graphs. */
export interface HealingDashboardArgs {
  /** Whether a widget lists the failures in groups: a function, which whoever looks at the dashboard invokes. @default true */
  readonly failureGroups?: boolean
}

/** What the dashboard of a queue has besides graphs. The replay's button is in the widget of failure groups. */
export type DashboardArgs =
  | {
      /** Whether a widget lists the failures in groups. @default true */
      readonly failureGroups?: true
      /** Whether there is a button that replays a group: a function, for those who may invoke it. @default true */
      readonly replay?: boolean
    }
  | {
      /** No list of failures. */
      readonly failureGroups: false
      /** None: the button stands in the list. */
      readonly replay?: never
    }

/** What a healer and all around it takes, on whatever dead-letter queue it is. */
export interface HealingArgs {
  /** What to do about each failure class, as `recoveryPolicy` makes it. @default the default policy */
  readonly recovery?: {
    /** The rules, by class. */
    readonly rules: Readonly<Record<string, RecoveryRule>>
  }
  /**
   * When a dependency's circuit breaker opens, and how fast healing comes back; what is not given has its default.
   * @default {}
   * @example { normalRatePerSecond: 20, ceilingRatio: 1.5 }
   */
  readonly breaker?: Partial<BreakerPolicy>
  /** The healer. @default {} */
  readonly healer?: HealerArgs
  /** Who is told. @default {} */
  readonly alerts?: AlertArgs
  /** The archive. @default {} */
  readonly archive?: ArchiveArgs
  /** What the dashboard has besides graphs. @default {} */
  readonly dashboard?: HealingDashboardArgs
  /** The top-level field of a message's body by which its failure can be looked up, e.g. `orderId`. @default none */
  readonly correlationField?: string
  /**
   * What of a message's body is written down nowhere: paths (RFC 9535: members, elements, `[*]`, `..name`) whose values
   * are replaced by `[redacted]` in the archive, and taken out of the failures that quote them in evidence, ledger, alerts
   * and logs. Of a body that is not JSON nothing is archived then. A redacted message is replayed only with an edit that
   * restores what is missing. A path to `correlationField` is refused. @default none
   *
   * @example ["$.card.number", "$.items[*].note", "$..iban"]
   */
  readonly redact?: readonly RedactPathText[]
  /** The level from which the functions write their logs. @default "INFO" */
  readonly logLevel?: pulumi.Input<LogLevel>
  /** How long the functions' logs are kept, in days. One of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: pulumi.Input<number>
  /**
   * Whether X-Ray traces the functions: `"Active"`, of each function the first invocation of each second and a twentieth of the
   * others, at $5 a million traces; or `"PassThrough"`, none. The functions are not instrumented: a trace says what their
   * logs say of every invocation, how long it took and whether it failed. What leads from a message to its failure are the ids in
   * logs and ledger, with either.
   * @default "PassThrough", as Lambda has it
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: TracingMode
  /**
   * Where the functions run. `"private"`: in a VPC made for them, with no way to the internet, and with endpoints that let
   * them reach what their roles name. Or in subnets of yours.
   * @default none: a network of Lambda's own, which reaches the internet
   * @example "private"
   * @example { subnetIds: vpc.privateSubnetIds, securityGroupIds: [group.id] }
   */
  readonly network?: Network
  /**
   * Closes what holds messages to everybody but the component's own functions, the subscribed topics, and these roles (those
   * of people who replay, and of what sends straight to the queue), by ARN: administrators cannot read or send either.
   * @default not closed: whoever in the account has a policy that allows it
   */
  readonly trustedRoleArns?: readonly pulumi.Input<string>[]
  /** Whether queues, ledger and archive are protected from deletion, as they should be in production. @default false */
  readonly protectData?: boolean
}

/** What standard and FIFO queues have in common. */
export interface QueueArgs extends HealingArgs {
  /**
   * How often a message is received before SQS moves it to the dead-letter queue. With fewer than 5, which AWS advises for
   * Lambda, throttling alone may move messages there. Range: 1–1,000.
   * @default 5
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  readonly maxReceiveCount?: pulumi.Input<number>
  /**
   * How long a received message stays invisible, in seconds. Range: the consumer's `timeoutSeconds` – 43,200.
   * @default 6 × the consumer's `timeoutSeconds` + its `maximumBatchingWindowSeconds`, as AWS advises
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  readonly visibilityTimeoutSeconds?: pulumi.Input<number>
  /** How long an unconsumed message is kept, in seconds. Range: 60–1,209,599. @default 345600 (4 days) */
  readonly messageRetentionSeconds?: pulumi.Input<number>
  /**
   * How long the dead-letter queue keeps a message, in seconds; what SQS itself moves there keeps, in a standard queue, the
   * time at which it was sent. The parking queue keeps for 14 days, the most there is. Range: more than `messageRetentionSeconds`, up to 1,209,600. @default 1209600 (14 days)
   */
  readonly deadLetterRetentionSeconds?: pulumi.Input<number>
  /**
   * A customer managed KMS key, by its own ARN (an alias's is refused), for queues, ledger, archive, alert topic and logs. Its key policy has to admit the services
   * that use it: `keyPolicyStatements` has their statements.
   * @default none: each service's own encryption
   */
  readonly kmsKeyArn?: pulumi.Input<string>
  /**
   * What other functions may do that run in the network which `network: "private"` makes: its endpoints admit that too.
   * @default []
   */
  readonly networkPermissions?: readonly Permission[]
  /** Roles that may read the failure ledger where `trustedRoleArns` closes it, e.g. that of an API. @default [] */
  readonly ledgerReaderArns?: readonly pulumi.Input<string>[]
  /** Topics whose notifications go into the queue, delivered raw. @default [] */
  readonly subscriptions?: readonly SubscriptionArgs[]
  /**
   * Who else may send to the queue, by its own policy: EventBridge for rules, S3 for buckets, other accounts, single roles. A
   * second `QueuePolicy` would replace the component's. Roles of the same account need nothing here, unless
   * `trustedRoleArns` closes the queue. With `kmsKeyArn`, the key's policy has to admit them as well.
   * @default [], and nobody but the account's own roles and the subscribed topics
   * @example [{ service: "events.amazonaws.com", sourceArns: [rule.arn] }, { accountIds: ["210987654321"] }]
   */
  readonly producers?: readonly ProducerArgs[]
  /**
   * The alarms: their limits, and each by itself.
   * @default {}
   * @example { failedPercent: 10, "dead-letters-received": false, "messages-late": { evaluationPeriods: 15 } }
   */
  readonly alarms?: AlarmArgs
  /**
   * What the dashboard has besides graphs.
   * @default {}
   * @example { replay: false }
   */
  readonly dashboard?: DashboardArgs
  /** The way out: changes the arguments of single children. @default {} */
  readonly transform?: ResilientQueueTransform
}

/** A standard queue: unordered, at least once. */
export interface StandardQueueArgs extends QueueArgs {
  /** Whether it is a FIFO queue. Changing it replaces the queues. @default false */
  readonly fifo?: false
  /** The function that consumes the queue. */
  readonly consumer: StandardConsumerArgs
  /** How long each new message is held back, in seconds. Range: 0–900. @default 0 */
  readonly delaySeconds?: pulumi.Input<number>
}

/**
 * A FIFO queue: ordered within each message group. Lambda has no batching window for it, and SQS no per-message delay.
 * Changing `fifo` replaces the queues.
 */
export interface FifoQueueArgs extends QueueArgs {
  /** It is a FIFO queue. Changing it replaces the queues. */
  readonly fifo: true
  /** The function that consumes the queue. */
  readonly consumer: ConsumerArgs
  /** Whether SQS takes a hash of the body for a deduplication id where the sender gives none. @default false */
  readonly contentBasedDeduplication?: pulumi.Input<boolean>
  /** Whether deduplication counts in the queue or in each message group. @default "queue" */
  readonly deduplicationScope?: pulumi.Input<"queue" | "messageGroup">
  /** Whether throughput is limited by queue or by message group; the latter needs scope `messageGroup`. @default "perQueue" */
  readonly fifoThroughputLimit?: pulumi.Input<"perQueue" | "perMessageGroupId">
}

/** The arguments of `ResilientQueue`: of a standard queue, or with `fifo: true` of a FIFO queue. */
export type ResilientQueueArgs = StandardQueueArgs | FifoQueueArgs
