/** Times as the ledger writes them. */

/** How long a finished item stays in the ledger. */
export const finishedRetentionSeconds = 90 * 86_400

/** The years 1970–9999 have the spelling that sorts as text. */
const latestTime = 253_402_300_799_999

/** The time at which an item that is finished now leaves the ledger, epoch seconds: after 90 days. */
export const expiresAtOf = (now: number): number => Math.floor(now / 1000) + finishedRetentionSeconds

/** Epoch milliseconds as ISO-8601; a time outside of the years 1970–9999 is brought within them. */
export const isoTime = (milliseconds: number): string =>
  new Date(Number.isNaN(milliseconds) ? 0 : Math.min(latestTime, Math.max(0, Math.trunc(milliseconds)))).toISOString()

/** ISO-8601 as epoch milliseconds; 0 where it is not a time. */
export const epochMilliseconds = (iso: string): number => {
  const milliseconds = Date.parse(iso)
  return Number.isNaN(milliseconds) ? 0 : milliseconds
}
