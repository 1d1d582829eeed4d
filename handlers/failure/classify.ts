/** Classification of a failed message: from its evidence, its dead-letter attributes, or its error text. */
import type { Evidence } from "./Evidence.ts"

/** What is known of a failure, and by which rule. */
export interface Classification {
  /** The failure class: a built-in one, or a user's from typed evidence. */
  readonly class: string
  /** The stable id of the rule that decided, e.g. `aws-error-code`. */
  readonly rule: string
  /** Short; groups failures. */
  readonly reason: string
  readonly detail?: string | undefined
  /** The dependency that failed, where it is named. */
  readonly dependency?: string | undefined
  /** Seconds that the dependency asked to be left alone. */
  readonly retryAfterSeconds?: number | undefined
  /** The top stack frame, where there is one. */
  readonly frame?: string | undefined
}

/** A message attribute, as far as classification reads it. */
export interface ReadableAttribute {
  readonly dataType: string
  readonly stringValue?: string | undefined
  readonly binaryValue?: Uint8Array | undefined
}

/** A failed message, as the healer receives it. */
export interface FailedMessage {
  readonly evidence?: Evidence | undefined
  readonly body: string
  readonly attributes: Readonly<Record<string, ReadableAttribute>>
  /** The queue that SQS moved it from, if SQS moved it. */
  readonly deadLetterQueueSourceArn?: string | undefined
}

/** The class of an error text, with its code where one is known apart from it. Total; never throws. */
export const classifyText = (text: string, code?: string): Classification => {
  const all = `${code ?? ""} ${text}`
  const reason = text.slice(0, 200)
  if (/tim(?:ed?\s?-?out)|deadline/i.test(all)) return { class: "Timeout", rule: "phrase", reason }
  if (/denied|forbidden|unauthori[sz]ed|\b40[13]\b/i.test(all)) return { class: "AuthFailure", rule: "phrase", reason }
  if (/validation|required|\b4(?:00|22)\b/i.test(all)) return { class: "ValidationError", rule: "phrase", reason }
  if (/json|parse|decode/i.test(all)) return { class: "BadPayload", rule: "phrase", reason }
  if (/ECONN|refused|reset|unavailable|throttl|\b(?:5\d\d|429)\b/i.test(all))
    return { class: "DependencyFailure", rule: "phrase", reason }
  return { class: "Unknown", rule: "none", reason }
}

/** The class of a failed message: typed evidence first, then dead-letter attributes. Total; never throws. */
export const classify = (message: FailedMessage): Classification => {
  const failure = message.evidence?.failure
  if (failure !== undefined)
    return {
      class: failure.class,
      rule: "evidence",
      reason: failure.reason,
      detail: failure.detail,
      dependency: failure.dependency,
      retryAfterSeconds: failure.retryAfterSeconds
    }
  const errorMessage =
    message.attributes["ERROR_MESSAGE"]?.stringValue ?? message.attributes["ErrorMessage"]?.stringValue
  const errorCode = message.attributes["ERROR_CODE"]?.stringValue ?? message.attributes["ErrorCode"]?.stringValue
  return errorMessage === undefined && errorCode === undefined
    ? { class: "Unknown", rule: "no-evidence", reason: "no evidence: the consumer crashed or never saw the message" }
    : classifyText(errorMessage ?? "", errorCode)
}
