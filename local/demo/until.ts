/** Waiting for a state of the system, as a person would: by looking again. */
import { setTimeout as wait } from "node:timers/promises"

/** Between two looks. */
const pauseMilliseconds = 50

/** Looks until there is something; `undefined` when the time is up. Rejects when `signal` aborts. */
export const until = async <A>(
  look: () => Promise<A | undefined>,
  options: { readonly milliseconds: number; readonly signal?: AbortSignal }
): Promise<A | undefined> => {
  const end = performance.now() + options.milliseconds
  for (;;) {
    options.signal?.throwIfAborted()
    const found = await look()
    if (found !== undefined || performance.now() > end) return found
    await wait(pauseMilliseconds)
  }
}
