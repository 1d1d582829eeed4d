/** What a rule says. */
import type { FailureClass } from "../FailureClass.ts"

/** What a rule says of a text; a weak verdict gives way to a strong one elsewhere in the chain of causes. */
export interface Verdict {
  readonly class: FailureClass
  /** The stable id of the rule. */
  readonly rule: string
  readonly strong: boolean
}

/** A verdict that stands. */
export const strong = (failureClass: FailureClass, rule: string): Verdict => ({
  class: failureClass,
  rule,
  strong: true
})

/** A verdict that gives way. */
export const weak = (failureClass: FailureClass, rule: string): Verdict => ({
  class: failureClass,
  rule,
  strong: false
})
