import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const script = fileURLToPath(new URL("../../../local/chaos/chaos.ts", import.meta.url))

/** `npm run chaos` in a process of its own; `onOutput` sees what it prints as it comes. */
const chaos = (
  args: ReadonlyArray<string>,
  onOutput: (text: string, interrupt: () => void) => void = () => undefined
) =>
  new Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    let errors = ""
    child.stdout.on("data", (chunk) => {
      output += String(chunk)
      onOutput(output, () => child.kill("SIGINT"))
    })
    child.stderr.on("data", (chunk) => {
      errors += String(chunk)
    })
    child.once("close", (code) => resolve({ code, output, errors }))
  })

// Each waits most of its time for messages to come to rest.
describe.concurrent("a chaos run", () => {
  it("loses and doubles nothing while a tenth of all calls fail, and says so in one JSON document", {
    timeout: 180_000
  }, async () => {
    const { code, output, errors } = await chaos(["--orders", "120", "--seed", "1", "--json"])
    const document = JSON.parse(output)
    expect({ errors, document, code }).toMatchObject({
      errors: "",
      document: {
        ok: true,
        orders: 120,
        seed: 1,
        accepted: 120,
        lost: 0,
        duplicates: 0,
        queued: 0,
        interrupted: false
      },
      code: 0
    })
    expect(document.stored + document.archived + document.awaitingOperator).toBe(120)
    expect(document.stored).toBeGreaterThan(80)
    expect(document.archived).toBeGreaterThan(0)
    const kinds = ["throttling", "error", "latency", "reset", "lost-response", "kill"]
    expect(Object.keys(document.faultsInjected)).toEqual(kinds)
    expect(Object.values<number>(document.faultsInjected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20)
  })

  it("ends early at Ctrl-C: it accounts for what was accepted, and exits with 130", { timeout: 180_000 }, async () => {
    let interrupted = false
    const { code, output } = await chaos(["--orders", "100000", "--error-rate", "0.02"], (text, interrupt) => {
      if (interrupted || !text.includes(" orders answered")) return
      interrupted = true
      interrupt()
    })
    expect(code).toBe(130)
    expect(output).toMatch(/accepted [1-9]\d* = stored \d+ \+ archived \d+ \+ awaiting operator \d+/)
    expect(output).toMatch(/in the queues 0, lost 0, duplicates 0/)
    expect(output).toMatch(/Interrupted after [\d.]+ s: what was accepted is accounted for above\.\n$/)
  })
})
