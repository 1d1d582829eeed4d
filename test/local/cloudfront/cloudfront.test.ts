import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http"
import { brotliDecompressSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type CloudFrontService, createCloudFront } from "../../../local/cloudfront/createCloudFront.ts"
import { matchesPath } from "../../../local/cloudfront/serveDistribution.ts"
import { type Listening, listen } from "../../../local/listen.ts"
import { createS3, type S3Service } from "../../../local/s3/S3Service.ts"
import { createResource } from "../createResource.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

let aws: OnGateway<S3Service>
let cloudfront: CloudFrontService
let server: Listening
let url: string
let distributionArn: string
let isSilent = false

const page = `<!doctype html><title>A page</title>${"<p>words</p>".repeat(200)}`

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A request as it is, without what `fetch` makes of paths and answers. */
const ask = (
  path: string,
  {
    method = "GET",
    headers = {},
    body = ""
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  at = url
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(at)
    const outgoing = httpRequest({ hostname, port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Array<Buffer> = []
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) })
      )
    })
    outgoing.on("error", reject)
    outgoing.end(body)
  })

const create = (type: string, inputs: Readonly<Record<string, unknown>>, name?: string) =>
  createResource({ ...aws.service.resources, ...cloudfront.resources }, type, inputs, name)

const behavior = (more: Readonly<Record<string, unknown>>) => ({
  targetOriginId: "files",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD"],
  cachedMethods: ["GET", "HEAD"],
  cachePolicyId: cachingOptimized,
  ...more
})

const distributionInputs = async (name: string) => {
  const access = await create(
    "aws:cloudfront/originAccessControl:OriginAccessControl",
    { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
    name
  )
  const headers = await create(
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    {
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'self'", override: false },
        frameOptions: { frameOption: "DENY", override: true },
        strictTransportSecurity: { accessControlMaxAgeSec: 60, includeSubdomains: true, override: true }
      },
      customHeadersConfig: { items: [{ header: "Permissions-Policy", value: "usb=()", override: false }] }
    },
    name
  )
  return {
    enabled: true,
    defaultRootObject: "index.html",
    origins: [
      { originId: "files", domainName: "files.s3.eu-central-1.amazonaws.com", originAccessControlId: access.id },
      {
        originId: "api",
        domainName: new URL(server.url).host,
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
          originReadTimeout: 1
        }
      }
    ],
    defaultCacheBehavior: behavior({ compress: true, responseHeadersPolicyId: headers.id }),
    orderedCacheBehaviors: [
      behavior({
        pathPattern: "/api/*",
        targetOriginId: "api",
        viewerProtocolPolicy: "https-only",
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachePolicyId: cachingDisabled,
        originRequestPolicyId: allViewerExceptHostHeader,
        responseHeadersPolicyId: headers.id
      })
    ],
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true }
  }
}

const allow = (action: string, resource: string) => ({
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: action,
  Resource: resource,
  Condition: { StringEquals: { "aws:SourceArn": distributionArn } }
})

const letIn = (...statements: ReadonlyArray<unknown>) =>
  create("aws:s3/bucketPolicy:BucketPolicy", {
    bucket: "files",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements })
  })

const readFiles = () => allow("s3:GetObject", "arn:aws:s3:::files/*")
const list = () => allow("s3:ListBucket", "arn:aws:s3:::files")

beforeAll(async () => {
  server = await listen(
    createServer((request, response) => {
      if (isSilent) return
      response.setHeader("content-security-policy", "default-src 'none'")
      response.setHeader("x-frame-options", "SAMEORIGIN")
      response.setHeader("set-cookie", ["a=1", "b=2"])
      response.writeHead(request.url?.endsWith("missing") === true ? 404 : 200)
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const { url: target, method, headers } = request
        response.end(JSON.stringify({ target, method, headers, body: Buffer.concat(chunks).toString() }))
      })
    })
  )
  aws = await onGateway((account) => createS3({ account }))
  cloudfront = createCloudFront({ account: aws.account, iam: aws.iam, s3: aws.service })
  await create("aws:s3/bucket:Bucket", { bucket: "files" })
  await create("aws:s3/bucket:Bucket", { bucket: "secrets" })
  const object = { content: page, contentType: "text/html", cacheControl: "no-cache" }
  await create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket: "files", key: "index.html", ...object })
  await create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket: "secrets", key: "index.html", ...object })
  const distribution = await create("aws:cloudfront/distribution:Distribution", await distributionInputs("one"), "one")
  url = `http://${distribution.state["domainName"]}`
  distributionArn = String(distribution.state["arn"])
})

afterAll(async () => {
  await cloudfront.close()
  await aws.close()
  await server.close()
})

describe("a distribution in front of a bucket", () => {
  it("reads nothing that the bucket's policy does not let it read", async () => {
    expect((await ask("/index.html")).status).toBe(403)
    await letIn({ ...readFiles(), Condition: { StringEquals: { "aws:SourceArn": `${distributionArn}2` } } })
    expect((await ask("/index.html")).status).toBe(403)
    await letIn(readFiles())
    const { status, body, headers } = await ask("/index.html")
    expect([status, body.toString()]).toEqual([200, page])
    expect(headers).toMatchObject({
      "content-type": "text/html",
      "cache-control": "no-cache",
      etag: expect.any(String)
    })
    await letIn(readFiles(), {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::files/*"
    })
    expect((await ask("/index.html")).status).toBe(403)
  })

  it("tells what is not there from what it may not see only where it may list", async () => {
    await letIn(readFiles())
    expect((await ask("/nothing")).status).toBe(403)
    await letIn(readFiles(), list())
    expect((await ask("/nothing")).status).toBe(404)
  })

  it("has its root object for the root, and no list of the bucket, whatever is asked", async () => {
    await letIn(readFiles(), list())
    for (const path of ["/", "/?list-type=2", "/?prefix=x"]) expect((await ask(path)).body.toString()).toBe(page)
    expect((await ask("//")).status).toBe(404)
  })

  it("leads into no other bucket, and survives paths that are none", async () => {
    await letIn(readFiles(), list())
    for (const path of ["/../secrets/index.html", "/%2e%2e/secrets/index.html", "/%zz", "/%E0%A4%A"])
      expect((await ask(path)).status, path).toBe(400)
  })

  it("answers 304 to those who have the object, compressed or not", async () => {
    const plain = await ask("/")
    const small = await ask("/", { headers: { "accept-encoding": "gzip, br" } })
    expect(small.headers["content-encoding"]).toBe("br")
    expect(brotliDecompressSync(small.body).toString()).toBe(page)
    expect(small.headers.etag).toBe(`W/${plain.headers.etag}`)
    for (const etag of [plain.headers.etag, small.headers.etag]) {
      const again = await ask("/", { headers: { "if-none-match": String(etag) } })
      expect([again.status, again.body.length]).toEqual([304, 0])
    }
    expect((await ask("/", { headers: { "if-none-match": '"other"' } })).status).toBe(200)
  })

  it("takes GET and HEAD alone, and sends whoever comes in the clear to HTTPS", async () => {
    const head = await ask("/", { method: "HEAD" })
    expect([head.status, head.body.length, head.headers["content-length"]]).toEqual([200, 0, String(page.length)])
    expect((await ask("/", { method: "POST", body: "x" })).status).toBe(403)
    const clear = { "x-forwarded-proto": "http", host: "shop.example.com" }
    const redirect = await ask("/a?b=c", { headers: clear })
    expect([redirect.status, redirect.headers.location]).toEqual([301, "https://shop.example.com/a?b=c"])
  })

  it("adds its headers, and takes the place of the origin's only where it is told to", async () => {
    const added = {
      "strict-transport-security": "max-age=60; includeSubDomains",
      "x-frame-options": "DENY",
      "permissions-policy": "usb=()"
    }
    expect((await ask("/")).headers).toMatchObject({ ...added, "content-security-policy": "default-src 'self'" })
    expect((await ask("/nothing")).headers).toMatchObject(added)
    expect((await ask("/api/x")).headers).toMatchObject({ ...added, "content-security-policy": "default-src 'none'" })
  })
})

describe("a distribution in front of a web server", () => {
  it("passes on what the viewer sent, byte for byte, but for the host", async () => {
    const { status, body, headers } = await ask("/api/orders/%2F?x=%20y", {
      method: "POST",
      headers: { host: "shop.example.com", authorization: "Bearer t", "idempotency-key": '"k"', cookie: "c=1" },
      body: "größer"
    })
    expect(status).toBe(200)
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"])
    const got = JSON.parse(body.toString())
    expect(got).toMatchObject({
      target: "/api/orders/%2F?x=%20y",
      method: "POST",
      body: "größer",
      headers: { authorization: "Bearer t", "idempotency-key": '"k"', cookie: "c=1", host: new URL(server.url).host }
    })
  })

  it("answers as the server does, errors included", async () => {
    expect(JSON.parse((await ask("/api/missing")).body.toString()).target).toBe("/api/missing")
    expect((await ask("/api/missing")).status).toBe(404)
  })

  it("takes nothing in the clear", async () => {
    const clear = { "x-forwarded-proto": "http" }
    expect((await ask("/api/x", { method: "POST", headers: clear, body: "secret" })).status).toBe(403)
  })

  it("says that the server is not there, or takes too long", async () => {
    isSilent = true
    expect((await ask("/api/x")).status).toBe(504)
    isSilent = false
    const gone = await listen(createServer())
    await gone.close()
    const inputs = await distributionInputs("gone")
    const origins = inputs.origins.map((origin) =>
      origin.originId === "api" ? { ...origin, domainName: new URL(gone.url).host } : origin
    )
    const { state } = await create("aws:cloudfront/distribution:Distribution", { ...inputs, origins }, "gone")
    expect((await ask("/api/x", {}, `http://${state["domainName"]}`)).status).toBe(502)
  })
})

describe("a distribution that cannot be served here", () => {
  it.each([
    ["aliases", { aliases: ["orders.example.com"] }, /the embedded AWS does not know the property "aliases"/],
    ["webAclId", { webAclId: "arn:aws:wafv2:x" }, /the embedded AWS does not know the property "webAclId"/],
    [
      "a policy of one's own",
      { defaultCacheBehavior: behavior({ cachePolicyId: "mine" }) },
      /"cachePolicyId": the embedded AWS does not know the policy mine\./
    ],
    [
      "an origin that is none",
      { defaultCacheBehavior: behavior({ targetOriginId: "elsewhere" }) },
      /"targetOriginId": there is none with the id elsewhere\./
    ]
  ])("is refused by a sentence that names it: %s", async (_, change, sentence) => {
    const inputs = { ...(await distributionInputs("refused")), ...change }
    await expect(create("aws:cloudfront/distribution:Distribution", inputs, "refused")).rejects.toThrow(sentence)
  })
})

describe("a path pattern", () => {
  it("matches as AWS documents it", () => {
    for (const [pattern, path, matches] of [
      ["/orders", "/orders", true],
      ["/orders", "/orders/1", false],
      ["/orders/*", "/orders/1/2", true],
      ["orders/*", "/orders/1", true],
      ["*.jpg", "/a/b.jpg", true],
      ["/a?c", "/abc", true],
      ["/a?c", "/ac", false],
      ["/A*", "/abc", false],
      ["/a.c", "/abc", false]
    ] as const)
      expect(matchesPath(pattern, path), `${pattern} ${path}`).toBe(matches)
  })

  it("without wildcards matches itself alone, whatever is in it", () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text))
    fc.assert(fc.property(plain, plain, (one, other) => matchesPath(`/${one}`, `/${other}`) === (one === other)))
  })
})
