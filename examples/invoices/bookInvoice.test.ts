import { Effect, Layer } from "effect"
import { ConditionFailed, DynamoDb } from "resilient-queue/aws/DynamoDb"
import { expect, it } from "vitest"
import { bookInvoice, InvoicesTable } from "./handler.ts"

/** A table in memory: a second item of an id is refused, as the condition asks. */
const fakes = (booked: Map<unknown, unknown>) =>
  Layer.mergeAll(
    Layer.succeed(InvoicesTable, { tableName: "invoices" }),
    Layer.mock(DynamoDb, {
      put: ({ tableName, item }) =>
        Effect.suspend(() => {
          if (booked.has(item["invoiceId"])) return Effect.fail(new ConditionFailed({ tableName }))
          booked.set(item["invoiceId"], item)
          return Effect.void
        })
    })
  )

const invoice = { invoiceId: "I1", customerId: "C1", amountCents: 1999 }

it("books an invoice once, however often it is delivered", async () => {
  const booked = new Map<unknown, unknown>()
  const twice = Effect.andThen(bookInvoice(invoice), bookInvoice(invoice))
  await Effect.runPromise(Effect.provide(twice, fakes(booked)))
  expect([...booked.values()]).toEqual([invoice])
})

it("leaves an amount above the credit limit to a person", async () => {
  const booked = new Map<unknown, unknown>()
  const failure = Effect.flip(bookInvoice({ ...invoice, amountCents: 1_000_001 }))
  expect(await Effect.runPromise(Effect.provide(failure, fakes(booked)))).toMatchObject({ _tag: "CreditLimitExceeded" })
  expect(booked.size).toBe(0)
})
