/** What else a text tells: which dependency, and how long it asks to be left alone. */
import { cutText } from "../text.ts"

const places = [
  /\bis not authorized to perform: ([a-z0-9-]{2,40}):/i,
  /\(Service: (?:Amazon|AWS)?\s?([A-Za-z0-9]{2,40})[,;]/,
  /\boperation error ([A-Za-z0-9 ]{2,40}):/,
  /\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,200})/,
  /\b(?:connect|read|write) E[A-Z]{4,20} ([\w.:-]{1,200}\w)/,
  /\bhost='([\w.-]{1,200})'/,
  /\b(?:https?|amqps?|rediss?|mongodb|postgres(?:ql)?|mysql):\/\/(?:[^\s/@"']{1,200}@)?([\w.-]{1,200})/,
  /\bremote_addr=([\w.:-]{1,200}\w)/,
  /\bdial tcp:? (?:lookup )?([\w.:-]{1,200}\w)/,
  /\bConnection to ([\w.:-]{1,200}\w) (?:refused|timed out)/i,
  /\b(?:UnknownHostException|Failed to connect to|Could not connect to|connecting to):? ([\w.:-]{3,200}\w)/,
  /\bCircuitBreaker '([\w.-]{1,100})'/
] as const

/** The dependency that a text names: a host, or an AWS service. */
export const dependencyIn = (text: string): string | undefined => {
  for (const place of places) {
    const found = place.exec(text)?.[1]
    if (found !== undefined) return cutText(found.toLowerCase(), 128)
  }
  return undefined
}

/** Seconds that a text asks to wait (`Retry-After: 30`, `retry after 5s`); 0–86,400. */
export const retryAfterIn = (text: string): number | undefined => {
  const match =
    /\bretry[-_ ]?after(?:[-_ ]?(seconds|secs|ms|millis))?["']?(?:[:=]| in)?\s?["']?(\d{1,9})(?:\.\d{1,6})?\s?(ms|milliseconds)?\b/i.exec(
      text
    )
  if (match === null) return undefined
  const milliseconds = match[3] !== undefined || /^m/i.test(match[1] ?? "")
  const seconds = milliseconds ? Math.ceil(Number(match[2]) / 1000) : Number(match[2])
  return seconds <= 86_400 ? seconds : undefined
}
