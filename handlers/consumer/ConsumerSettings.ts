/** What a consumer is told by its environment, and the policy that it follows. */
import { Config, Context, Effect, Layer, Result } from "effect"
import { redactPathsOfEnvironment } from "../failure/redaction.ts"
import type { RedactPath } from "../failure/redactPath.ts"
import { breakerPolicyOfEnvironment } from "../ledger/BreakersPolicy.ts"
import type { BreakerPolicy } from "../recovery/breakerPolicy.ts"
import { defaultRules, type RecoveryRule } from "../recovery/RecoveryPolicy.ts"
import { decodeRecoveryPolicy } from "../recovery/recoveryPolicyCodec.ts"

/** The rules of a policy, by class. */
export type Rules = Readonly<Record<string, RecoveryRule>>

/** What a consumer is told by its environment, and the policy that it follows. */
export class ConsumerSettings extends Context.Service<
  ConsumerSettings,
  {
    readonly mainQueueUrl: string
    readonly deadLetterQueueUrl: string
    /** The receive after which a failed message leaves the main queue. */
    readonly maxReceiveCount: number
    readonly fifo: boolean
    readonly rules: Rules
    /** When a circuit breaker opens. @default the default policy */
    readonly breaker?: BreakerPolicy
    /** What of a body is written down nowhere. @default none */
    readonly redactPaths?: ReadonlyArray<RedactPath>
  }
>()("resilient-queue/consumer/ConsumerSettings") {
  /**
   * From config `MAIN_QUEUE_URL`, `DLQ_URL`, `MAX_RECEIVE_COUNT` (@default 5), `FIFO` (@default false),
   * `RECOVERY_POLICY`, whose rules override those of the handler's own policy, `BREAKER_POLICY` and `REDACT_PATHS`.
   */
  static readonly layer = (policy: { readonly rules: Rules }) =>
    Layer.effect(
      ConsumerSettings,
      Effect.gen(function* () {
        return ConsumerSettings.of({
          mainQueueUrl: yield* Config.NonEmptyString("MAIN_QUEUE_URL"),
          deadLetterQueueUrl: yield* Config.NonEmptyString("DLQ_URL"),
          maxReceiveCount: yield* Config.Int("MAX_RECEIVE_COUNT").pipe(Config.withDefault(5)),
          fifo: yield* Config.Boolean("FIFO").pipe(Config.withDefault(false)),
          rules: yield* rulesOf(policy, yield* Config.String("RECOVERY_POLICY").pipe(Config.withDefault(""))),
          breaker: yield* breakerPolicyOfEnvironment,
          redactPaths: yield* redactPathsOfEnvironment
        })
      })
    )
}

const defaults: Rules = defaultRules

/** The rules of the handler's policy, overridden by those of the environment; a policy that cannot be read is logged and ignored. */
const rulesOf = Effect.fnUntraced(function* (policy: { readonly rules: Rules }, text: string) {
  const decoded = decodeRecoveryPolicy(text)
  if (Result.isFailure(decoded)) {
    yield* Effect.logError("RECOVERY_POLICY cannot be read: the handler's own policy applies").pipe(
      Effect.annotateLogs({ reason: decoded.failure })
    )
    return policy.rules
  }
  // What the environment does not mention is the default object itself, so only its own rules override.
  const overrides = Object.entries(decoded.success.rules).filter(([name, rule]) => rule !== defaults[name])
  return { ...policy.rules, ...Object.fromEntries(overrides) }
})
