/** What a listing knows of an item is what its index holds, and nothing that would have to be written into it besides. */
import { expect, it } from "vitest"
import { LedgerItem, ListedFailure } from "../../../handlers/ledger/LedgerItem.ts"
import { ledgerProjections } from "../../../handlers/ledger/ledgerProjections.ts"

it.each([
  ["byClass", "class"],
  ["byStatus", "status"]
] as const)("the index %s holds what a listing shows, and no more", (index, key) => {
  const held = ["lineageId", "lastFailureAt", key, ...ledgerProjections[index]]
  // An interrupted replay is looked for by status alone.
  const elsewhere = index === "byClass" ? ["replaying", "replayRun", "replayClaimedAt"] : []
  expect([...held, ...elsewhere].toSorted()).toEqual(Object.keys(ListedFailure.fields).toSorted())
  // DynamoDB takes at most twenty.
  expect(ledgerProjections[index].length).toBeLessThanOrEqual(20)
})

it("what a note of a send, an alert or a handling changes is in no index", () => {
  const held = new Set<string>(Object.values(ledgerProjections).flat())
  for (const name of ["revision", "deadLetters", "history", "failure", "logUrl", "expiresAt"]) {
    expect(Object.keys(LedgerItem.fields)).toContain(name)
    expect(held).not.toContain(name)
  }
})
