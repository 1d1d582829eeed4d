import { once } from "node:events"
import { createServer, type IncomingMessage, request } from "node:http"
import { Writable } from "node:stream"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { EventHub } from "../../../local/console/EventHub.ts"
import type { LiveState } from "../../../local/console/protocol.ts"
import { type Listening, listen } from "../../../local/listen.ts"

const state = (stored: number, at = 0): LiveState => ({
  at,
  figures: {},
  alarms: [],
  breakers: [],
  stored,
  statuses: {},
  gatewayMode: "working"
})

let hub: EventHub
let server: Listening

beforeEach(async () => {
  hub = new EventHub()
  server = await listen(
    createServer((incoming, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" })
      hub.subscribe(response, incoming.headers["last-event-id"]?.toString())
    })
  )
})

afterEach(async () => {
  hub.close()
  await server.close()
})

const connect = (lastEventId?: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId }
    request(server.url, { headers }, resolve).once("error", reject).end()
  })

/** What has come so far, once the pattern is in it. */
const reading = (answer: IncomingMessage) => {
  let text = ""
  answer.setEncoding("utf8").on("data", (chunk) => {
    text += String(chunk)
  })
  // A connection that the server ends is no failure of the reader.
  answer.on("error", () => undefined)
  return async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text)) {
      await new Promise((resolve) => answer.once("data", resolve))
    }
    return text
  }
}

/** A browser that takes nothing until it reads: each write to it says that it is full. */
class SlowBrowser extends Writable {
  #text = ""
  #isReading = false
  #take: () => void = () => undefined

  constructor() {
    super({ highWaterMark: 1 })
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    this.#take = () => {
      this.#text += chunk.toString("utf8")
      taken()
    }
    if (this.#isReading) this.#take()
  }

  /** Takes everything, and from now on at once; the answer is all that it has been sent. */
  async read(): Promise<string> {
    this.#isReading = true
    const drained = once(this, "drain")
    this.#take()
    await drained
    return this.#text
  }
}

describe("the console's events", () => {
  it("begin with what is true already, and with the latest lines", async () => {
    hub.setState(state(7))
    hub.addLine({ at: 1, text: "order O1 accepted", tone: "plain" })
    const text = await reading(await connect())(/O1 accepted.*\n\n/)
    expect(text).toMatch(/^retry: \d+\n\n/)
    expect(text).toContain('event: state\ndata: {"at":0')
    expect(text).toMatch(/id: \d+-\d+\nevent: lines/)
  })

  it("have ids, with which a browser that comes back gets no line twice", async () => {
    hub.addLine({ at: 1, text: "first", tone: "plain" })
    const answer = await connect()
    const text = await reading(answer)(/first.*\n\n/)
    answer.destroy()
    const [, id] = /id: (\S+)\nevent: lines/.exec(text) ?? []
    hub.addLine({ at: 2, text: "second", tone: "plain" })
    const again = await reading(await connect(id))(/second.*\n\n/)
    expect(again).not.toContain("first")
  })

  it("leave out a state that differs in its time alone", async () => {
    const read = reading(await connect())
    hub.setState(state(1))
    hub.flush()
    await read(/"stored":1/)
    hub.setState(state(1, 99))
    hub.flush()
    hub.setState(state(2))
    hub.flush()
    expect(await read(/"stored":2/)).not.toContain('"at":99')
  })

  it("add up what flows between two looks", async () => {
    const read = reading(await connect())
    hub.addFlows([{ edge: "a>b", count: 2, tone: "good" }])
    hub.addFlows([
      { edge: "a>b", count: 3, tone: "good" },
      { edge: "a>b", count: 1, tone: "TIMEOUT" }
    ])
    hub.flush()
    const text = await read(/event: flows.*\n.*\n\n/)
    expect(text).toContain('{"edge":"a>b","count":5,"tone":"good"}')
    expect(text).toContain('{"edge":"a>b","count":1,"tone":"TIMEOUT"}')
  })

  it("are merged for a browser that does not read: its memory is bounded, and it is told what it has missed", async () => {
    const browser = new SlowBrowser()
    hub.subscribe(browser, undefined)
    const filling = "x".repeat(2000)
    for (let index = 0; index < 20_000; index++) {
      hub.addLine({ at: index, text: `line ${index} ${filling}`, tone: "plain" })
      if (index % 10 === 0) hub.setState(state(index))
      if (index % 100 === 0) hub.flush()
    }
    // Forty megabytes of lines: what waits for it is the first flush, with its one line, and no more.
    expect(hub.buffered).toBeLessThan(4000)
    const text = await browser.read()
    expect(text).toContain('"missed":19699')
    const sent = [...text.matchAll(/"text":"line (\d+) /g)].map(([, index]) => Number(index))
    expect(sent).toEqual([0, ...Array.from({ length: 300 }, (_, index) => 19_700 + index)])
    expect(text).toContain('"stored":19990')
  })

  it("end at once when the console does", async () => {
    const answer = await connect()
    const ended = new Promise((resolve) => answer.once("close", resolve))
    answer.on("error", () => undefined).resume()
    hub.close()
    await ended
    expect(hub.size).toBe(0)
  })
})
