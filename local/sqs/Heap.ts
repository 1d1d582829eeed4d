/** A binary heap that gives the entry with the lowest key, and removes any entry in O(log n). */

/** A value's place in a heap; whoever wants to remove the value early keeps it. */
export interface HeapEntry<T> {
  readonly value: T
  readonly key: number
  /** Decides between equal keys; the lower comes first. */
  readonly order: number
  /** Index in the heap; -1 once it has left. */
  position: number
}

const before = (a: HeapEntry<unknown>, b: HeapEntry<unknown>): boolean =>
  a.key < b.key || (a.key === b.key && a.order < b.order)

/** Entries by key, then order. */
export class Heap<T> {
  readonly #entries: Array<HeapEntry<T>> = []

  get size(): number {
    return this.#entries.length
  }

  /** The entry with the lowest key. */
  peek(): HeapEntry<T> | undefined {
    return this.#entries[0]
  }

  push(value: T, key: number, order: number): HeapEntry<T> {
    const entry: HeapEntry<T> = { value, key, order, position: this.#entries.length }
    this.#entries.push(entry)
    this.#rise(entry)
    return entry
  }

  /** Takes the entry with the lowest key. */
  pop(): HeapEntry<T> | undefined {
    const first = this.#entries[0]
    if (first) this.remove(first)
    return first
  }

  /** Takes an entry out; one that has left already stays out. */
  remove(entry: HeapEntry<T>): void {
    const { position } = entry
    if (position < 0 || this.#entries[position] !== entry) return
    const last = this.#entries.pop()
    entry.position = -1
    if (!last || last === entry) return
    this.#place(last, position)
    this.#rise(last)
    this.#sink(last)
  }

  clear(): void {
    for (const entry of this.#entries) entry.position = -1
    this.#entries.length = 0
  }

  /** All values, in no particular order. */
  *values(): Generator<T> {
    for (const entry of this.#entries) yield entry.value
  }

  #place(entry: HeapEntry<T>, position: number): void {
    this.#entries[position] = entry
    entry.position = position
  }

  #rise(entry: HeapEntry<T>): void {
    while (entry.position > 0) {
      const position = entry.position
      const parent = this.#entries[(position - 1) >> 1]
      if (!parent || !before(entry, parent)) return
      this.#place(entry, parent.position)
      this.#place(parent, position)
    }
  }

  #sink(entry: HeapEntry<T>): void {
    for (;;) {
      const position = entry.position
      const left = this.#entries[2 * position + 1]
      if (!left) return
      const right = this.#entries[2 * position + 2]
      const child = right && before(right, left) ? right : left
      if (!before(child, entry)) return
      this.#place(entry, child.position)
      this.#place(child, position)
    }
  }
}
