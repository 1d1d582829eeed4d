/** The link that opens the log of the invocation in which a message failed. */

/** How the console escapes a value in its fragment: percent-encoded twice, with `$` for `%`. */
const escaped = (value: string): string =>
  // Half a character cannot be encoded: it would throw.
  encodeURIComponent(encodeURIComponent(value.toWellFormed())).replaceAll("%", "$")

/** Log lines of one invocation lie within Lambda's longest run, 15 minutes, before the failure. */
const beforeMilliseconds = 15 * 60_000
const afterMilliseconds = 60_000

/** The host of the console in a region. */
export const consoleHost = (region: string): string => {
  if (region.startsWith("cn-")) return "console.amazonaws.cn"
  if (region.startsWith("us-gov-")) return "console.amazonaws-us-gov.com"
  return `${region}.console.aws.amazon.com`
}

/**
 * The CloudWatch console page with the log stream, from 15 minutes before the failure to one after, narrowed to the
 * request where it is known. `undefined` where the evidence names no log group.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AnalyzingLogData.html
 */
export const logLink = (
  region: string | undefined,
  failure:
    | {
        readonly logGroup?: string | undefined
        readonly logStream?: string | undefined
        readonly requestId?: string | undefined
        readonly at: number
      }
    | undefined
): string | undefined => {
  if (region === undefined || failure?.logGroup === undefined) return undefined
  const page = `https://${consoleHost(region)}/cloudwatch/home?region=${encodeURIComponent(region)}#logsV2:log-groups/log-group/${escaped(failure.logGroup)}`
  if (failure.logStream === undefined) return page
  const filter =
    failure.requestId === undefined ? "" : `$26filterPattern$3D${escaped(JSON.stringify(failure.requestId))}`
  const window = `$3Fstart$3D${Math.max(0, failure.at - beforeMilliseconds)}$26end$3D${Math.max(0, failure.at + afterMilliseconds)}`
  return `${page}/log-events/${escaped(failure.logStream)}${window}${filter}`
}
