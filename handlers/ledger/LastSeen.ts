/** What a process has read or written last of each ledger item, for a moment: where a change may start without reading again. */
import type { LedgerItem } from "./LedgerItem.ts"

/** An item as it was read or written; `undefined` where there was none. */
export type SeenItem = { readonly stored: Readonly<Record<string, unknown>>; readonly item: LedgerItem } | undefined

/** Longer than the calls of one message take; older than this, others may have been at it. */
const momentMilliseconds = 2000

/** Far more than are handled at a time. */
const maxKept = 200

/** What was seen last, by lineage id. Each sight is taken once: whoever takes it writes, or reads again. */
export class LastSeen {
  readonly #seen = new Map<string, { readonly found: SeenItem; readonly at: number }>()

  /** `at`: epoch milliseconds. */
  keep(lineageId: string, found: SeenItem, at: number): void {
    if (this.#seen.size >= maxKept) this.#seen.clear()
    this.#seen.set(lineageId, { found, at })
  }

  /** What was seen a moment ago; `undefined` when nothing was looked for. */
  take(lineageId: string, now: number): { readonly found: SeenItem } | undefined {
    const seen = this.#seen.get(lineageId)
    this.#seen.delete(lineageId)
    return seen !== undefined && Math.abs(now - seen.at) < momentMilliseconds ? seen : undefined
  }
}
