import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import { describe, expect, it } from "vitest"
import type { PolicyDocument } from "../../../local/EmbeddedService.ts"
import type { Credentials } from "../../../local/iam/Iam.ts"
import { createResource } from "../createResource.ts"
import { account } from "../lambda/lambdaHarness.ts"
import { echo, startApi } from "./startApi.ts"

class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : new Uint8Array(Buffer.from(Object(secret))))
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }
  reset(): void {}
}

type Guarded = Awaited<ReturnType<typeof startGuarded>>

const startGuarded = () => startApi(echo, { route: { authorizationType: "AWS_IAM" } })

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly query?: Record<string, string>
  readonly body?: string
  readonly at?: number
  readonly region?: string
  readonly service?: string
}

/** A request as the AWS SDKs sign it. */
const signed = async (api: Guarded, credentials: Credentials, asked: Asked = {}) => {
  const { method = "GET", path = "/orders/1", query = {}, body, at = api.now() } = asked
  const { host, hostname } = new URL(api.url)
  const signer = new SignatureV4({
    service: asked.service ?? "execute-api",
    region: asked.region ?? account.region,
    credentials,
    sha256: Sha256
  })
  const request = await signer.sign(
    { method, protocol: "http:", hostname, path, query, headers: { host, "x-mine": "  a   b " }, body },
    { signingDate: new Date(at) }
  )
  return { method, headers: request.headers, ...(body === undefined ? {} : { body }) }
}

/** Credentials of a role that may do what the policy says. */
const role = async ({ iam }: Guarded, policy: PolicyDocument) => {
  const assumeRolePolicy = {
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
  }
  const { state } = await createResource(iam.resources, "aws:iam/role:Role", { name: "caller", assumeRolePolicy })
  iam.putRolePolicy("caller", "policy", policy)
  return iam.assumeRole(String(state["arn"]), "session")
}

const forbidden = [403, { message: "Forbidden" }]

describe("a signed request", () => {
  it("reaches the function, which is told who signed it", async () => {
    const api = await startGuarded()
    const response = await api.get("/orders/1", await signed(api, api.iam.administrator))
    expect(response.status).toBe(200)
    const { requestContext } = Object(await response.json())
    expect(requestContext.authorizer.iam).toMatchObject({
      accessKey: api.iam.administrator.accessKeyId,
      accountId: account.accountId,
      userArn: `arn:aws:iam::${account.accountId}:user/administrator`,
      cognitoIdentity: null
    })
  })

  it.each([
    ["with a body", { method: "POST", path: "/orders", body: '{"ü":1}' }, "/orders"],
    ["with an encoded path", { path: "/orders/a%2Fb%20c" }, "/orders/a%2Fb%20c"],
    ["with a query", { path: "/x", query: { b: "2 ü", a: "1" } }, "/x?b=2%20%C3%BC&a=1"]
  ] satisfies ReadonlyArray<readonly [string, Asked, string]>)("%s is verified", async (_, asked, path) => {
    const api = await startGuarded()
    expect((await api.get(path, await signed(api, api.iam.administrator, asked))).status).toBe(200)
  })

  it("of a role is allowed what its policy allows: this API, method and path", async () => {
    const api = await startGuarded()
    const resource = (path: string) =>
      `arn:aws:execute-api:${account.region}:${account.accountId}:${api.api.id}/${path}`
    const credentials = await role(api, {
      Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource: resource("$default/GET/orders/*") }
    })
    expect((await api.get("/orders/1", await signed(api, credentials))).status).toBe(200)
    for (const asked of [{ path: "/other" }, { method: "POST", path: "/orders/1" }]) {
      const response = await api.get(asked.path, await signed(api, credentials, asked))
      expect([response.status, await response.json()]).toEqual(forbidden)
    }
    api.iam.putRolePolicy("caller", "policy", {
      Statement: { Effect: "Deny", Action: "*", Resource: "*" }
    })
    expect((await api.get("/orders/1", await signed(api, credentials))).status).toBe(403)
  })
})

describe("a request that is not signed as it has to be", () => {
  const tamper: ReadonlyArray<readonly [string, (api: Guarded) => Promise<readonly [string, RequestInit]>]> = [
    ["not at all", async () => ["/orders/1", {}]],
    ["with a token", async () => ["/orders/1", { headers: { authorization: "Bearer x" } }]],
    ["for another path", async (api) => ["/orders/2", await signed(api, api.iam.administrator)]],
    ["for another query", async (api) => ["/orders/1?a=1", await signed(api, api.iam.administrator)]],
    [
      "for another method",
      async (api) => ["/orders/1", { ...(await signed(api, api.iam.administrator)), method: "DELETE" }]
    ],
    [
      "for another body",
      async (api) => [
        "/orders",
        { ...(await signed(api, api.iam.administrator, { method: "POST", path: "/orders", body: "{}" })), body: "[]" }
      ]
    ],
    [
      "with a header changed",
      async (api) => {
        const { headers, ...rest } = await signed(api, api.iam.administrator)
        return ["/orders/1", { ...rest, headers: { ...headers, "x-mine": "c" } }]
      }
    ],
    [
      "with another secret",
      async (api) => ["/orders/1", await signed(api, { ...api.iam.administrator, secretAccessKey: "guessed" })]
    ],
    [
      "with a key that nobody has",
      async (api) => ["/orders/1", await signed(api, { ...api.iam.administrator, accessKeyId: "AKIANOBODY" })]
    ],
    [
      "too long ago",
      async (api) => ["/orders/1", await signed(api, api.iam.administrator, { at: api.now() - 301_000 })]
    ],
    ["too early", async (api) => ["/orders/1", await signed(api, api.iam.administrator, { at: api.now() + 301_000 })]],
    [
      "for another region",
      async (api) => ["/orders/1", await signed(api, api.iam.administrator, { region: "us-west-2" })]
    ],
    ["for another service", async (api) => ["/orders/1", await signed(api, api.iam.administrator, { service: "sqs" })]],
    [
      "without its session's token",
      async (api) => {
        const { sessionToken: _, ...credentials } = await role(api, {
          Statement: { Effect: "Allow", Action: "*", Resource: "*" }
        })
        return ["/orders/1", await signed(api, credentials)]
      }
    ]
  ]

  it.each(tamper)("%s is 403", async (_, request) => {
    const api = await startGuarded()
    const [path, init] = await request(api)
    const response = await api.get(path, init)
    expect([response.status, await response.json()]).toEqual(forbidden)
  })
})
