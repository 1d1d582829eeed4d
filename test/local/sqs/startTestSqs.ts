/** SQS alone behind a small HTTP server, for tests of its protocol with the real SDK client. */
import { createServer, type IncomingMessage } from "node:http"
import { SQSClient } from "@aws-sdk/client-sqs"
import { embeddedAccountId } from "../../../local/Account.ts"
import { type Clock, type Principal, systemClock } from "../../../local/EmbeddedService.ts"
import { createSqs } from "../../../local/sqs/createSqs.ts"
import type { SqsService } from "../../../local/sqs/SqsService.ts"

/** The administrator of the embedded account. */
export const administrator: Principal = { kind: "administrator", arn: `arn:aws:iam::${embeddedAccountId}:root` }

/** An account at an endpoint that nothing listens on: for tests without HTTP. */
export const testAccount = { accountId: embeddedAccountId, region: "eu-central-1", endpoint: "http://127.0.0.1:4566" }

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** SQS without HTTP, everything allowed. */
export const createTestSqs = (clock: Clock, endpoint = testAccount.endpoint): SqsService =>
  createSqs({
    account: { ...testAccount, endpoint },
    clock,
    iam: { decide: () => ({ allowed: true, message: "" }) }
  })

/** SQS behind HTTP on a free port, and a client for it. */
export const startTestSqs = async (clock: Clock = systemClock) => {
  let service: SqsService | undefined
  const server = createServer(async (incoming, outgoing) => {
    const hangUp = new AbortController()
    outgoing.on("close", () => hangUp.abort())
    const { method = "GET", url = "/", headers } = incoming
    const body = await bodyOf(incoming)
    const answer = await service?.handle({
      principal: administrator,
      method,
      url: new URL(url, "http://127.0.0.1"),
      headers,
      body,
      signal: hangUp.signal
    })
    outgoing.writeHead(answer?.status ?? 500, answer?.headers)
    outgoing.end(answer?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const endpoint = `http://127.0.0.1:${port}`
  service = createTestSqs(clock, endpoint)
  const client = new SQSClient({
    endpoint,
    region: testAccount.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" }
  })
  return {
    service,
    client,
    endpoint,
    close: async () => {
      client.destroy()
      service?.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
