/** The `Retry-After` header. */

/**
 * Seconds that `Retry-After` asks for, 0–86,400; it is either seconds or an HTTP date. `undefined` when there is none
 * or it makes no sense.
 *
 * @param now epoch milliseconds
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export const retryAfterSeconds = (header: string | null | undefined, now: number): number | undefined => {
  const text = header?.trim()
  if (text === undefined || text === "") return undefined
  // Date.parse takes much for a date; an HTTP date begins with the name of the day.
  const seconds = /^\d{1,10}$/.test(text)
    ? Number(text)
    : /^[A-Z][a-z]{2,8},? /.test(text)
      ? Math.ceil((Date.parse(text) - now) / 1000)
      : Number.NaN
  return Number.isNaN(seconds) ? undefined : Math.min(86_400, Math.max(0, seconds))
}
