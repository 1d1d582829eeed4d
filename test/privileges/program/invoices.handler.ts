/** A consumer that does as the message says: `{"fail":"ValidationError"}`, `{"fail":"Timeout"}`, or nothing. */
import { Effect, Layer, Schema } from "effect"
import { resilientConsumer } from "../../../handlers/consumer/resilientConsumer.ts"
import { Timeout, ValidationError } from "../../../handlers/failure/errors.ts"
import { defaultRecoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

/** Lambda's entry. */
export const handler = resilientConsumer({
  schema: Schema.Struct({ fail: Schema.optional(Schema.Literals(["ValidationError", "Timeout"])) }),
  process: ({ fail }): Effect.Effect<void, ValidationError | Timeout> => {
    if (fail === "ValidationError") return Effect.fail(new ValidationError({ reason: "asked for" }))
    if (fail === "Timeout") return Effect.fail(new Timeout({ reason: "asked for", dependency: "ledger-service" }))
    return Effect.void
  },
  recovery: defaultRecoveryPolicy,
  layer: Layer.empty
})
