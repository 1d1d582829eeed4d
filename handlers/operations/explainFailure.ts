/** Why a failure has its class, and what happens next: of an error text, of evidence, or of a message of the ledger. Pure. */
import type { Classification } from "../failure/classify/Classification.ts"
import { classify, classifyText } from "../failure/classify.ts"
import { decodeEvidence } from "../failure/evidenceCodec.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { fingerprint } from "../failure/fingerprint.ts"
import type { ArchivedMessage } from "../healer/ArchivedMessage.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { plan, ruleOf } from "../recovery/plan.ts"
import type { RecoveryPolicy, RecoveryRule } from "../recovery/RecoveryPolicy.ts"
import { nextStep } from "./nextStep.ts"

/** The explanation. */
export interface Explanation {
  readonly class: string
  /** E.g. `AUTH_FAILURE`. */
  readonly code: string
  /** The id of the classifier's rule that decided. */
  readonly rule: string
  /** What that rule goes by, as a sentence. */
  readonly why: string
  readonly reason: string
  readonly fingerprint: string
  readonly dependency?: string
  /** What the recovery policy says of the class. */
  readonly recovery: RecoveryRule
  /** The same, as a sentence. */
  readonly recoveryText: string
  /** What happens next, or has happened. */
  readonly next: string
  /** Only of a message that the ledger knows. */
  readonly lineageId?: string
  readonly status?: LedgerItem["status"]
}

/** What the rules of a family go by, by the first part of their ids. */
const families: Readonly<Record<string, string>> = {
  aws: "An error code of AWS names the class.",
  auth: "The words name a credential, a permission or a certificate.",
  code: "A code beside the text, or a word like one, names the class.",
  crash: "The words are those of a process that crashed or was killed.",
  decode: "The words are those of a decoder that could not read its input.",
  defect: "The words are those of a defect in a program.",
  dependency: "The words are those of a dependency that refused, broke or dropped the call.",
  document: "The text is an error document of an API: its status, code or message decided.",
  evidence: "Its consumer failed with this typed error, and said so in the message's evidence.",
  function: "Lambda says that the function itself ended.",
  grpc: "A gRPC status names the class.",
  http: "An HTTP status names the class.",
  kafka: "A Kafka error code names the class.",
  name: "The name of the exception names the class.",
  "no-evidence": "There is no evidence: the consumer crashed, was killed, or never saw the message.",
  none: "No rule knows this text.",
  redis: "A reply of Redis names the class.",
  reply: "A reply code of a mail or file server names the class.",
  sql: "A code of a database names the class.",
  system: "An error code of the operating system names the class.",
  timeout: "The words name a deadline that passed.",
  validation: "The words name a value, a field or a rule that was broken."
}

const sources: Readonly<Record<string, string>> = {
  eventbridge: "EventBridge wrote it beside the dead letter. ",
  lambda: "Lambda wrote it beside the dead letter. ",
  "lambda-destination": "Lambda wrote it to the on-failure destination. "
}

/** What a rule goes by, as a sentence. Total: an id that is not known is named. */
export const ruleInWords = (rule: string): string => {
  const [first = "", ...rest] = rule.split(".")
  const source = Object.hasOwn(sources, first) ? (sources[first] ?? "") : ""
  if (source !== "" && rest[0] === "exhausted") return `${source}The delivery was given up after its last attempt.`
  const family = source === "" ? first : (rest[0] ?? "")
  return `${source}${Object.hasOwn(families, family) ? families[family] : `The rule ${rule} decided.`}`
}

const spoken = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

/** A recovery rule as a sentence. */
export const recoveryInWords = (rule: RecoveryRule): string => {
  switch (rule.action) {
    case "heal":
    case "isolate": {
      const { baseSeconds, factor, capSeconds } = rule.backoff
      const apart = rule.action === "isolate" ? ", apart from its neighbours" : ""
      return `Re-queued ${rule.maxAttempts === 1 ? "once at most" : `up to ${rule.maxAttempts} times`} within ${spoken(rule.maxAgeSeconds)}${apart}, after at most ${spoken(baseSeconds)}, then ${factor} times as long each time, up to ${spoken(capSeconds)}; then archived, with an alert.`
    }
    case "archive":
      return rule.alert === true ? "Archived at once, with an alert." : "Archived at once, without an alert."
    case "alert":
      return "Archived at once as awaiting an operator, with an alert: it can be replayed once the cause is mended."
  }
}

/** What is known of a classification beside its class. */
const told = (classification: Classification, policy: RecoveryPolicy<string>) => {
  const { class: name, rule, reason, dependency } = classification
  const recovery = ruleOf(policy, name)
  return {
    class: name,
    code: failureCode(name),
    rule,
    why: ruleInWords(rule),
    reason,
    fingerprint: fingerprint(classification),
    ...(dependency === undefined ? {} : { dependency }),
    recovery,
    recoveryText: recoveryInWords(recovery)
  }
}

/** The class of a text: evidence (the `resilience` attribute), what Lambda writes to a destination, or an error text. */
export const classifyAny = (text: string, code?: string): Classification => {
  const evidence = decodeEvidence(text)
  if (evidence !== undefined) return classify({ evidence, body: "", attributes: {} })
  const destination = classify({ body: text, attributes: {} })
  return destination.rule.startsWith("lambda-destination.") ? destination : classifyText(text, code)
}

/**
 * The explanation of an error text, of evidence, or of what Lambda writes to a destination, as if it had failed now.
 *
 * @param now epoch milliseconds
 */
export const explainText = (text: string, policy: RecoveryPolicy<string>, now: number): Explanation => {
  const classification = classifyAny(text)
  const { why } = plan(
    policy,
    { ...classification, at: now },
    { attempts: 0, healingSince: now, fifo: false },
    now,
    // The middle of what the backoff draws from.
    0.5
  )
  return { ...told(classification, policy), next: why }
}

/**
 * The explanation of a failed message. What the ledger says is what was done; the rule is that of its evidence, else what
 * the classifier says of the archived message.
 */
export const explainItem = (
  item: LedgerItem,
  archived: Pick<ArchivedMessage, "body" | "attributes" | "evidence"> | undefined,
  policy: RecoveryPolicy<string>
): Explanation => {
  const found =
    item.failure === undefined
      ? classify({ body: archived?.body ?? "", attributes: archived?.attributes ?? {}, evidence: archived?.evidence })
      : classify({
          evidence: { version: 1, lineageId: item.lineageId, firstSeen: 0, healAttempts: 0, failure: item.failure },
          body: "",
          attributes: {}
        })
  const dependency = item.failure?.dependency ?? found.dependency
  const classification: Classification = { ...found, class: item.class, reason: item.reason, dependency }
  return {
    ...told(classification, policy),
    fingerprint: item.fingerprint,
    next: `${item.why} ${nextStep({ class: item.class, status: item.status, dependency })}`.trim(),
    lineageId: item.lineageId,
    status: item.status
  }
}
