/**
 * Server-sent events to any number of browsers. What a browser has not taken yet is merged, not queued: a slow one costs no
 * more memory than a fast one, and is told how much it has missed.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { Writable } from "node:stream"
import type { EventLine, FailuresView, Flow, LiveState, ReplayView } from "./protocol.ts"

/** The newest lines that a browser gets when it opens the page, or comes back to it. */
const linesKept = 300

/** Proxies and browsers give up on a silent connection, in milliseconds. */
const heartbeatMilliseconds = 15_000

/** How long a browser waits before it connects again, in milliseconds. */
const retryMilliseconds = 1000

interface Pending {
  state: boolean
  failures: boolean
  flows: Map<string, Flow>
  replays: Set<string>
  /** The id of the last line that it has been sent. */
  lastLine: number
}

interface Subscriber {
  readonly response: Writable
  readonly pending: Pending
  isBlocked: boolean
}

/** The events of one console. */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>()
  readonly #lines: Array<EventLine> = []
  readonly #replays = new Map<string, ReplayView>()
  readonly #heartbeat: NodeJS.Timeout
  #state: LiveState | undefined
  #stateText = ""
  #failures: FailuresView | undefined
  #failuresText = ""
  #lastLine = 0
  #eventId = 0

  constructor() {
    this.#heartbeat = setInterval(() => {
      for (const { response, isBlocked } of this.#subscribers) if (!isBlocked) response.write(": still here\n\n")
    }, heartbeatMilliseconds)
    this.#heartbeat.unref()
  }

  /** How many browsers listen. */
  get size(): number {
    return this.#subscribers.size
  }

  /** What a browser has been sent and not taken, at most, in bytes. */
  get buffered(): number {
    return Math.max(0, ...[...this.#subscribers].map(({ response }) => response.writableLength))
  }

  /** Keeps the connection open and sends it everything from now on; lines after `lastEventId` first. */
  subscribe(response: Writable, lastEventId: string | undefined): void {
    const last = Number(lastEventId?.split("-")[1] ?? 0)
    // Ids begin anew with each start of the console: one that is ahead is of an earlier one.
    const lastLine = Number.isSafeInteger(last) && last <= this.#lastLine ? last : 0
    const pending: Pending = {
      state: true,
      failures: true,
      flows: new Map(),
      replays: new Set(this.#replays.keys()),
      lastLine
    }
    const subscriber: Subscriber = { response, pending, isBlocked: false }
    response.on("drain", () => {
      subscriber.isBlocked = false
      this.#flush(subscriber)
    })
    response.on("close", () => this.#subscribers.delete(subscriber))
    response.on("error", () => this.#subscribers.delete(subscriber))
    this.#subscribers.add(subscriber)
    response.write(`retry: ${retryMilliseconds}\n\n`)
    this.#flush(subscriber)
  }

  /** Replaces the state, and sends it if anything but its time has changed. */
  setState(state: LiveState): void {
    const text = JSON.stringify({ ...state, at: 0 })
    this.#state = state
    if (text === this.#stateText) return
    this.#stateText = text
    this.#tell((pending) => {
      pending.state = true
    })
  }

  setFailures(failures: FailuresView): void {
    const text = JSON.stringify(failures)
    if (text === this.#failuresText) return
    this.#failuresText = text
    this.#failures = failures
    this.#tell((pending) => {
      pending.failures = true
    })
  }

  setReplay(replay: ReplayView): void {
    this.#replays.delete(replay.id)
    this.#replays.set(replay.id, replay)
    const [oldest] = this.#replays.keys()
    if (this.#replays.size > 20 && oldest !== undefined) this.#replays.delete(oldest)
    this.#tell((pending) => pending.replays.add(replay.id))
  }

  addLine(line: Omit<EventLine, "id">): void {
    this.#lastLine += 1
    this.#lines.push({ ...line, id: this.#lastLine })
    if (this.#lines.length > linesKept) this.#lines.shift()
  }

  addFlows(flows: ReadonlyArray<Flow>): void {
    for (const { pending } of this.#subscribers)
      for (const flow of flows) {
        const key = `${flow.edge} ${flow.tone}`
        pending.flows.set(key, { ...flow, count: flow.count + (pending.flows.get(key)?.count ?? 0) })
      }
  }

  /** Sends what has come together since the last time. */
  flush(): void {
    for (const subscriber of this.#subscribers) this.#flush(subscriber)
  }

  /** Ends every connection. */
  close(): void {
    clearInterval(this.#heartbeat)
    for (const { response } of this.#subscribers) response.destroy()
    this.#subscribers.clear()
  }

  #tell(change: (pending: Pending) => void): void {
    for (const { pending } of this.#subscribers) change(pending)
  }

  #flush(subscriber: Subscriber): void {
    const { response, pending, isBlocked } = subscriber
    if (isBlocked || response.destroyed) return
    const events: Array<string> = []
    const add = (event: string, data: unknown): void => {
      this.#eventId += 1
      events.push(`id: ${this.#eventId}-${pending.lastLine}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    }
    const lines = this.#lines.filter(({ id }) => id > pending.lastLine)
    const [first] = lines
    const missed = first === undefined ? 0 : first.id - pending.lastLine - 1
    pending.lastLine = this.#lastLine
    if (pending.state && this.#state !== undefined) add("state", this.#state)
    if (pending.flows.size > 0) add("flows", [...pending.flows.values()])
    if (lines.length > 0) add("lines", { lines, missed })
    if (pending.failures && this.#failures !== undefined) add("failures", this.#failures)
    for (const id of pending.replays) add("replay", this.#replays.get(id))
    pending.state = this.#state === undefined
    pending.failures = this.#failures === undefined
    pending.flows.clear()
    pending.replays.clear()
    if (events.length > 0 && !response.write(events.join(""))) subscriber.isBlocked = true
  }
}
