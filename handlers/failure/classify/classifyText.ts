/** The class of an error text: its code, its chain of causes, its documents, weighed against each other. */
import { redactSecrets } from "../redact.ts"
import { cutText } from "../text.ts"
import type { Classification } from "./Classification.ts"
import { codeWordVerdict } from "./codeWords.ts"
import { dependencyIn, retryAfterIn } from "./details.ts"
import { type ErrorDocument, errorDocument } from "./documents.ts"
import { boundText, causeChain, firstLine, topFrame } from "./errorText.ts"
import { httpStatusClass, isSoftStatus } from "./httpStatus.ts"
import { judgeCode } from "./judgeCode.ts"
import { isThrottled, judgeDecoding, judgeText } from "./judgeText.ts"
import { strong, type Verdict } from "./verdict.ts"

const maxReasonLength = 200
const maxDetailLength = 2000

/** The innermost cause that says something definite, else the innermost that says anything. */
const judgeChain = (text: string): Verdict | undefined => {
  let fallback: Verdict | undefined
  let dropped: Verdict | undefined
  for (const segment of causeChain(text)) {
    const verdict = judgeText(segment)
    if (dropped !== undefined) {
      // Who gives up waiting drops the connection: the deadline is the cause, though it stands outside.
      if (verdict?.strong === true && verdict.class === "Timeout") return verdict
    } else if (verdict?.rule === "dependency.dropped") dropped = verdict
    else if (verdict?.strong === true) return verdict
    else fallback ??= verdict
  }
  return dropped ?? fallback
}

/** Codes of an API's error document that mean nothing without their message. */
const emptyCodes = /^(?:error|about:blank|invalid_request_error|unknown|https?:.*|fail(?:ed|ure)?|string|object)$/i

const judgeDocument = (document: ErrorDocument): Verdict | undefined => {
  const status = document.status
  if (status === 403 && isThrottled(`${document.text} ${document.codes.join(" ")}`))
    return strong("DependencyFailure", "document.throttled")
  const byStatus = status === undefined ? undefined : httpStatusClass(status)
  if (byStatus !== undefined && status !== undefined && !isSoftStatus(status))
    return strong(byStatus, "document.status")
  const byText = judgeChain(document.text)
  if (byText?.class === "BadPayload") return byText
  for (const code of document.codes) {
    const verdict = emptyCodes.test(code) ? undefined : judgeCode(code, document.text)
    if (verdict?.strong === true && verdict.class !== "Unknown") return { ...verdict, rule: "document.code" }
  }
  if (byStatus !== undefined) return strong(byStatus, "document.status")
  return byText?.strong === true
    ? byText
    : (document.codes.map(codeWordVerdict).find((verdict) => verdict !== undefined) ?? byText)
}

const judge = (text: string, code: string): Verdict | undefined => {
  const byCode = judgeCode(code, text)
  if (code.trim() === "403" && isThrottled(text)) return strong("DependencyFailure", "http.throttled")
  if (byCode?.strong === true && byCode.class !== "ValidationError") return byCode
  if (byCode?.class === "ValidationError" && byCode.strong) return judgeDecoding(text) ?? byCode
  const document = errorDocument(text)
  const byText = (document === undefined ? undefined : judgeDocument(document)) ?? judgeChain(text)
  // A bare number that says "the request is wrong" leaves to the text in which way.
  if (byCode?.class === "ValidationError" && byText?.class === "Unknown") return byCode
  return byText?.strong === true ? byText : (byCode ?? byText)
}

/**
 * The class of an error text, with its code where one is known apart from it (`28P01`, `ECONNRESET`, `ThrottlingException`, `14`).
 * Pure, total and bounded: of a long text, head and tail are read.
 */
export const classifyText = (text: string, code?: string): Classification => {
  const bounded = boundText(text)
  const verdict = judge(bounded, cutText(code ?? "", 256))
  const document = errorDocument(bounded)
  const safe = redactSecrets(bounded)
  const readable = document === undefined || document.text === "" ? safe : redactSecrets(document.text)
  // A document may spell half a character, which neither DynamoDB nor SNS takes.
  const reason = cutText(firstLine(readable).toWellFormed(), maxReasonLength)
  const detail = cutText(safe, maxDetailLength)
  return {
    class: verdict?.class ?? "Unknown",
    rule: verdict?.rule ?? "none",
    reason:
      reason === ""
        ? code?.trim()
          ? cutText(redactSecrets(code.trim().toWellFormed()), 64)
          : "no error text"
        : reason,
    detail: detail.trim() === "" || detail === reason ? undefined : detail,
    dependency: dependencyIn(bounded),
    retryAfterSeconds: retryAfterIn(bounded),
    frame: topFrame(bounded)
  }
}
