/** How long `npm start` takes until it is ready. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../../", import.meta.url))

/** Seconds from the start of the process to "ready"; it is stopped then. Rejects when it ends before. */
export const secondsToReady = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, ["--import", "./local/requireNode.mjs", "local/start.ts"], {
      cwd: repository,
      stdio: ["ignore", "pipe", "inherit"]
    })
    let seconds: number | undefined
    let text = ""
    child.stdout.setEncoding("utf8")
    child.stdout.on("data", (chunk: string) => {
      text += chunk
      if (seconds !== undefined || !/ready in [\d.]+ s/.test(text)) return
      seconds = (performance.now() - startedAt) / 1000
      child.kill("SIGINT")
    })
    child.once("error", reject)
    child.once("close", () => {
      if (seconds === undefined) reject(new Error(`npm start has ended before it was ready:\n${text}`))
      else resolve(seconds)
    })
  })
