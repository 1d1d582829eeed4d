import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { createHttpApi } from "../../../local/apigateway/createHttpApi.ts"
import { createIam } from "../../../local/iam/createIam.ts"
import type { InvocationResult, LambdaService } from "../../../local/lambda/LambdaService.ts"
import { account, create, recordingCloudWatch } from "../lambda/lambdaHarness.ts"

const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:api"

type Answer = (event: Record<string, unknown>) => Partial<InvocationResult> | Promise<Partial<InvocationResult>>

/** Lambda with one function, which answers as the test says. */
const lambdaThat = (answer: Answer, sourceArn: string): LambdaService => ({
  signingName: "lambda",
  authorizations: () => [],
  handle: async () => ({ status: 404, body: "" }),
  error: (_request, status, _code, body) => ({ status, body }),
  resources: {},
  invoke: async (_arn, event) => ({ requestId: "1", durationMilliseconds: 1, ...(await answer(Object(event))) }),
  resourcePolicy: () => ({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: functionArn,
      Condition: { ArnLike: { "aws:SourceArn": sourceArn } }
    }
  }),
  idle: async () => undefined,
  close: async () => undefined
})

interface Setup {
  readonly routes?: ReadonlyArray<string>
  readonly api?: Record<string, unknown>
  readonly integration?: Record<string, unknown>
  readonly stage?: Record<string, unknown>
  readonly sourceArn?: string
}

const closing: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An API before a function that answers as `answer` says. */
const startApi = async (answer: Answer, setup: Setup = {}) => {
  const { cloudwatch, lines, metrics } = recordingCloudWatch()
  let now = 1_700_000_000_000
  const clock = { now: () => now, schedule: () => () => undefined }
  const sourceArn = setup.sourceArn ?? "arn:aws:execute-api:eu-central-1:123456789012:*"
  const httpApi = await createHttpApi({
    account,
    lambda: lambdaThat(answer, sourceArn),
    iam: createIam(account),
    cloudwatch,
    clock
  })
  closing.push(httpApi.close)
  const make = (kind: string, name: string, inputs: Record<string, unknown>) => {
    const type = `aws:apigatewayv2/${kind.toLowerCase()}:${kind}`
    return create(httpApi.resources, type, name, inputs)
  }
  const api = await make("Api", "api", { protocolType: "HTTP", ...setup.api })
  const integration = await make("Integration", "integration", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: functionArn,
    payloadFormatVersion: "2.0",
    ...setup.integration
  })
  for (const routeKey of setup.routes ?? ["ANY /{proxy+}"]) {
    await make("Route", routeKey, { apiId: api.id, routeKey, target: `integrations/${integration.id}` })
  }
  const stage = await make("Stage", "stage", { apiId: api.id, name: "$default", autoDeploy: true, ...setup.stage })
  const url = String(api.state["apiEndpoint"])
  return {
    api,
    stage,
    url,
    lines,
    metrics,
    make,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    pass: (milliseconds: number) => {
      now += milliseconds
    }
  }
}

/** Answers the event itself. */
const echo: Answer = (event) => ({ payload: event })

describe("the event", () => {
  it("is payload format 2.0", async () => {
    const { get, api } = await startApi(echo, {
      routes: ["POST /orders/{orderId}"],
      stage: { stageVariables: { v: "1" } }
    })
    const response = await get("/orders/a%2Fb%20c?x=1&x=2&y=%C3%BC&empty=", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Mine": "A", Cookie: "a=1; b=2", "User-Agent": "test" },
      body: '{"ü":1}'
    })
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("application/json")
    expect(await response.json()).toEqual({
      version: "2.0",
      routeKey: "POST /orders/{orderId}",
      rawPath: "/orders/a%2Fb%20c",
      rawQueryString: "x=1&x=2&y=%C3%BC&empty=",
      cookies: ["a=1", "b=2"],
      headers: expect.objectContaining({
        "content-type": "application/json",
        "x-mine": "A",
        "x-forwarded-proto": "http"
      }),
      queryStringParameters: { x: "1,2", y: "ü", empty: "" },
      requestContext: {
        accountId: account.accountId,
        apiId: api.id,
        domainName: "127.0.0.1",
        domainPrefix: api.id,
        http: {
          method: "POST",
          path: "/orders/a%2Fb%20c",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test"
        },
        requestId: response.headers.get("apigw-requestid"),
        routeKey: "POST /orders/{orderId}",
        stage: "$default",
        time: "14/Nov/2023:22:13:20 +0000",
        timeEpoch: 1_700_000_000_000
      },
      pathParameters: { orderId: "a/b c" },
      stageVariables: { v: "1" },
      body: '{"ü":1}',
      isBase64Encoded: false
    })
  })

  it.each([
    ["application/octet-stream", true],
    ["application/x-www-form-urlencoded", true],
    ["text/plain; charset=utf-8", false],
    ["application/problem+json", false]
  ])("carries a body of type %s as Base64: %s", async (type, base64) => {
    const { get } = await startApi(echo)
    const response = await get("/x", { method: "PUT", headers: { "Content-Type": type }, body: "text" })
    const body = base64 ? Buffer.from("text").toString("base64") : "text"
    expect(await response.json()).toMatchObject({ body, isBase64Encoded: base64 })
  })

  it("leaves out what a request does not have", async () => {
    const { get } = await startApi(echo, { routes: ["GET /"] })
    const event = Object(await (await get("/")).json())
    for (const key of ["body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"]) {
      expect(event).not.toHaveProperty(key)
    }
  })
})

describe("routes", () => {
  const routes = ["$default", "ANY /{proxy+}", "GET /orders/{orderId}", "GET /orders/latest", "ANY /orders/{orderId}"]
  const routeOf = async (method: string, path: string) => {
    const { get } = await startApi(echo, { routes })
    return Object(await (await get(path, { method })).json())["routeKey"]
  }

  it.each([
    ["GET", "/orders/latest", "GET /orders/latest"],
    ["GET", "/orders/1", "GET /orders/{orderId}"],
    ["DELETE", "/orders/1", "ANY /orders/{orderId}"],
    ["GET", "/orders/1/items", "ANY /{proxy+}"],
    ["GET", "/", "$default"]
  ])("%s %s takes %s", async (method, path, routeKey) => {
    expect(await routeOf(method, path)).toBe(routeKey)
  })

  it("that do not exist are 404, and improper percent-encoding is 400", async () => {
    const { get } = await startApi(echo, { routes: ["GET /orders/{orderId}"] })
    const missing = await get("/nothing")
    expect([missing.status, await missing.json()]).toEqual([404, { message: "Not Found" }])
    expect((await get("/orders/1", { method: "POST" })).status).toBe(404)
    expect((await get("/orders/%E0%A4%A")).status).toBe(400)
  })

  it("of a named stage are served under its name", async () => {
    const { get, stage } = await startApi(echo, { routes: ["GET /orders"], stage: { name: "live" } })
    expect(stage.state["invokeUrl"]).toMatch(/\/live$/)
    expect(await (await get("/live/orders")).json()).toMatchObject({ rawPath: "/live/orders", routeKey: "GET /orders" })
    expect((await get("/orders")).status).toBe(404)
  })
})

describe("the answer", () => {
  it("of a function sets status, headers, cookies and body", async () => {
    const payload = {
      statusCode: 201,
      headers: { "X-Mine": "a", Location: "/orders/1" },
      cookies: ["a=1", "b=2; Secure"],
      body: Buffer.from([0, 255]).toString("base64"),
      isBase64Encoded: true
    }
    const { get } = await startApi(() => ({ payload }))
    const response = await get("/x")
    expect(response.status).toBe(201)
    expect(response.headers.get("x-mine")).toBe("a")
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2; Secure"])
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255])
  })

  it("without a status code is the body of a 200", async () => {
    const { get } = await startApi(() => ({ payload: "hello" }))
    const response = await get("/x")
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "application/json",
      "hello"
    ])
  })

  it.each([
    [{ statusCode: "abc" }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: { "bad header": "x" } }],
    [{ statusCode: 200, headers: { "x-split": "a\r\nset-cookie: b" } }]
  ])("that is malformed (%o) is a 500", async (payload) => {
    const { get } = await startApi(() => ({ payload }))
    const response = await get("/x")
    expect([response.status, await response.json()]).toEqual([500, { message: "Internal Server Error" }])
  })

  it("is 500 when the function fails, and 503 when it is throttled or takes too long", async () => {
    const error = { errorType: "Error", errorMessage: "secret detail" }
    const failing = await (await startApi(() => ({ error }))).get("/x")
    expect([failing.status, await failing.json()]).toEqual([500, { message: "Internal Server Error" }])
    const throttled = await (await startApi(() => ({ error, throttled: true }))).get("/x")
    expect(throttled.status).toBe(503)
    const never = () => new Promise<never>(() => undefined)
    const slow = await (await startApi(never, { integration: { timeoutMilliseconds: 50 } })).get("/x")
    expect([slow.status, await slow.json()]).toEqual([503, { message: "Service Unavailable" }])
  })

  it("is 413 for a body over 10 MB, and the function is not called", async () => {
    let calls = 0
    const { get } = await startApi(() => ({ payload: ++calls }))
    const response = await get("/x", { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) })
    expect([response.status, await response.json()]).toEqual([413, { message: "Request Entity Too Large" }])
    expect(calls).toBe(0)
  })

  it("is 500 when the function's policy does not let this API call it", async () => {
    let calls = 0
    const { get } = await startApi(() => ({ payload: ++calls }), {
      sourceArn: "arn:aws:execute-api:eu-central-1:123456789012:other/*"
    })
    expect((await get("/x")).status).toBe(500)
    expect(calls).toBe(0)
  })

  it("comes for each of many requests on one connection, and outlives a client that went away", async () => {
    const { url, get } = await startApi(echo)
    const { port } = new URL(url)
    const text = await new Promise<string>((resolve, reject) => {
      let received = ""
      const socket = connect(Number(port), "127.0.0.1", () => {
        const one = "GET /a HTTP/1.1\r\nHost: x\r\n"
        socket.write(`${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`)
      })
      socket.setEncoding("utf8").on("data", (chunk) => {
        received += chunk
      })
      socket.on("end", () => resolve(received)).on("error", reject)
    })
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3)
    await new Promise<void>((resolve) => {
      const aborted = httpRequest(`${url}/a`, { method: "POST", headers: { "content-length": "100" } })
      aborted.on("error", () => resolve())
      aborted.write("x", () => aborted.destroy())
    })
    expect((await get("/a")).status).toBe(200)
  })
})

describe("cross-origin requests", () => {
  const corsConfiguration = {
    allowOrigins: ["https://shop.example"],
    allowMethods: ["POST", "GET"],
    allowHeaders: ["content-type"],
    maxAge: 300
  }
  const preflight = {
    method: "OPTIONS",
    headers: { Origin: "https://shop.example", "Access-Control-Request-Method": "POST" }
  }

  it("are answered by the API when it is configured so", async () => {
    const { get } = await startApi(
      () => ({ payload: { statusCode: 200, headers: { "access-control-allow-origin": "*" } } }),
      {
        api: { corsConfiguration }
      }
    )
    const asked = await get("/x", preflight)
    expect(asked.status).toBe(204)
    expect(asked.headers.get("access-control-allow-methods")).toBe("POST,GET")
    expect(asked.headers.get("access-control-max-age")).toBe("300")
    const actual = await get("/x", { headers: { Origin: "https://shop.example" } })
    expect(actual.headers.get("access-control-allow-origin")).toBe("https://shop.example")
    const stranger = await get("/x", { headers: { Origin: "https://evil.example" } })
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull()
  })

  it("are ordinary requests when it is not", async () => {
    const { get } = await startApi(echo, { routes: ["POST /x"] })
    expect((await get("/x", preflight)).status).toBe(404)
  })
})

describe("throttling", () => {
  it("lets a burst through, refuses the rest, and fills up again at its rate", async () => {
    const { get, pass } = await startApi(echo, {
      stage: { defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 1 } }
    })
    const statuses = async (count: number) => {
      const all: Array<number> = []
      for (let index = 0; index < count; index++) all.push((await get("/x")).status)
      return all
    }
    expect(await statuses(3)).toEqual([200, 200, 429])
    expect(await (await get("/x")).json()).toEqual({ message: "Too Many Requests" })
    pass(1000)
    expect(await statuses(2)).toEqual([200, 429])
    pass(60_000)
    expect(await statuses(3)).toEqual([200, 200, 429])
  })
})

describe("the access log", () => {
  it("has a line a request in the stage's format", async () => {
    const format =
      '{"id":"$context.requestId","route":"$context.routeKey","status":"$context.status","agent":"$context.identity.userAgent","error":"$context.integrationErrorMessage","none":"$context.authorizer.x"}'
    const { get, lines } = await startApi(() => ({ payload: { statusCode: 202, body: "ok" } }), {
      stage: {
        accessLogSettings: { destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:access", format }
      }
    })
    const response = await get("/x", { headers: { "User-Agent": 'a "quoted" agent' } })
    expect(lines().map((line) => JSON.parse(line))).toEqual([
      {
        id: response.headers.get("apigw-requestid"),
        route: "ANY /{proxy+}",
        status: "202",
        agent: 'a "quoted" agent',
        error: "-",
        none: "-"
      }
    ])
  })

  it("is accompanied by metrics", async () => {
    const { get, metrics, api } = await startApi(() => ({ error: { errorType: "E", errorMessage: "m" } }))
    await get("/x")
    const values = Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
    expect(values).toMatchObject({ Count: 1, "4xx": 0, "5xx": 1 })
    expect(metrics[0]?.dimensions).toEqual({ ApiId: api.id })
  })
})

describe("what is refused", () => {
  it("names the property, or says what works on AWS only", async () => {
    const { make, api } = await startApi(echo)
    const target = "integrations/none"
    const route = (inputs: object) => make("Route", "refused", { apiId: api.id, routeKey: "GET /a", target, ...inputs })
    await expect(route({ authorizationType: "JWT" })).rejects.toThrow(/no authorizers.*"JWT"/)
    await expect(route({ authorizationType: "AWS_IAM" })).rejects.toThrow(/no authorizers.*"AWS_IAM"/)
    await expect(route({})).rejects.toThrow(/Invalid Integration identifier/)
    await expect(route({ routeKey: "FETCH /a" })).rejects.toThrow(/"routeKey"/)
    await expect(make("Authorizer", "a", {})).rejects.toThrow(/no authorizers/)
    await expect(make("Api", "b", { protocolType: "WEBSOCKET" })).rejects.toThrow(/"protocolType"/)
    await expect(make("Stage", "c", { apiId: api.id, autoDeploy: true, clientCertificateId: "x" })).rejects.toThrow(
      /"clientCertificateId"/
    )
  })
})
