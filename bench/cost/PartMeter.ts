/** Tells what each function of an order system does from what the others do. One at a time is at work. */
import type { CallCounter } from "../system/CallCounter.ts"

/** The functions of an order system: of the API, of the queue, of the dead-letter queue. */
export const functionNames = ["place", "consume", "heal"] as const

/** A function of an order system. */
export type FunctionName = (typeof functionNames)[number]

/** What one function has done, its event source included. */
export interface Part {
  readonly invocations: number
  /** Orders or messages in them. */
  readonly messages: number
  readonly logBytes: number
  /** By service and action. */
  readonly calls: Readonly<Record<string, number>>
  /** By service and action. */
  readonly dollarsByCall: Readonly<Record<string, number>>
}

class Sums {
  readonly #sums = new Map<string, number>()
  add(name: string, value: number): void {
    if (value !== 0) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value)
  }
  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sums)
  }
}

const newPart = () => ({ invocations: 0, messages: 0, logBytes: 0, calls: new Sums(), dollars: new Sums() })

/** Tells what each function of an order system does. */
export class PartMeter {
  readonly #counter: CallCounter
  readonly #parts = { place: newPart(), consume: newPart(), heal: newPart() }
  #at: FunctionName = "place"

  constructor(counter: CallCounter) {
    this.#counter = counter
  }

  /** What is called and logged until the work is done is this function's. */
  async during<A>(name: FunctionName, work: () => Promise<A>): Promise<A> {
    this.#at = name
    const { calls, dollarsByCall } = this.#counter
    try {
      return await work()
    } finally {
      const { calls: sums, dollars } = this.#parts[name]
      for (const [call, count] of this.#counter.calls) sums.add(call, count - (calls.get(call) ?? 0))
      for (const [call, price] of this.#counter.dollarsByCall) dollars.add(call, price - (dollarsByCall.get(call) ?? 0))
    }
  }

  /** The function at work is invoked with so many messages. */
  invoked(messages: number): void {
    this.#parts[this.#at].invocations += 1
    this.#parts[this.#at].messages += messages
  }

  /** The function at work writes a line. */
  logged(bytes: number): void {
    this.#parts[this.#at].logBytes += bytes
  }

  /** What each function has done so far. */
  get parts(): Readonly<Record<FunctionName, Part>> {
    const partOf = (name: FunctionName): Part => {
      const { calls, dollars, ...rest } = this.#parts[name]
      return { ...rest, calls: calls.all, dollarsByCall: dollars.all }
    }
    return { place: partOf("place"), consume: partOf("consume"), heal: partOf("heal") }
  }
}
