import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Issuer, startIssuer } from "../../../local/issuer/startIssuer.ts"
import { echo, startApi } from "./startApi.ts"

const start = 1_700_000_000_000
const seconds = start / 1000
let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer({ now: () => start })
})
afterAll(() => issuer.close())

const good = { aud: "orders", sub: "alice" }

/** An API whose function answers its event, behind an authorizer. */
const startGuarded = (setup: Parameters<typeof startApi>[1] = {}) =>
  startApi(echo, { authorizer: { jwtConfiguration: { issuer: issuer.url, audiences: ["orders", "admin"] } }, ...setup })

const call = async (token: string | undefined, setup: Parameters<typeof startApi>[1] = {}, scheme = "Bearer ") => {
  const { get } = await startGuarded(setup)
  const response = await get("/x", token === undefined ? {} : { headers: { Authorization: `${scheme}${token}` } })
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    body: Object(await response.json())
  }
}

const unauthorized = (description: string) => ({
  status: 401,
  challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
  body: { message: "Unauthorized" }
})

describe("a token", () => {
  it("opens the route, and its claims reach the function as texts", async () => {
    const token = await issuer.token({ ...good, email_verified: true, groups: ["a", "b"], nested: { deep: 1 } })
    const { status, body } = await call(token)
    expect(status).toBe(200)
    expect(body.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          aud: "orders",
          sub: "alice",
          iat: String(seconds),
          exp: String(seconds + 3600),
          email_verified: "true",
          groups: "[a b]",
          nested: "map[deep:1]"
        },
        scopes: null
      }
    })
  })

  it("may come without the word Bearer, and in another header or the query", async () => {
    const token = await issuer.token(good)
    expect((await call(token, {}, "")).status).toBe(200)
    const { get } = await startGuarded({
      authorizer: {
        identitySources: ["$request.querystring.token"],
        jwtConfiguration: { issuer: issuer.url, audiences: ["orders"] }
      }
    })
    expect((await get(`/x?token=${token}`)).status).toBe(200)
    expect((await get("/x", { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401)
  })

  it.each([
    ["one of its audiences is enough", { aud: ["other", "admin"] }, 200],
    ["the client id counts where there is no audience", { aud: undefined, client_id: "orders" }, 200],
    ["the client id does not count where there is one", { aud: "other", client_id: "orders" }, 401],
    ["it is good from its nbf on", { nbf: seconds }, 200],
    ["it is good until its exp", { exp: seconds + 1 }, 200]
  ] satisfies ReadonlyArray<readonly [string, Record<string, unknown>, number]>)("%s", async (_, claims, status) => {
    expect((await call(await issuer.token({ ...good, ...claims }))).status).toBe(status)
  })

  it("that is missing is 401 with a bare challenge", async () => {
    for (const token of [undefined, ""]) {
      expect(await call(token)).toEqual({ status: 401, challenge: "Bearer", body: { message: "Unauthorized" } })
    }
  })

  it.each([
    [{ aud: "other" }, "the token does not have a valid audience"],
    [{ aud: undefined }, "the token does not have a valid audience"],
    [{ iss: "https://other.example.com" }, "the token has an invalid issuer"],
    [{ exp: seconds }, "the token has expired"],
    [{ exp: undefined }, "the token has expired"],
    [{ nbf: seconds + 1 }, "the token is not valid yet"],
    [{ iat: seconds + 1 }, "the token was issued in the future"]
  ] satisfies ReadonlyArray<readonly [Record<string, unknown>, string]>)(
    "with %o is 401: %s",
    async (claims, description) => {
      expect(await call(await issuer.token({ ...good, ...claims }))).toEqual(unauthorized(description))
    }
  )

  it("that is forged, unsigned, or signed in another way is 401, and none of it is quoted", async () => {
    const { privateKey } = await generateKeyPair("RS256")
    const { kid } = JSON.parse(Buffer.from((await issuer.token(good)).split(".")[0] ?? "", "base64url").toString())
    const [header = "", payload = "", signature = ""] = (await issuer.token(good)).split(".")
    const other = Buffer.from(JSON.stringify({ ...good, iss: issuer.url, exp: seconds + 9, sub: "bob" })).toString(
      "base64url"
    )
    const secret = new TextEncoder().encode("a shared secret of 32 bytes or more")
    const forgeries = [
      await issuer.token(good, { key: privateKey }),
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      new UnsecuredJWT({ ...good, iss: issuer.url }).setExpirationTime(seconds + 9).encode(),
      await new SignJWT({ ...good, iss: issuer.url, exp: seconds + 9 })
        .setProtectedHeader({ alg: "HS256", kid })
        .sign(secret),
      "marker.marker.marker",
      "marker"
    ]
    for (const token of forgeries) {
      expect(await call(token)).toEqual(unauthorized("the token is malformed or its signature is invalid"))
    }
  })

  it("without a key id is 401", async () => {
    expect((await call(await issuer.token(good, { kid: undefined }))).status).toBe(401)
  })

  it("of a key that was published after the authorizer was made is good", async () => {
    const { get } = await startGuarded()
    const before = await issuer.token(good)
    await issuer.rotate()
    const after = await issuer.token(good)
    for (const token of [before, after]) {
      expect((await get("/x", { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200)
    }
  })
})

describe("a route with scopes", () => {
  const setup = { route: { authorizationScopes: ["orders:write", "orders:admin"] } }

  it.each([
    [{ scope: "openid orders:write" }, ["orders:write"]],
    [{ scp: ["orders:admin", "x"] }, ["orders:admin"]],
    [{ scope: "orders:write orders:admin" }, ["orders:write", "orders:admin"]]
  ])("takes a token with one of them: %o", async (claims, scopes) => {
    const { status, body } = await call(await issuer.token({ ...good, ...claims }), setup)
    expect(status).toBe(200)
    expect(body.requestContext.authorizer.jwt.scopes).toEqual(scopes)
  })

  it.each([{}, { scope: "orders:read" }, { scope: "orders:writer" }, { scope: 7 }])(
    "answers 403 to a token without any: %o",
    async (claims) => {
      expect(await call(await issuer.token({ ...good, ...claims }), setup)).toEqual({
        status: 403,
        challenge:
          'Bearer scope="orders:write orders:admin" error="insufficient_scope" error_description="the token does not have a valid scope"',
        body: { message: "Forbidden" }
      })
    }
  )

  it("answers 401, not 403, to a token that is no good at all", async () => {
    expect((await call(await issuer.token({ ...good, exp: 1, scope: "" }), setup)).status).toBe(401)
  })
})

describe("who is sent away", () => {
  it("never reaches the function, and is in the access log with the reason and without the token", async () => {
    let calls = 0
    const format = '{"status":"$context.status","error":"$context.authorizer.error"}'
    const destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:access"
    const { get, lines } = await startApi(() => ({ payload: ++calls }), {
      authorizer: { jwtConfiguration: { issuer: issuer.url, audiences: ["orders"] } },
      stage: { accessLogSettings: { destinationArn, format } }
    })
    await get("/x", { headers: { Authorization: `Bearer ${await issuer.token({ aud: "other" })}` } })
    expect(calls).toBe(0)
    expect(lines().map((line) => JSON.parse(line))).toEqual([
      { status: "401", error: "the token does not have a valid audience" }
    ])
  })

  it("is not a browser that asks for permission first: preflight requests carry no token", async () => {
    const { get } = await startGuarded({
      api: { corsConfiguration: { allowOrigins: ["https://shop.example"], allowMethods: ["POST"] } }
    })
    const headers = { Origin: "https://shop.example", "Access-Control-Request-Method": "POST" }
    expect((await get("/x", { method: "OPTIONS", headers })).status).toBe(204)
  })
})

describe("what is refused when it is made", () => {
  it("is an issuer without a discovery document, no audience, and a route that names no authorizer", async () => {
    const { make, api } = await startApi(echo)
    const authorizer = (jwtConfiguration: object, identitySources = ["$request.header.Authorization"]) =>
      make("Authorizer", "a", { apiId: api.id, authorizerType: "JWT", identitySources, jwtConfiguration })
    await expect(authorizer({ issuer: "http://127.0.0.1:1", audiences: ["a"] })).rejects.toThrow(/Invalid issuer/)
    await expect(authorizer({ issuer: issuer.url, audiences: [] })).rejects.toThrow(/audiences/)
    await expect(authorizer({ issuer: issuer.url, audiences: ["a"] }, ["$context.x"])).rejects.toThrow(
      /identitySources/
    )
    const { id } = await make("Integration", "other", {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: "arn:aws:lambda:eu-central-1:123456789012:function:api",
      payloadFormatVersion: "2.0"
    })
    const route = (inputs: object) =>
      make("Route", "r", { apiId: api.id, routeKey: "GET /r", target: `integrations/${id}`, ...inputs })
    await expect(route({ authorizationType: "JWT" })).rejects.toThrow(/Invalid authorizer ID/)
    await expect(route({ authorizationType: "JWT", authorizerId: "none" })).rejects.toThrow(/Invalid authorizer ID/)
    await expect(route({ authorizationScopes: ["a"] })).rejects.toThrow(/for the authorization type JWT, not NONE/)
    await expect(route({ authorizationType: "CUSTOM" })).rejects.toThrow(/"authorizationType"/)
  })
})
