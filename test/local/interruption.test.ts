import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"

const script = fileURLToPath(new URL("./waitForInterruption.ts", import.meta.url))
const started: Array<ReturnType<typeof start>["child"]> = []

const start = () => {
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return { child, line: async () => (await lines.next()).value }
}

const waiting = async () => {
  const process = start()
  started.push(process.child)
  expect(await process.line()).toBe("waiting")
  return process
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL")
})

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "by %s asks for an orderly end, and lets it happen",
    async (signal) => {
      const { child, line } = await waiting()
      child.kill(signal)
      expect(await line()).toBe("interrupted")
      child.kill("SIGUSR2")
      expect(await once(child, "close")).toEqual([0, null])
    }
  )

  it("that comes twice for one keystroke, as npm passes it on, counts once", async () => {
    const { child, line } = await waiting()
    child.kill("SIGINT")
    child.kill("SIGINT")
    expect(await line()).toBe("interrupted")
    child.kill("SIGUSR2")
    expect(await once(child, "close")).toEqual([0, null])
  })

  it("that comes again later ends the process at once", async () => {
    const { child, line } = await waiting()
    child.kill("SIGINT")
    expect(await line()).toBe("interrupted")
    const ended = once(child, "close")
    const insist = setInterval(() => child.kill("SIGINT"), 100)
    expect(await ended).toEqual([130, null])
    clearInterval(insist)
  })
})
