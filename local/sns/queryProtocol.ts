/** The AWS query protocol: form fields in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import { randomUUID } from "node:crypto"
import type { ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import { type XmlContent, xmlDocument } from "../xml.ts"
import type { SnsAttributes } from "./model.ts"
import { invalidParameter } from "./SnsError.ts"

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

/** The fields of a request, flat: `Attributes.entry.1.key`. */
export class Fields {
  readonly #fields: URLSearchParams
  readonly #prefix: string

  constructor(fields: URLSearchParams, prefix = "") {
    this.#fields = fields
    this.#prefix = prefix
  }

  /** The fields of a request: its form body, or its query. */
  static of(request: ServiceRequest): Fields {
    const body = request.body.toString("utf8")
    return new Fields(body === "" ? request.url.searchParams : new URLSearchParams(body))
  }

  /** A field, if it was sent. */
  text(name: string): string | undefined {
    return this.#fields.get(`${this.#prefix}${name}`) ?? undefined
  }

  /** A field that has to be there. Throws `InvalidParameter`. */
  required(name: string): string {
    const value = this.text(name)
    if (value === undefined || value === "") throw invalidParameter(`${name} Reason: no value for required parameter`)
    return value
  }

  /** The members of a list, each with the fields below it; `key` is a field that each member has. */
  list(name: string, key: string): ReadonlyArray<Fields> {
    const members: Array<Fields> = []
    for (let index = 1; this.#fields.has(`${this.#prefix}${name}.${index}.${key}`); index += 1)
      members.push(new Fields(this.#fields, `${this.#prefix}${name}.${index}.`))
    return members
  }

  /** A map of texts, e.g. `Attributes.entry.N.key` and `.value`. */
  map(name: string, key: string, value: string): ReadonlyMap<string, string> {
    return new Map(this.list(name, key).map((entry) => [entry.text(key) ?? "", entry.text(value) ?? ""]))
  }

  /** A list of texts, e.g. `TagKeys.member.N`. */
  texts(name: string): ReadonlyArray<string> {
    const texts: Array<string> = []
    for (let index = 1; ; index += 1) {
      const text = this.text(`${name}.${index}`)
      if (text === undefined) return texts
      texts.push(text)
    }
  }

  /** Message attributes. */
  messageAttributes(): SnsAttributes {
    return Object.fromEntries(
      this.list("MessageAttributes.entry", "Name").map((entry) => {
        const text = entry.text("Value.StringValue")
        const binary = entry.text("Value.BinaryValue")
        return [
          entry.text("Name") ?? "",
          {
            DataType: entry.text("Value.DataType") ?? "",
            ...(text === undefined ? {} : { StringValue: text }),
            ...(binary === undefined ? {} : { BinaryValue: binary })
          }
        ]
      })
    )
  }
}

/** A map as the protocol writes it. */
export const entries = (map: Readonly<Record<string, string>>): XmlContent => ({
  entry: Object.entries(map).map(([key, value]) => ({ key, value }))
})

const xml = (status: number, body: string): ServiceResponse => ({
  status,
  headers: { "content-type": "text/xml" },
  body
})

/** The answer to an operation. */
export const resultAnswer = (operation: string, result: XmlContent): ServiceResponse =>
  xml(
    200,
    xmlDocument(
      `${operation}Response`,
      { [`${operation}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } },
      namespace
    )
  )

/** An error. */
export const errorAnswer = (status: number, code: string, message: string): ServiceResponse =>
  xml(
    status,
    xmlDocument(
      "ErrorResponse",
      { Error: { Type: status >= 500 ? "Receiver" : "Sender", Code: code, Message: message }, RequestId: randomUUID() },
      namespace
    )
  )
