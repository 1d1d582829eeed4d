/**
 * One write after the other on a table. Dynalite does not know `ReturnValuesOnConditionCheckFailure`: the item is read
 * after the condition has failed, and no other write may come between.
 */
export class WriteOrder {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `write` after the writes before it on any of the tables. */
  run<A>(tables: ReadonlyArray<string>, write: () => Promise<A>): Promise<A> {
    const before = Promise.all(tables.map((table) => this.#last.get(table)))
    const result = before.then(write)
    const settled = result.then(
      () => undefined,
      () => undefined
    )
    for (const table of tables) this.#last.set(table, settled)
    return result
  }
}
