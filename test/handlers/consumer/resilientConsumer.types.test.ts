/** What does and does not compile. Each `@ts-expect-error` fails the type check when the line below it compiles. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Data, Effect, Layer, Schema } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import {
  type ConsumerHandler,
  type PolicyProblem,
  resilientConsumer
} from "../../../handlers/consumer/resilientConsumer.ts"
import { Timeout } from "../../../handlers/failure/errors.ts"
import { defaultRecoveryPolicy, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

class OutOfStock extends Data.TaggedError("OutOfStock")<{ readonly sku: string }> {}

class Stocked extends Data.TaggedError("Stocked")<{ readonly reason: OutOfStock }> {}

class Stock extends Context.Service<
  Stock,
  { readonly take: (sku: string) => Effect.Effect<void, OutOfStock | Timeout> }
>()("test/Stock") {
  static readonly layer = Layer.succeed(Stock, { take: () => Effect.void })
}

const schema = Schema.Struct({ sku: Schema.String })
const take = ({ sku }: { readonly sku: string }) => Effect.flatMap(Stock, (stock) => stock.take(sku))
const withRule = recoveryPolicy({ OutOfStock: { action: "archive" } })
const withRuleTooMany = recoveryPolicy({ OutOfStock: { action: "archive" }, Sold: { action: "archive" } })
const withStocked = recoveryPolicy({ Stocked: { action: "archive" } })
const withMisspelt = recoveryPolicy({ OutOfStock: { action: "archive" }, Timeuot: { action: "archive" } })
const beSlow = () => Effect.fail(new Timeout({ reason: "slow" }))
const beStocked = () => Effect.fail(new Stocked({ reason: new OutOfStock({ sku: "a" }) }))
const beLate = () => Effect.timeout(Effect.never, "1 second")
const beAnything = (): Effect.Effect<void, { readonly _tag: string }> => Effect.void
const layer = Stock.layer

describe("resilientConsumer", () => {
  it("compiles where each class has its rule and each service its layer", () => {
    const handler: ConsumerHandler = resilientConsumer({ schema, process: take, recovery: withRule, layer })
    assert.isFunction(handler)
    resilientConsumer({ schema, process: () => Effect.void, recovery: defaultRecoveryPolicy, layer: Layer.empty })
    resilientConsumer({
      schema,
      process: ({ sku }) =>
        Effect.flatMap(DynamoDb, (dynamoDb): Effect.Effect<unknown, AwsError> => dynamoDb.get("stock", { sku })),
      recovery: recoveryPolicy({ RequestRejected: { action: "archive" } }),
      layer: Layer.empty
    })
  })

  it("compiles with whatever error has a tag, Effect's own included, and with a schema that only decodes", () => {
    const decoder: Schema.Decoder<{ readonly sku: string }> = schema
    resilientConsumer({ schema: decoder, process: beStocked, recovery: withStocked, layer: Layer.empty })
    resilientConsumer({ schema, process: beLate, recovery: defaultRecoveryPolicy, layer: Layer.empty })
    resilientConsumer({
      schema,
      process: () => Effect.flatMap(HttpClient.HttpClient, (client) => client.get("https://stock")),
      recovery: recoveryPolicy({ HttpClientError: { action: "archive", alert: true } }),
      layer: FetchHttpClient.layer
    })
    resilientConsumer({
      schema,
      process: (value) => take(value),
      recovery: recoveryPolicy({ OutOfStock: { action: "archive" } }),
      layer
    })
  })

  it("does not compile with a rule that has a key too many", () => {
    const limits = { maxAttempts: 1, maxAgeSeconds: 60 }
    const backoff = { baseSeconds: 1, factor: 2, capSeconds: 3 }
    recoveryPolicy({ OutOfStock: { action: "heal", backoff, ...limits } })
    // @ts-expect-error `alert` is misspelt.
    recoveryPolicy({ OutOfStock: { action: "archive", alrt: true } })
    // @ts-expect-error What is archived is not attempted.
    recoveryPolicy({ OutOfStock: { action: "archive", maxAttempts: 3 } })
    // @ts-expect-error A backoff has no `jitter`.
    recoveryPolicy({ OutOfStock: { action: "heal", backoff: { ...backoff, jitter: 1 }, ...limits } })
    // @ts-expect-error There is no such action.
    recoveryPolicy({ OutOfStock: { action: "retry" } })
  })

  it("says in one sentence what is wrong with a policy", () => {
    const missing: PolicyProblem<OutOfStock | Timeout, never> =
      "`process` fails with OutOfStock, for which the policy has no rule."
    const misspelt: PolicyProblem<OutOfStock, "OutOfStock" | "Timeuot"> =
      "The policy has a rule for Timeuot, with which `process` does not fail: is it misspelt?"
    assert.isString(missing + misspelt)
  })

  it("does not compile otherwise", () => {
    // @ts-expect-error OutOfStock has no rule.
    resilientConsumer({ schema, process: take, recovery: defaultRecoveryPolicy, layer })
    // @ts-expect-error Sold is no class of `take`.
    resilientConsumer({ schema, process: take, recovery: withRuleTooMany, layer })
    // @ts-expect-error OutOfStock is no class of this process.
    resilientConsumer({ schema, process: beSlow, recovery: withRule, layer })
    // @ts-expect-error Stock is not provided.
    resilientConsumer({ schema, process: take, recovery: withRule, layer: Layer.empty })
    // @ts-expect-error A failure without a tag has no class.
    resilientConsumer({ schema, process: () => Effect.fail("no"), recovery: defaultRecoveryPolicy, layer })
    // @ts-expect-error Timeuot is no class of `take`.
    resilientConsumer({ schema, process: take, recovery: withMisspelt, layer })
    // @ts-expect-error Nor is it where the policy stands in place.
    resilientConsumer({ schema, process: beSlow, recovery: recoveryPolicy({ Timeuot: { action: "archive" } }), layer })
    // @ts-expect-error A process that cannot fail has no classes.
    resilientConsumer({ schema, process: () => Effect.void, recovery: withRule, layer })
    // @ts-expect-error Which classes these are is not known.
    resilientConsumer({ schema, process: beAnything, recovery: defaultRecoveryPolicy, layer })
    // @ts-expect-error The schema decodes something else.
    resilientConsumer({ schema: Schema.Number, process: take, recovery: withRule, layer })
    // @ts-expect-error OutOfStock has no rule here either, where the parameter's type is inferred.
    resilientConsumer({ schema, process: (value) => take(value), recovery: defaultRecoveryPolicy, layer })
  })
})
