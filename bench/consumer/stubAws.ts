/** DynamoDB and SQS as far as a consumer's calls go, over HTTP: they accept everything at once, so that no time is theirs. */
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"

/** A stub that listens. */
export interface StubAws {
  readonly endpoint: string
  /** How often each operation was called, e.g. `PutItem`. */
  readonly calls: ReadonlyMap<string, number>
  readonly close: () => Promise<void>
}

const md5 = (body: string): string => createHash("md5").update(body).digest("hex")

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

const sentMessage = (request: unknown): object => ({
  MessageId: "accepted",
  // The SDK compares the hash with that of what it has sent.
  MD5OfMessageBody: md5(String(member(request, "MessageBody")))
})

const sentMessages = (request: unknown): object => {
  const entries = member(request, "Entries")
  return {
    Successful: (Array.isArray(entries) ? entries : []).map((entry: unknown) => ({
      Id: member(entry, "Id"),
      ...sentMessage(entry)
    }))
  }
}

/** What each operation is answered with that is not answered with nothing. */
const answers: Readonly<Record<string, (request: unknown) => object>> = {
  SendMessage: sentMessage,
  SendMessageBatch: sentMessages
}

/** Starts a stub on a free port. */
export const startStubAws = async (): Promise<StubAws> => {
  const calls = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? ""
    calls.set(operation, (calls.get(operation) ?? 0) + 1)
    const answer = answers[operation]?.(JSON.parse(body)) ?? {}
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The stub has no port.")
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}
