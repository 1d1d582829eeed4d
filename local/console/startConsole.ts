/** The local console: a web page on loopback that shows a running system, and acts on it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { listen } from "../listen.ts"
import type { System } from "../withSystem.ts"
import { dashboardsOf } from "./dashboard/dashboards.ts"
import { EventHub } from "./EventHub.ts"
import { gatewaySwitch } from "./gatewayModes.ts"
import { admit } from "./guard.ts"
import { openOperations } from "./operations.ts"
import { openOrderDesk } from "./orders.ts"
import { openReplays } from "./replays.ts"
import { type Route, routes } from "./routes.ts"
import { listFiles, sendFile } from "./staticFiles.ts"
import { layOut } from "./topology/layOut.ts"
import { readTopology } from "./topology/readTopology.ts"
import { watchSystem } from "./watch.ts"

/** A running console. */
export interface Console {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Ends it, and every page's connection, at once. */
  readonly close: () => Promise<void>
}

/** The largest request, in bytes. */
const largestRequest = 256 * 1024

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > largestRequest) throw new Error("The request is too large.")
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString("utf8")
  return text === "" ? {} : JSON.parse(text)
}

const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

const run = async (route: Route, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
  let given: unknown
  try {
    given = request.method === "POST" ? await readJson(request) : Object.fromEntries(url.searchParams)
  } catch {
    return answerJson(response, 400, { error: "The request is no JSON, or too large." })
  }
  const { status = 200, body } = await route(given)
  answerJson(response, status, body)
}

/** Starts a console for a system. Rejects with code `EADDRINUSE` when the port is taken. */
export const startConsole = async (system: System, port?: number): Promise<Console> => {
  const { aws, payment, outputs, resources } = system
  const topology = readTopology(resources)
  const target = { ...aws.account, administrator: aws.iam.administrator, outputs }
  const files = await listFiles()
  const hub = new EventHub()
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.destroy()
  const server = createServer((request, response) => handle(request, response))
  const listening = await listen(server, port)

  const operations = openOperations(target)
  const gateway = gatewaySwitch(payment)
  const desk = openOrderDesk(system)
  const watch = watchSystem(system, topology, { hub, operations, gateway })
  const replays = openReplays(target, (replay) => {
    watch.touch()
    hub.setReplay(replay)
  })
  const dashboards = dashboardsOf(aws, watch.alarms)
  const table = routes({
    system,
    topology,
    layouts: layOut(topology),
    operations,
    gateway,
    desk,
    watch,
    replays,
    dashboards
  })

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!admit(request, response, listening.port)) return
    const url = new URL(request.url ?? "/", listening.url)
    if (request.method === "GET" && url.pathname === "/api/events") {
      response.writeHead(200, { "content-type": "text/event-stream" })
      const last = request.headers["last-event-id"]
      return hub.subscribe(response, typeof last === "string" ? last : undefined)
    }
    const file = request.method === "GET" ? files.get(url.pathname) : undefined
    if (file !== undefined) return sendFile(response, file)
    const route = table.get(`${request.method} ${url.pathname}`)
    if (route === undefined) return answerJson(response, 404, { error: `There is no ${url.pathname} here.` })
    await run(route, request, response, url)
  }
  handle = (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else answerJson(response, 500, { error: error instanceof Error ? error.message : String(error) })
    })
  }

  return {
    url: listening.url,
    close: async () => {
      hub.close()
      await listening.close()
      await Promise.all([watch.stop(), replays.close()])
      desk.close()
      await operations.close()
    }
  }
}
