/** What went wrong, for whoever clicked. */
import { Cause } from "effect"
import { redactSecrets } from "../failure/redact.ts"
import { cutText } from "../failure/text.ts"

const longest = 300

const memberOf = (error: unknown, name: string): string | undefined => {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === "string" && value !== "" ? value : undefined
}

/** The reason of a failure as a sentence, without secrets in it. */
export const sentenceOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const text = memberOf(error, "reason") ?? memberOf(error, "message") ?? String(error)
  const shown = cutText(redactSecrets(text), longest)
  return /[.!?]$/.test(shown) ? shown : `${shown}.`
}
