/** What the three batch operations have in common. */
import type { Input } from "../Input.ts"
import { SqsError } from "../SqsError.ts"

/** How many entries a batch may have. */
export const maximumBatchEntries = 10

/** The entries of a batch request, checked as a whole. */
export const batchEntries = (input: Input): ReadonlyArray<{ readonly id: string; readonly entry: Input }> => {
  const entries = input.objects("Entries").map((entry) => ({ id: entry.string("Id") ?? "", entry }))
  if (entries.length === 0) {
    throw new SqsError("EmptyBatchRequest", "There should be at least one entry in the batch request.")
  }
  if (entries.length > maximumBatchEntries) {
    const message = `Maximum number of entries per request are ${maximumBatchEntries}. You have sent ${entries.length}.`
    throw new SqsError("TooManyEntriesInBatchRequest", message)
  }
  const seen = new Set<string>()
  for (const { id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id)) {
      const message =
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
      throw new SqsError("InvalidBatchEntryId", message)
    }
    if (seen.has(id)) throw new SqsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`)
    seen.add(id)
  }
  return entries
}

/** Runs each entry by itself: one that is refused does not fail its neighbours. */
export const runBatch = (input: Input, run: (entry: Input) => object) => {
  const Successful: Array<object> = []
  const Failed: Array<object> = []
  for (const { id, entry } of batchEntries(input)) {
    try {
      Successful.push({ Id: id, ...run(entry) })
    } catch (error) {
      if (!(error instanceof SqsError)) throw error
      Failed.push({ Id: id, SenderFault: true, Code: error.code, Message: error.message })
    }
  }
  // AWS leaves an empty list of failures out, but always lists what succeeded.
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) }
}
