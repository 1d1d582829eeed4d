/** Fingerprints: failures of one cause share one, so that they are listed together and alerted once. */
import { cutText } from "./text.ts"

/** Longer reasons are cut before they are normalised. */
const maxReasonLength = 2048

/** How much of the normalised reason a fingerprint shows. */
const readableLength = 96

/** From the most to the least specific: each takes out what differs from one message to the next. */
const varying: ReadonlyArray<readonly [RegExp, string]> = [
  [/arn:aws[\w-]*:[\w-]*:[\w-]*:\d*:/g, "arn:"],
  [/[\w.+%-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}/g, "<email>"],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<address>"],
  [/"(?:[^"\\]|\\.){0,512}"/g, "<value>"],
  [/(?<![A-Za-z0-9])'[^']{0,512}'(?![A-Za-z0-9])/g, "<value>"],
  [/`[^`]{0,512}`/g, "<value>"],
  [/\b0x[0-9a-f]{1,64}\b/gi, "<number>"],
  // Long runs with a digit in them are ids: hex, base64, ULIDs, request ids, order numbers.
  [/(?<![\w-])(?=[\w-]{0,64}\d)[\w-]{12,128}(?![\w-])/g, "<id>"],
  [/\b[0-9a-f]{8,128}\b/gi, "<id>"],
  [/(?<![\w])[A-Za-z]{1,8}[-_#]\d+\b/g, "<id>"],
  [/\d+(?:[.,]\d+){0,8}/g, "<number>"],
  [/\s+/g, " "]
]

/**
 * A reason without what differs from one message to the next: ids, numbers, times, hex, UUIDs, quoted values, e-mail
 * addresses, network addresses, account and region of ARNs. Equal causes give equal text.
 */
export const normaliseReason = (reason: string): string =>
  varying.reduce((text, [pattern, by]) => text.replace(pattern, by), cutText(reason, maxReasonLength)).trim()

/** A frame without line and column, and without the folder that differs between machines and deployments. */
const normaliseFrame = (frame: string): string =>
  cutText(frame, maxReasonLength)
    .replace(/^\s*at\s+/, "")
    .replace(/(?:file:\/\/)?(?:\/[\w.@-]{1,128}){0,16}\//g, "")
    .replace(/\d+/g, "")
    .replace(/[:\s]+/g, " ")
    .trim()

/** A 53-bit hash in 14 hex digits: stable across machines and versions of Node, not for secrets. */
const shortHash = (text: string): string => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, "0")
}

/**
 * The fingerprint of a failure: a short stable hash of class, normalised reason and top frame, then the class and the
 * reason for a reader, e.g. `0a1b2c3d4e5f67 Timeout: no answer within <number> ms`. At most 200 characters; alerts are
 * de-duplicated by it.
 */
export const fingerprint = (failure: {
  readonly class: string
  readonly reason: string
  readonly frame?: string | undefined
}): string => {
  const reason = normaliseReason(failure.reason)
  const frame = failure.frame === undefined ? "" : normaliseFrame(failure.frame)
  const hash = shortHash(`${failure.class}\n${reason}\n${frame}`)
  return `${hash} ${cutText(failure.class, 64)}: ${cutText(reason, readableLength)}`.trimEnd()
}
