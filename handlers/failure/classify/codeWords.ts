/** Codes that no table lists: an application's own `COUPON_EXPIRED` or `token_revoked` is made of words that tell. */
import type { FailureClass } from "../FailureClass.ts"
import { type Verdict, weak } from "./verdict.ts"

/** The most telling first: what expired or is missing decides between a credential and the message's own content. */
const words: ReadonlyArray<readonly [RegExp, FailureClass]> = [
  [/time_?d?_?out|deadline/, "Timeout"],
  [
    /rate_?limit|throttl|quota|overload|unavailable|too_many_(?:requests|parts|connections|concurrent)|busy/,
    "DependencyFailure"
  ],
  [
    /auth|(?:token|session|credential|api_?key|secret|signature|login|scope|permission|certificate)s?_(?:\w{1,16}_)?(?:missing|revoked|expired|invalid|required|denied|inactive|disabled)|(?:missing|revoked|expired|invalid|bad|no)_(?:token|session|credential|api_?key|secret|signature|scope|permission)/,
    "AuthFailure"
  ],
  [/malformed|unparse?able|not_json|undecodable|corrupt|truncated|bad_encoding/, "BadPayload"],
  [
    /already_|duplicate|expired|declined|invalid|too_(?:long|short|small|large|big|high|low)|exceeds|missing|required|mismatch|out_of_(?:stock|range)|insufficient|unsupported|conflict|not_(?:allowed|eligible|valid|found)|(?:must|cannot)_/,
    "ValidationError"
  ],
  [/connection|network|unreachable|upstream|internal_?(?:server_?)?error|outage|maintenance/, "DependencyFailure"]
]

/** What the words of a code say; a weak verdict, for any sentence may say more. */
export const codeWordVerdict = (code: string): Verdict | undefined => {
  if (!/^[A-Za-z]{2,32}(?:[_-][A-Za-z]{1,32}){1,8}$/.test(code) || /^ERR_/.test(code)) return undefined
  const snake = code.toLowerCase().replaceAll("-", "_")
  const found = words.find(([pattern]) => pattern.test(snake))
  return found === undefined ? undefined : weak(found[1], "code.words")
}

/** The same of a code that a text is introduced by or ends with: `An API error occurred: token_revoked`. */
export const codeWordsIn = (text: string): Verdict | undefined => {
  const code =
    /(?:error|reason|code|failed|occurred|rejected)['"]?(?: ?[:=] ?|: )['"]?([a-z]{2,32}(?:_[a-z]{1,32}){1,8})\b/i.exec(
      text
    )?.[1] ??
    /\(([A-Z]{2,32}(?:_[A-Z]{1,32}){1,8})\)$/.exec(text)?.[1] ??
    /^([A-Z]{2,32}(?:_[A-Z]{1,32}){1,8})(?::|$)/.exec(text)?.[1]
  return code === undefined ? undefined : codeWordVerdict(code)
}
