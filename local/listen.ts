/** Servers on loopback. */
import type { Server } from "node:http"

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  /** Stops listening and closes every connection. */
  readonly close: () => Promise<void>
}

/**
 * Makes a server listen on 127.0.0.1, never on another interface.
 *
 * @param port the port; 0 for a free one. @default 0
 * @throws with code `EADDRINUSE` when the port is taken.
 */
export const listen = (server: Server, port = 0): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject)
      const address = server.address()
      if (address === null || typeof address === "string") return reject(new Error("The server has no TCP port."))
      resolve({
        url: `http://127.0.0.1:${address.port}`,
        port: address.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          })
      })
    })
  })

/**
 * Starts something on the port that it prefers, or on a free one when that is taken.
 *
 * @param start listens on the port it is given, and rejects with code `EADDRINUSE` when it cannot.
 */
export const onPreferredPort = async <Started>(
  preferred: number | undefined,
  start: (port: number) => Promise<Started>
): Promise<Started> => {
  try {
    return await start(preferred ?? 0)
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return start(0)
    throw error
  }
}
