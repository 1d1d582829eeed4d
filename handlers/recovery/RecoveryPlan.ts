/** What to do with one failed message: the answer of `plan`. Every variant says why, in words for an operator. */

/** Send it back to the main queue. */
export interface Requeue {
  /** Which plan it is. */
  readonly _tag: "Requeue"
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** 0–900: SQS's longest delay. Always 0 on a FIFO queue, which has no per-message delay. */
  readonly delaySeconds: number
  /** Whether the consumer shall handle it apart from its neighbours. */
  readonly isolated: boolean
  /** Why, in words for an operator. */
  readonly why: string
}

/** Leave it in the DLQ, invisible until `until`; not an attempt. */
export interface Hold {
  /** Which plan it is. */
  readonly _tag: "Hold"
  /** 1–42,300: SQS's longest visibility timeout counts from the receive, so the longest function time is taken off. */
  readonly visibilityTimeoutSeconds: number
  /** When it is planned again, epoch milliseconds. May lie beyond one visibility timeout. */
  readonly until: number
  /**
   * When it is due in the main queue, as far as its backoff and a slot that it was granted go; epoch milliseconds. Kept, so
   * that the next plan draws no new backoff. Behind a circuit breaker it may be sooner than `until`.
   */
  readonly due: number
  /** Why, in words for an operator. */
  readonly why: string
}

/** Put it into the archive. */
export interface Archive {
  /** Which plan it is. */
  readonly _tag: "Archive"
  /** `awaiting-operator` can be replayed once the cause is mended; `archived` is final. */
  readonly status: "archived" | "awaiting-operator"
  /** Whether an alert is due (alerts are de-duplicated by fingerprint). */
  readonly alert: boolean
  /** Why, in words for an operator. */
  readonly why: string
}

/** What to do with one failed message. */
export type RecoveryPlan = Requeue | Hold | Archive
