import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Issuer, startIssuer } from "../../../local/issuer/startIssuer.ts"

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer({ audience: "orders" })
})
afterAll(() => issuer.close())

const get = async (path: string) => {
  const response = await fetch(`${issuer.url}${path}`)
  return { status: response.status, text: await response.text() }
}

describe("the local issuer", () => {
  it("is found through its discovery document, and gives whomever one says a token that its keys verify", async () => {
    const discovery = JSON.parse((await get("/.well-known/openid-configuration")).text)
    expect(discovery.issuer).toBe(issuer.url)
    const { text } = await get("/token?sub=alice&scope=orders%3Awrite")
    const { payload } = await jwtVerify(text, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      issuer: issuer.url,
      audience: "orders"
    })
    expect(payload).toMatchObject({ sub: "alice", scope: "orders:write" })
  })

  it("publishes its old keys beside a new one", async () => {
    const before = decodeProtectedHeader(await issuer.token({ sub: "alice" })).kid
    await issuer.rotate()
    const after = decodeProtectedHeader(await issuer.token({ sub: "alice" })).kid
    const { keys } = JSON.parse((await get("/jwks.json")).text)
    expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual([before, after])
    expect(JSON.stringify(keys)).not.toContain('"d"')
  })

  it("knows nothing else", async () => {
    expect((await get("/")).status).toBe(404)
  })
})
