/** A request's JSON, read member by member; a member of the wrong type is a SerializationException, as AWS answers. */
import { missingParameter, SqsError } from "./SqsError.ts"
import type { WireMessageAttribute } from "./SqsService.ts"

const wrongType = (member: string, expected: string) =>
  new SqsError("SerializationException", `The member ${member} of the request is not ${expected}.`)

/** One JSON object of a request. */
export class Input {
  readonly #members: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType("(top level)", "an object")
    this.#members = { ...value }
  }

  /** Reads a request's body. */
  static parse(body: Buffer): Input {
    const text = body.toString("utf8")
    if (text === "") return new Input({})
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new SqsError("SerializationException", "The request body is not valid JSON.")
    }
    return new Input(value)
  }

  string(member: string): string | undefined {
    const value = this.#get(member)
    if (value === undefined || typeof value === "string") return value
    throw wrongType(member, "a string")
  }

  /** A string that has to be there. */
  require(member: string): string {
    const value = this.string(member)
    if (value === undefined || value === "") throw missingParameter(member)
    return value
  }

  integer(member: string): number | undefined {
    const value = this.#get(member)
    if (value === undefined) return undefined
    if (typeof value === "number" && Number.isSafeInteger(value)) return value
    throw wrongType(member, "an integer")
  }

  strings(member: string): ReadonlyArray<string> {
    return this.#list(member).map((item) => {
      if (typeof item !== "string") throw wrongType(member, "a list of strings")
      return item
    })
  }

  objects(member: string): ReadonlyArray<Input> {
    return this.#list(member).map((item) => new Input(item))
  }

  /** A map of strings; absent is empty. */
  stringMap(member: string): Readonly<Record<string, string>> {
    const entries = Object.entries(this.#map(member)).map(([key, value]): [string, string] => {
      if (typeof value !== "string") throw wrongType(member, "a map of strings")
      return [key, value]
    })
    return Object.fromEntries(entries)
  }

  /** A map of message attributes; absent is empty. */
  messageAttributes(member: string): Readonly<Record<string, WireMessageAttribute>> {
    const entries = Object.entries(this.#map(member)).map(([name, value]): [string, WireMessageAttribute] => {
      const attribute = new Input(value)
      const StringValue = attribute.string("StringValue")
      const BinaryValue = attribute.string("BinaryValue")
      return [
        name,
        {
          DataType: attribute.string("DataType") ?? "",
          ...(StringValue === undefined ? {} : { StringValue }),
          ...(BinaryValue === undefined ? {} : { BinaryValue })
        }
      ]
    })
    return Object.fromEntries(entries)
  }

  #get(member: string): unknown {
    return Object.hasOwn(this.#members, member) ? (this.#members[member] ?? undefined) : undefined
  }

  #list(member: string): ReadonlyArray<unknown> {
    const value = this.#get(member)
    if (value === undefined) return []
    if (Array.isArray(value)) return value
    throw wrongType(member, "a list")
  }

  #map(member: string): object {
    const value = this.#get(member)
    if (value === undefined) return {}
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value
    throw wrongType(member, "a map")
  }
}
