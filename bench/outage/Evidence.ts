/** What evidence and ledger know of the messages of our policy, by their numbers. */
import { machinery } from "./scenario.ts"

/** What evidence and ledger know of a message. */
export class Evidence {
  /** Set aside without being tried. */
  readonly untried: Uint8Array
  /** Let through by the breaker. */
  readonly admitted: Uint8Array
  /** Held before, so counted already. */
  readonly held: Uint8Array
  /** It has a slot of the breaker. */
  readonly granted: Uint8Array
  /** When it failed last, or was set aside, milliseconds. */
  readonly failedAt: Float64Array
  /** When it is due, milliseconds; 0 where nothing was drawn. */
  readonly due: Float64Array

  constructor(messages: number) {
    this.untried = new Uint8Array(messages)
    this.admitted = new Uint8Array(messages)
    this.held = new Uint8Array(messages)
    this.granted = new Uint8Array(messages)
    this.failedAt = new Float64Array(messages)
    this.due = new Float64Array(messages)
  }
}

/** Requests of ten entries each. */
export const requests = (entries: number): number => Math.ceil(entries / machinery.batchSize)
