/**
 * What a function's answer says about its batch.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * The ids of the messages that failed, out of a function's answer with `ReportBatchItemFailures`. No answer, an empty one,
 * and one without failures mean that all succeeded. An answer that cannot be understood, down to one identifier that is
 * empty, unknown or under another key, means that all failed: `"all"`.
 */
export const failedItems = (response: unknown, messageIds: ReadonlySet<string>): ReadonlySet<string> | "all" => {
  if (response === undefined || response === null) return new Set()
  if (!isObject(response)) return "all"
  const failures = response["batchItemFailures"]
  if (failures === undefined || failures === null) return new Set()
  if (!Array.isArray(failures)) return "all"
  const failed = new Set<string>()
  for (const failure of failures) {
    const identifier: unknown = isObject(failure) ? failure["itemIdentifier"] : undefined
    if (typeof identifier !== "string" || !messageIds.has(identifier)) return "all"
    failed.add(identifier)
  }
  return failed
}
