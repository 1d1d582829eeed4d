/** Processes that are killed in the middle of an invocation, to see what that leaves behind. */

/** The end of one invocation. */
export interface Kill {
  /** After the event was handed over. An invocation that ends sooner is spared. */
  readonly afterMilliseconds: number
  /** Told when it happens. */
  readonly onKilled: () => void
}

/** Asked as each invocation of a function begins; `undefined` lets it live. */
export type NextKill = (functionName: string) => Kill | undefined
