/** What does and does not compile. Each `@ts-expect-error` fails the type check when the line below it compiles. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Data, Effect, Layer, Schema } from "effect"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { type ConsumerHandler, resilientConsumer } from "../../../handlers/consumer/resilientConsumer.ts"
import { Timeout } from "../../../handlers/failure/errors.ts"
import { defaultRecoveryPolicy, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

class OutOfStock extends Data.TaggedError("OutOfStock")<{ readonly sku: string }> {}

class Unreadable extends Data.TaggedError("Unreadable")<{ readonly reason: { readonly code: number } }> {}

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
const withUnreadable = recoveryPolicy({ Unreadable: { action: "archive" } })
const beSlow = () => Effect.fail(new Timeout({ reason: "slow" }))
const beUnreadable = () => Effect.fail(new Unreadable({ reason: { code: 1 } }))
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
    // @ts-expect-error `reason` is text.
    resilientConsumer({ schema, process: beUnreadable, recovery: withUnreadable, layer })
    // @ts-expect-error The schema decodes something else.
    resilientConsumer({ schema: Schema.Number, process: take, recovery: withRule, layer })
    // @ts-expect-error OutOfStock has no rule here either, where the parameter's type is inferred.
    resilientConsumer({ schema, process: (value) => take(value), recovery: defaultRecoveryPolicy, layer })
  })
})
