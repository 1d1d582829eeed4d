import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { listen } from "../../../local/listen.ts"

const bootstrap = fileURLToPath(new URL("../../../local/lambda/runtime/bootstrap.mjs", import.meta.url))

it("a function's process ends when the one that started it was killed, even in the middle of writing its log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orphan-"))
  const source = 'export const handler = () => new Promise(() => setInterval(() => console.log("still here"), 1))'
  writeFileSync(join(folder, "index.mjs"), source)
  const runtimeApi = await listen(
    createServer((_, response) =>
      response
        .writeHead(200, {
          "lambda-runtime-aws-request-id": "id",
          "lambda-runtime-deadline-ms": String(Date.now() + 60_000)
        })
        .end("{}")
    )
  )
  const child = spawn(process.execPath, [bootstrap], {
    env: {
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: "index.handler",
      AWS_LAMBDA_RUNTIME_API: new URL(runtimeApi.url).host
    },
    stdio: ["ignore", "pipe", "ignore"]
  })
  try {
    const ended = once(child, "exit")
    await once(child.stdout, "data")
    // What the end of a process does to those that it started.
    child.stdout.destroy()
    await runtimeApi.close()
    const [code] = await ended
    expect(code).toBe(129)
  } finally {
    child.kill("SIGKILL")
    rmSync(folder, { recursive: true })
  }
})
