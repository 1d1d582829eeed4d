/** The whole system, started once for a file of tests. */
import { type System, type SystemOptions, withSystem } from "../../local/withSystem.ts"

/** What the start of system and browser may take on a busy machine, in milliseconds. */
export const startTimeout = 300_000

/** A system that runs until it is closed. */
export interface RunningSystem extends System {
  readonly close: () => Promise<void>
}

/** Starts the program of this repository, stack `local`, on ports of its own. Rejects when it does not start. */
export const startSystem = (config: SystemOptions["config"] = {}): Promise<RunningSystem> =>
  new Promise((resolve, reject) => {
    const program = new URL("../../index.ts", import.meta.url)
    const running = withSystem(
      { program, stack: "local", config, signal: new AbortController().signal },
      (system) =>
        new Promise<void>((close) => {
          const closing = async (): Promise<void> => {
            close()
            await running
          }
          resolve({ ...system, close: closing })
        })
    )
    running.catch(reject)
  })
