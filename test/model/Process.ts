/** A process that runs handlers: a function's environment, or an operator's command. It can die at any moment. */

/** A process. */
export interface Process {
  readonly name: string
  readonly kind: "consumer" | "healer" | "operator"
  /** How wrong its clock is. */
  readonly skewMilliseconds: number
  readonly alive: boolean
  /** Kills it: nothing that it has begun goes on. */
  readonly kill: (why: string) => void
  /** What to do when it dies, as long as it is working. */
  onDeath: ((why: string) => void) | undefined
}

/** A living process. */
export const makeProcess = (name: string, kind: Process["kind"], skewMilliseconds: number): Process => {
  let alive = true
  const process: Process = {
    name,
    kind,
    skewMilliseconds,
    get alive() {
      return alive
    },
    kill: (why) => {
      if (!alive) return
      alive = false
      process.onDeath?.(why)
    },
    onDeath: undefined
  }
  return process
}
