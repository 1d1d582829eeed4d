/** Ctrl-C and its kin: the first one asks for an orderly end, a later one insists. */

/** npm passes on a Ctrl-C that its child has got from the terminal as well: signals this close are one, in milliseconds. */
const oneKeystroke = 500

/**
 * Listens to SIGINT, SIGTERM and SIGHUP: the first aborts the answer, a second one ends the process at once with exit
 * code 130.
 */
export const interruption = (): AbortSignal => {
  const controller = new AbortController()
  let first: number | undefined
  const onSignal = (): void => {
    const now = performance.now()
    if (first !== undefined && now - first > oneKeystroke) process.exit(130)
    first ??= now
    controller.abort(new Error("Interrupted."))
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal)
  // A reader that went away (`npm start | head`) has seen enough.
  process.stdout.on("error", onSignal)
  return controller.signal
}
