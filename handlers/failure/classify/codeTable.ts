/** Tables from a code or name to its failure class, written as one line of words a class. */
import { type FailureClass, failureClasses } from "../FailureClass.ts"

/** From a code, in lower case, to its class. */
export type CodeTable = ReadonlyMap<string, FailureClass>

/** Builds a table; the words of each class are separated by white space and compared without regard to case. */
export const codeTable = (words: { readonly [Class in FailureClass]?: string }): CodeTable =>
  new Map(
    failureClasses.flatMap((failureClass) =>
      (words[failureClass] ?? "")
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word): [string, FailureClass] => [word.toLowerCase(), failureClass])
    )
  )
