/** What the history of a message says of its replay. */

/** Where the part of a note begins that is about an edit. */
const editBegins = ", with the "

/** Who, in which run. */
export const replayNote = (by: string | undefined, runId: string): string =>
  `Replayed by ${by ?? "an operator"}, run ${runId}`

/** The same with an edit: `what` it is, as much of it as is `shown`, and where the original is. */
export const editNote = (note: string, what: "body" | "merge patch", shown: string, originalKey: string): string =>
  `${note}${editBegins}${what} ${shown} (its original is kept as ${originalKey}).`

/** A note without the edit in it, which may be what a message's body holds. */
export const withoutEdit = (note: string): string => {
  const at = note.indexOf(editBegins)
  return at === -1 ? note : `${note.slice(0, at)}, with an edit.`
}
