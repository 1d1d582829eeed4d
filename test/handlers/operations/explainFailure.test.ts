import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { explainItem, explainText, recoveryInWords, ruleInWords } from "../../../handlers/operations/explainFailure.ts"
import { ruleOf } from "../../../handlers/recovery/plan.ts"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

const policy = recoveryPolicy<Record<string, { readonly action: "archive" }>>({ OutOfStock: { action: "archive" } })
const now = Date.UTC(2026, 0, 31)
const failure = { class: "OutOfStock", reason: "no laptop", receiveCount: 1, at: now }

test("each rule that decides on the corpus of error texts is said in words", () => {
  const lines = readFileSync(new URL("../failure/error-texts.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
  const rules = new Set(
    lines.slice(0, 600).map((line) => explainText(Object(JSON.parse(line)).text ?? line, policy, now).rule)
  )
  expect(rules.size).toBeGreaterThan(20)
  expect([...rules].filter((rule) => ruleInWords(rule) === `The rule ${rule} decided.`)).toEqual([])
})

test("a text has its class, the rule, what is done about it and what happens next", () => {
  expect(explainText("connect ECONNREFUSED 10.0.0.1:443", policy, now)).toMatchObject({
    class: "DependencyFailure",
    rule: "system.code-in-text",
    why: "An error code of the operating system names the class.",
    recoveryText: recoveryInWords(ruleOf(policy, "DependencyFailure")),
    next: "Attempt 1 of 8 for DependencyFailure is due in 15 s."
  })
})

test("evidence is explained by its own class, a user's too", () => {
  const text = encodeEvidence({ version: 1, lineageId: "l", firstSeen: now, healAttempts: 0, failure })
  expect(explainText(text, policy, now)).toMatchObject({
    class: "OutOfStock",
    code: "OUT_OF_STOCK",
    rule: "evidence",
    recoveryText: "Archived at once, without an alert."
  })
})

test("a message is explained by what the ledger has done", () => {
  const item: LedgerItem = {
    lineageId: "l",
    revision: 1,
    status: "archived",
    class: "OutOfStock",
    fingerprint: "f",
    attempts: 0,
    reason: "no laptop",
    why: "Healing does not help.",
    firstFailureAt: "2026-01-31T00:00:00.000Z",
    lastFailureAt: "2026-01-31T00:00:00.000Z",
    failure,
    deadLetters: [],
    history: []
  }
  expect(explainItem(item, undefined, policy)).toMatchObject({
    rule: "evidence",
    status: "archived",
    next: expect.stringMatching(/^Healing does not help\. Mend what causes OutOfStock; then replay/)
  })
})
