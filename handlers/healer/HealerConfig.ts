/** What the healer is configured with: its environment, read once. */
import { Config, Context, Data, Effect, Layer, Option, Result } from "effect"
import { redactPathsOfEnvironment } from "../failure/redaction.ts"
import type { RedactPath } from "../failure/redactPath.ts"
import { maxMessageBytes } from "../failure/room.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import { decodeRecoveryPolicy } from "../recovery/recoveryPolicyCodec.ts"

/** `RECOVERY_POLICY` is not a policy. */
export class InvalidRecoveryPolicy extends Data.TaggedError("InvalidRecoveryPolicy")<{ readonly message: string }> {}

/** The healer's configuration. */
export interface HealerSettings {
  readonly queueName: string
  readonly mainQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly parkingQueueUrl: string
  readonly archiveBucket: string
  readonly tableName: string
  readonly alertTopicArn: string
  readonly policy: RecoveryPolicy<string>
  /** One alert a fingerprint in this time. */
  readonly alertWindowSeconds: number
  /** The top-level body field that holds the correlation id. */
  readonly correlationField: string | undefined
  readonly fifo: boolean
  /**
   * Whether what is re-queued can be delayed on its way: not where it goes to a function. It is then held until it is due.
   * @default true
   */
  readonly redriveDelays?: boolean | undefined
  /**
   * Whether a consumer of ours confirms recoveries: not where somebody else's consumes the queue. What says so of itself is
   * forged there.
   * @default true
   */
  readonly confirmed?: boolean | undefined
  /** What of a body is written down nowhere. @default none */
  readonly redactPaths?: ReadonlyArray<RedactPath> | undefined
  /** For links to the console. */
  readonly region: string | undefined
  /** The largest message that main queue and dead-letter queue take, in bytes. @default 1 MiB, as the components make them */
  readonly maxMessageBytes?: number | undefined
}

const optional = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text !== "")))
  )

const settings = Config.all({
  queueName: Config.NonEmptyString("QUEUE_NAME"),
  mainQueueUrl: Config.NonEmptyString("MAIN_QUEUE_URL"),
  deadLetterQueueUrl: Config.NonEmptyString("DLQ_URL"),
  parkingQueueUrl: Config.NonEmptyString("PARKING_QUEUE_URL"),
  archiveBucket: Config.NonEmptyString("ARCHIVE_BUCKET"),
  tableName: Config.NonEmptyString("FAILED_TABLE"),
  alertTopicArn: Config.NonEmptyString("ALERT_TOPIC_ARN"),
  alertWindowSeconds: Config.Int("ALERT_WINDOW_SECONDS"),
  fifo: Config.Boolean("FIFO").pipe(Config.withDefault(false)),
  correlationField: optional("CORRELATION_FIELD"),
  region: optional("AWS_REGION"),
  redactPaths: redactPathsOfEnvironment,
  maxMessageBytes: Config.Int("MAX_MESSAGE_BYTES").pipe(Config.withDefault(maxMessageBytes)),
  policyText: optional("RECOVERY_POLICY")
})

/** The healer's configuration, as a service. */
export class HealerConfig extends Context.Service<HealerConfig, HealerSettings>()(
  "resilient-queue/healer/HealerConfig"
) {
  /** From the environment; fails with one sentence when `RECOVERY_POLICY` is not a policy. */
  static readonly layer = Layer.effect(
    HealerConfig,
    Effect.gen(function* () {
      const { policyText, ...rest } = yield* settings
      const policy = decodeRecoveryPolicy(policyText)
      if (Result.isFailure(policy)) return yield* new InvalidRecoveryPolicy({ message: policy.failure })
      return HealerConfig.of({ ...rest, policy: policy.success })
    })
  )
}
