/** What the healer of an adopted dead-letter queue is configured with beside `HealerConfig`. */
import { Config, ConfigProvider, Context, Effect, Layer, Option } from "effect"
import type { HealerSettings } from "../healer/HealerConfig.ts"

/** What the healer of an adopted dead-letter queue is configured with beside `HealerConfig`. */
export interface AdoptedSettings {
  /** The function that failed messages are handed to, where it is no queue. */
  readonly functionArn: string | undefined
  /** A re-queued message that has not failed again for so long is presumed to have recovered. */
  readonly quietSeconds: number
}

const functionArn = Config.option(Config.String("REDRIVE_FUNCTION_ARN")).pipe(
  Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text !== "")))
)

/** The settings of an adopted dead-letter queue, as a service. */
export class AdoptedConfig extends Context.Service<AdoptedConfig, AdoptedSettings>()(
  "resilient-queue/adopted/AdoptedConfig"
) {
  /** Config: `REDRIVE_FUNCTION_ARN` (optional), `QUIET_SECONDS` (optional, 60–1,209,600, default 3,600). */
  static readonly layer = Layer.effect(
    AdoptedConfig,
    Effect.gen(function* () {
      const quiet = yield* Config.Int("QUIET_SECONDS").pipe(Config.withDefault(3600))
      return AdoptedConfig.of({
        functionArn: yield* functionArn,
        quietSeconds: Math.min(1_209_600, Math.max(60, quiet))
      })
    })
  )
}

/**
 * The healer's settings where somebody else consumes: nothing delays an invocation of a function, so what goes to one is held
 * until it is due, and nobody confirms a recovery.
 */
export const adoptedSettings = (settings: HealerSettings, { functionArn }: AdoptedSettings): HealerSettings => ({
  ...settings,
  redriveDelays: functionArn === undefined,
  confirmed: false
})

/** The environment; without a `MAIN_QUEUE_URL` the function's ARN stands for it, because it is where messages go. */
export const adoptedEnvironment = (environment: Readonly<Record<string, string | undefined>>) => {
  const { MAIN_QUEUE_URL, REDRIVE_FUNCTION_ARN, ...others } = environment
  const target = REDRIVE_FUNCTION_ARN || MAIN_QUEUE_URL
  const given = { ...others, MAIN_QUEUE_URL: target, REDRIVE_FUNCTION_ARN }
  return ConfigProvider.fromUnknown(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  )
}
