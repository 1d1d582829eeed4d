/**
 * Dynalite, driven inside the process: its HTTP server never listens. It gets request and response objects of our own,
 * which spares a socket and a second HTTP parser for each call.
 */
import { EventEmitter } from "node:events"
import dynalite from "dynalite"
import type { Account } from "../Account.ts"
import { arnOf } from "../Account.ts"

/** What the engine answered. */
export interface EngineAnswer {
  readonly status: number
  readonly body: string
}

/** Runs one DynamoDB operation on its JSON request. */
export type Engine = (operation: string, body: string) => Promise<EngineAnswer>

/** Dynalite checks that a request looks signed; the gateway has already found the caller. */
const headers = (operation: string): Record<string, string> => ({
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": `DynamoDB_20120810.${operation}`,
  "x-amz-date": "20250101T000000Z",
  authorization: "AWS4-HMAC-SHA256 Credential=embedded, SignedHeaders=host, Signature=none"
})

/** As much of `http.ServerResponse` as dynalite uses. */
class Answer {
  statusCode = 200
  readonly #done: (answer: EngineAnswer) => void
  constructor(done: (answer: EngineAnswer) => void) {
    this.#done = done
  }
  setHeader(): void {}
  end(body = ""): void {
    this.#done({ status: this.statusCode, body })
  }
}

/** Operations whose answer holds the table's ARN, which dynalite makes up from the machine's environment. */
const describing = new Set(["CreateTable", "DescribeTable", "UpdateTable", "DeleteTable"])

/** An engine with no tables. Tables become active and vanish without a delay, so that programs need not wait. */
export const createEngine = (account: Account): Engine => {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  const tableArn = arnOf(account, "dynamodb", "table/")
  return async (operation, body) => {
    const answer = await new Promise<EngineAnswer>((resolve) => {
      const request = Object.assign(new EventEmitter(), { method: "POST", url: "/", headers: headers(operation) })
      server.emit("request", request, new Answer(resolve))
      request.emit("data", Buffer.from(body))
      request.emit("end")
    })
    if (!describing.has(operation)) return answer
    return { ...answer, body: answer.body.replaceAll(/arn:aws:dynamodb:[a-z0-9-]*:\d*:table\//g, tableArn) }
  }
}
