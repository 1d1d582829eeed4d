import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { echo, startApi } from "./startApi.ts"

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
  it("names the property, or what is missing", async () => {
    const { make, api } = await startApi(echo)
    const target = "integrations/none"
    const route = (inputs: object) => make("Route", "refused", { apiId: api.id, routeKey: "GET /a", target, ...inputs })
    await expect(route({})).rejects.toThrow(/Invalid Integration identifier/)
    await expect(route({ routeKey: "FETCH /a" })).rejects.toThrow(/"routeKey"/)
    await expect(make("Authorizer", "a", { apiId: api.id, authorizerType: "REQUEST" })).rejects.toThrow(
      /"authorizerType"/
    )
    await expect(make("Api", "b", { protocolType: "WEBSOCKET" })).rejects.toThrow(/"protocolType"/)
    await expect(make("Stage", "c", { apiId: api.id, autoDeploy: true, clientCertificateId: "x" })).rejects.toThrow(
      /"clientCertificateId"/
    )
  })
})
