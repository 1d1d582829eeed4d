/** The answer of classification. */

/** What is known of a failure, and by which rule. */
export interface Classification {
  /** The failure class: a built-in one, or a user's from typed evidence. */
  readonly class: string
  /** The stable id of the rule that decided, e.g. `aws.code`; `none` when no rule did. */
  readonly rule: string
  /** Short; groups failures. Without secrets. */
  readonly reason: string
  /** For a person who investigates this one message. Without secrets. */
  readonly detail?: string | undefined
  /** The dependency that failed, where it is named. */
  readonly dependency?: string | undefined
  /** Seconds that the dependency asked to be left alone. */
  readonly retryAfterSeconds?: number | undefined
  /** The top stack frame, where there is one. */
  readonly frame?: string | undefined
}
