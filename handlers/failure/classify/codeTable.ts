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

/** One phrase: what it means when the text matches. Its id is stable: it is stored with the failure. */
export interface PhraseRule {
  readonly id: string
  readonly class: FailureClass
  /** Linear in the length of the text: every repetition is bounded or cannot overlap with what follows. */
  readonly pattern: RegExp
}

/** The first rule whose pattern occurs in the text. */
export const firstPhrase = (rules: ReadonlyArray<PhraseRule>, text: string): PhraseRule | undefined =>
  rules.find((rule) => rule.pattern.test(text))
