import { describe, expect, it } from "vitest"
import { account } from "../lambda/lambdaHarness.ts"
import { echo, startApi } from "./startApi.ts"

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
