// The server's events. The browser connects again by itself, and the server then sends everything that is true.

/**
 * @typedef {object} Listeners
 * @property {(state: import("../protocol.ts").LiveState) => void} state
 * @property {(flows: ReadonlyArray<import("../protocol.ts").Flow>) => void} flows
 * @property {(lines: { lines: ReadonlyArray<import("../protocol.ts").EventLine>, missed: number }) => void} lines
 * @property {(failures: import("../protocol.ts").FailuresView) => void} failures
 * @property {(replay: import("../protocol.ts").ReplayView) => void} replay
 * @property {(isConnected: boolean) => void} connected
 */

/**
 * Listens from now on.
 *
 * @param {Listeners} listeners
 */
export const listen = (listeners) => {
  const source = new EventSource("/api/events")
  for (const name of /** @type {const} */ (["state", "flows", "lines", "failures", "replay"])) {
    source.addEventListener(name, (event) => {
      /** @type {(data: any) => void} */
      listeners[name](JSON.parse(event.data))
    })
  }
  source.addEventListener("open", () => listeners.connected(true))
  source.addEventListener("error", () => {
    listeners.connected(false)
    // A browser gives up for good on an answer that is no stream, as of an instance that is just starting.
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => listen(listeners), 2000)
  })
}
