/** How times, links and counts are written in the widget. */

/** ISO-8601 as a person reads it, in UTC: `2026-01-31 08:15:30`. */
export const shownTime = (iso: string): string => iso.slice(0, 19).replace("T", " ")

const consoleHost = /^(?:[a-z0-9-]+\.)?console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$/

/** The link, if it leads to the AWS console. What a message says of its log may be forged. */
export const consoleLink = (link: string | undefined): string | undefined => {
  if (link === undefined || !URL.canParse(link)) return undefined
  const { protocol, hostname, username, port } = new URL(link)
  return protocol === "https:" && username === "" && port === "" && consoleHost.test(hostname) ? link : undefined
}

/** A number and what it counts. */
export const counted = (count: number, singular: string, plural: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? singular : plural}`
