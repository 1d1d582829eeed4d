import { request as httpRequest } from "node:http"
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { EmbeddedService, ServiceRequest } from "../../../local/EmbeddedService.ts"
import {
  type Gateway,
  type GatewayOptions,
  maximumBodyBytes,
  startGateway
} from "../../../local/gateway/startGateway.ts"
import { createIam } from "../../../local/iam/createIam.ts"

const account = { accountId: "123456789012", region: "eu-west-1" }
const resource = "arn:aws:sqs:eu-west-1:123456789012:orders"

/** A service that answers with what it was asked; `signingName` says whose error names the gateway uses. */
const toyService = (signingName: string, handle?: EmbeddedService["handle"]): EmbeddedService => ({
  signingName,
  authorizations: (request) => [
    {
      action: `${signingName}:Read`,
      resource,
      resourcePolicy: {
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "*",
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": "false" } }
          }
        ]
      },
      context: { "toy:path": request.url.pathname }
    }
  ],
  handle:
    handle ??
    (async (request) => ({
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        QueueUrl: `${request.method} ${request.url.pathname}${request.url.search}`,
        received: request.body.toString(),
        principal: request.principal
      })
    })),
  error: (_, status, code, message) => ({ status, body: JSON.stringify({ code, message }) })
})

const started: Array<Gateway> = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(started.splice(0).map((gateway) => gateway.close()))
})

const setup = async (options: Omit<GatewayOptions, "iam"> = {}, ...services: ReadonlyArray<EmbeddedService>) => {
  const iam = createIam(account)
  const gateway = await startGateway({ iam, ...options })
  started.push(gateway)
  for (const service of services.length === 0 ? [toyService("sqs")] : services) gateway.register(service)
  const call = async (
    path: string,
    {
      key = iam.administrator.accessKeyId,
      service = "sqs",
      ...init
    }: RequestInit & { key?: string; service?: string } = {}
  ) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`
    const response = await fetch(`${gateway.endpoint}${path}`, { ...init, headers: { authorization } })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const role = async (policy: string) => {
    const create = iam.resources["aws:iam/role:Role"]
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }
    const created = await create?.({
      urn: "urn",
      name: "r",
      type: "aws:iam/role:Role",
      inputs: { name: "r", assumeRolePolicy: { Statement: trust }, inlinePolicies: [{ name: "p", policy }] }
    })
    return iam.assumeRole(String(created?.state["arn"]), "session").accessKeyId
  }
  return { iam, gateway, call, role }
}

describe("a signed request", () => {
  it("reaches the service that it is signed for, with its caller, path, query and body", async () => {
    const { call } = await setup()
    const { status, headers, body } = await call("/a//b?c=d", { method: "POST", body: "hello" })
    expect(status).toBe(200)
    expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toEqual({
      QueueUrl: "POST /a//b?c=d",
      received: "hello",
      principal: { kind: "administrator", arn: "arn:aws:iam::123456789012:user/administrator" }
    })
  })

  it("is understood as the AWS SDK sends it", async () => {
    const { iam, gateway } = await setup()
    const client = new SQSClient({ endpoint: gateway.endpoint, region: account.region, credentials: iam.administrator })
    expect((await client.send(new GetQueueUrlCommand({ QueueName: "orders" }))).QueueUrl).toBe("POST /")
    client.destroy()
  })

  it("may carry its credential in the query, as a presigned URL does", async () => {
    const { gateway, iam } = await setup()
    const credential = encodeURIComponent(`${iam.administrator.accessKeyId}/20260101/eu-west-1/sqs/aws4_request`)
    const response = await fetch(`${gateway.endpoint}/x?X-Amz-Credential=${credential}`)
    expect(response.status).toBe(200)
  })

  it("counts as sent over TLS, and tells the service's own condition keys to IAM", async () => {
    const { call, role } = await setup()
    const Condition = { StringEquals: { "toy:path": "/allowed" }, Bool: { "aws:SecureTransport": "true" } }
    const key = await role(
      JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sqs:Read", Resource: resource, Condition }] })
    )
    expect((await call("/allowed", { key })).status).toBe(200)
    expect((await call("/other", { key })).status).toBe(403)
  })
})

describe("a request that a policy does not allow", () => {
  it.each([
    ["sqs", 403, "AccessDenied"],
    ["sns", 403, "AuthorizationError"],
    ["dynamodb", 400, "AccessDeniedException"],
    ["s3", 403, "AccessDenied"],
    ["lambda", 403, "AccessDeniedException"],
    ["monitoring", 403, "AccessDenied"]
  ])("is answered by %s with %i %s, and never handled", async (service, status, code) => {
    const handle = vi.fn<EmbeddedService["handle"]>()
    const { call, role } = await setup({}, toyService(service, handle))
    const key = await role('{"Statement":[]}')
    const response = await call("/", { key, service })
    expect(response.status).toBe(status)
    expect(response.body).toMatchObject({
      code,
      message: expect.stringContaining(
        `User: arn:aws:sts::123456789012:assumed-role/r/session is not authorized to perform: ${service}:Read`
      )
    })
    expect(handle).not.toHaveBeenCalled()
  })
})

describe("a request of nobody", () => {
  it.each([
    ["sqs", 403, "InvalidClientTokenId"],
    ["dynamodb", 400, "UnrecognizedClientException"],
    ["s3", 403, "InvalidAccessKeyId"]
  ])("with an unknown key is answered by %s with %i %s", async (service, status, code) => {
    const { call } = await setup({}, toyService(service))
    const response = await call("/", { key: "AKIAUNKNOWN", service })
    expect(response.status).toBe(status)
    expect(response.body).toMatchObject({ code })
  })

  it.each([
    [{ "x-amz-target": "AmazonSQS.SendMessage" }, 403, "MissingAuthenticationToken"],
    [{ "x-amz-target": "DynamoDB_20120810.GetItem" }, 400, "MissingAuthenticationTokenException"],
    [
      { authorization: "Bearer x", "content-type": "application/x-www-form-urlencoded" },
      403,
      "MissingAuthenticationToken"
    ],
    [{}, 403, "AccessDenied"]
  ])("without a signature, by the looks of %j, gets %i %s", async (headers, status, code) => {
    const { gateway } = await setup({}, ...["sqs", "sns", "dynamodb", "s3"].map((name) => toyService(name)))
    const response = await fetch(gateway.endpoint, { method: "POST", headers })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })
})

describe("what the gateway refuses by itself", () => {
  it("a service that is not there, saying which are", async () => {
    const { call } = await setup({}, toyService("sqs"), toyService("s3"))
    const { status, body } = await call("/", { service: "kinesis" })
    expect(status).toBe(400)
    expect(body).toMatchObject({ message: 'The embedded AWS has no service "kinesis"; it has: s3, sqs.' })
  })

  it("a body larger than any service takes", async () => {
    const { call } = await setup()
    expect((await call("/", { method: "POST", body: "x".repeat(maximumBodyBytes) })).status).toBe(200)
    const { status, body } = await call("/", { method: "POST", body: "x".repeat(maximumBodyBytes + 1) })
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: "RequestEntityTooLarge" })
  })
})

describe("a service that fails", () => {
  it("answers InternalFailure and leaves its reason on standard error; the gateway goes on", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => undefined)
    let broken = true
    const { call } = await setup(
      {},
      toyService("sqs", async () => {
        if (broken) throw new Error("the engine broke")
        return { status: 200, body: "{}" }
      })
    )
    const { status, body } = await call("/")
    expect(status).toBe(500)
    expect(body).toMatchObject({ code: "InternalFailure" })
    expect(written.mock.calls[0]?.[0]).toContain("sqs: Error: the engine broke")
    broken = false
    expect((await call("/")).status).toBe(200)
  })

  it("can be made to, by whoever intercepts", async () => {
    const { call } = await setup({
      intercept: (service, request) =>
        request.url.pathname === "/down"
          ? { kind: "answer", response: service.error(request, 503, "ServiceUnavailable", "down") }
          : undefined
    })
    expect((await call("/down")).status).toBe(503)
    expect((await call("/up")).status).toBe(200)
  })
})

describe("connections", () => {
  it("tells the service when the client hangs up", async () => {
    const received = Promise.withResolvers<ServiceRequest>()
    const { gateway, iam } = await setup(
      {},
      toyService("sqs", (request) => {
        received.resolve(request)
        return new Promise((resolve) =>
          request.signal.addEventListener("abort", () => resolve({ status: 200, body: "" }))
        )
      })
    )
    const authorization = `AWS4-HMAC-SHA256 Credential=${iam.administrator.accessKeyId}/20260101/eu-west-1/sqs/aws4_request`
    const client = httpRequest(gateway.endpoint, { headers: { authorization } })
    client.on("error", () => undefined)
    client.end()
    const { signal } = await received.promise
    expect(signal.aborted).toBe(false)
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve))
    client.destroy()
    await aborted
  })

  it("are accepted on loopback only, at the port that was asked for, and end when the gateway closes", async () => {
    const { gateway: first } = await setup()
    expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const port = Number(new URL(first.endpoint).port)
    await expect(setup({ port })).rejects.toMatchObject({ code: "EADDRINUSE" })
    await first.close()
    await expect(fetch(first.endpoint)).rejects.toThrow()
    const { gateway: second } = await setup({ port })
    expect(second.endpoint).toBe(first.endpoint)
  })
})
