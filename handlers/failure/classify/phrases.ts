/** Phrases of error texts: what tells a failure class where there is no code. */
import type { FailureClass } from "../FailureClass.ts"

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

/**
 * One pattern of many: it occurs where one of them does.
 *
 * @param flags those of the whole; the parts have none
 */
export const anyOf = (patterns: ReadonlyArray<RegExp>, flags = ""): RegExp =>
  new RegExp(patterns.map(({ source }) => source).join("|"), flags)

/** One pattern of parts that follow one another. */
export const inSequence = (parts: ReadonlyArray<RegExp>, flags = ""): RegExp =>
  new RegExp(parts.map(({ source }) => source).join(""), flags)
