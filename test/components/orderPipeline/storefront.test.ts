import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import type { OrderPipelineArgs } from "../../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { denials } from "../denials.ts"
import { deploy, refused, resolved } from "../deployed.ts"
import { statementsOf } from "../statements.ts"

const web = fileURLToPath(new URL("../../../web/", import.meta.url))
const files = readdirSync(web, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => `${parentPath}/${name}`.replaceAll(/\/+/g, "/").slice(web.length))
  .toSorted()

const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
const webAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/orders/1234abcd"
const development = { stage: "development", api: { auth: { mode: "none" } } } as const

const pipeline = (args: Partial<OrderPipelineArgs> = {}) =>
  deploy(() => new OrderPipeline("orders", { ...development, storefront: true, ...args }))

const deployed = await pipeline()
const distributionType = "aws:cloudfront/distribution:Distribution"
const distribution = deployed.named("orders-storefront", distributionType).inputs

describe("the storefront of an OrderPipeline", () => {
  it("is exactly this", async () => {
    const without = await deploy(() => new OrderPipeline("orders", development))
    const before = new Set(without.resources.map(({ urn }) => urn))
    const added = deployed.resources.filter(({ urn }) => !before.has(urn))
    expect(added.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual([
      "aws:cloudfront/distribution:Distribution orders-storefront",
      "aws:cloudfront/originAccessControl:OriginAccessControl orders-storefront-access",
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy orders-storefront-headers",
      "aws:s3/bucket:Bucket orders-storefront",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration orders-storefront-lifecycle",
      ...files.map(
        (file) =>
          `aws:s3/bucketObjectv2:BucketObjectv2 orders-storefront-${file.replaceAll("/", "-").replaceAll(".", "-")}`
      ),
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls orders-storefront-ownership",
      "aws:s3/bucketPolicy:BucketPolicy orders-storefront-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock orders-storefront-public-access",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration orders-storefront-encryption",
      "aws:s3/bucketVersioning:BucketVersioning orders-storefront-versioning"
    ])
    const parent = deployed.named("orders", "resilient-queue:index:OrderPipeline").urn
    for (const { parentUrn } of added) expect(parentUrn).toBe(parent)
  })

  it("is not there unless it is asked for", async () => {
    for (const args of [{}, { storefront: false }]) {
      const { resources, result } = await deploy(() => new OrderPipeline("orders", { ...development, ...args }))
      expect(resources.filter(({ name }) => name.includes("storefront"))).toEqual([])
      expect(result.storefrontUrl).toBeUndefined()
    }
  })

  it("puts each file of the page into the bucket, as what it is, to be asked for again", () => {
    const types = { css: "text/css", html: "text/html", js: "text/javascript", svg: "image/svg+xml" }
    const objects = deployed.resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2")
    expect(objects.map(({ inputs }) => inputs["key"]).toSorted()).toEqual(files)
    for (const { inputs } of objects) {
      const key = String(inputs["key"])
      const type = Object.entries(types).find(([ending]) => key.endsWith(`.${ending}`))?.[1]
      expect(inputs).toEqual({
        bucket: "orders-storefront",
        key,
        content: readFileSync(`${web}${key}`, "utf8"),
        contentType: `${type}; charset=utf-8`,
        cacheControl: "no-cache"
      })
    }
  })

  it("keeps the bucket private, and lets this distribution alone read it", () => {
    expect(deployed.named("orders-storefront-public-access").inputs).toEqual({
      bucket: "orders-storefront",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true
    })
    expect(deployed.named("orders-storefront-ownership").inputs["rule"]).toEqual({
      objectOwnership: "BucketOwnerEnforced"
    })
    const bucket = "arn:aws:s3:::orders-storefront"
    const allowed = (Sid: string, Action: string, Resource: string) => ({
      Sid,
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action,
      Resource,
      Condition: {
        StringEquals: { "aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/orders-storefront" }
      }
    })
    expect(statementsOf(deployed.named("orders-storefront-policy"))).toEqual([
      ...denials("s3:*", [bucket, `${bucket}/*`]),
      allowed("Distribution", "s3:GetObject", `${bucket}/*`),
      allowed("DistributionFindsMissing", "s3:ListBucket", bucket)
    ])
    expect(deployed.named("orders-storefront-access").inputs).toMatchObject({
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4"
    })
    expect(distribution["origins"]).toContainEqual({
      originId: "files",
      domainName: "orders-storefront.s3.eu-west-1.amazonaws.com",
      originAccessControlId: "orders-storefront-access-id"
    })
  })

  it("serves files over HTTPS, compressed and cached, and takes nothing but GET and HEAD for them", () => {
    expect(distribution["defaultCacheBehavior"]).toEqual({
      targetOriginId: "files",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      responseHeadersPolicyId: "orders-storefront-headers-id"
    })
    expect(distribution).toMatchObject({
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: "PriceClass_100",
      defaultRootObject: "index.html",
      viewerCertificate: { cloudfrontDefaultCertificate: true },
      restrictions: { geoRestriction: { restrictionType: "none" } }
    })
    expect(distribution).not.toHaveProperty("aliases")
    expect(distribution).not.toHaveProperty("webAclId")
  })

  it("has the API behind /orders: over TLS, never cached, with all that the browser sends but its host", () => {
    expect(distribution["origins"]).toContainEqual({
      originId: "api",
      domainName: "orders-api.execute-api.eu-west-1.amazonaws.com",
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: "https-only",
        originSslProtocols: ["TLSv1.2"],
        originReadTimeout: 15
      }
    })
    expect(distribution["orderedCacheBehaviors"]).toEqual(
      ["/orders", "/orders/*"].map((pathPattern) => ({
        pathPattern,
        targetOriginId: "api",
        viewerProtocolPolicy: "https-only",
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachedMethods: ["GET", "HEAD"],
        compress: false,
        cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        originRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        responseHeadersPolicyId: "orders-storefront-headers-id"
      }))
    )
  })

  it("keeps no error for the next who asks, and puts no page in the place of the API's problem documents", () => {
    const errors = distribution["customErrorResponses"]
    expect(errors).toContainEqual({ errorCode: 404, errorCachingMinTtl: 0 })
    expect(errors).toContainEqual({ errorCode: 503, errorCachingMinTtl: 0 })
    expect(JSON.stringify(errors)).not.toContain("responsePagePath")
  })

  it("lets scripts and styles of its own in and no others, and is framed by nobody", () => {
    const { securityHeadersConfig } = deployed.named("orders-storefront-headers").inputs
    expect(securityHeadersConfig).toEqual({
      contentSecurityPolicy: { contentSecurityPolicy: expect.stringContaining("default-src 'none'"), override: false },
      contentTypeOptions: { override: false },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "no-referrer", override: false },
      strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, override: false }
    })
    const text = JSON.stringify(securityHeadersConfig)
    expect(text).not.toMatch(/unsafe-|https?:|\*/)
    for (const directive of ["script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(text).toContain(directive)
  })

  it("tells its URL, and what a name of one's own has to point at", async () => {
    expect(await resolved(deployed.result.storefrontUrl)).toBe("https://orders-storefront.cloudfront.net")
    const { result, named } = await pipeline({
      storefront: { domainName: "orders.example.com", certificateArn, webAclArn, priceClass: "PriceClass_All" }
    })
    expect(await resolved(result.storefrontUrl)).toBe("https://orders.example.com")
    expect(await resolved(result.storefrontDistributionDomainName)).toBe("orders-storefront.cloudfront.net")
    expect(named("orders-storefront", distributionType).inputs).toMatchObject({
      aliases: ["orders.example.com"],
      priceClass: "PriceClass_All",
      webAclId: webAclArn,
      viewerCertificate: {
        acmCertificateArn: certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021"
      }
    })
  })

  it("needs no key of one's own: what is in the bucket is public", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    const { named } = await pipeline({ queue: { kmsKeyArn } })
    expect(named("orders-storefront-encryption").inputs["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    ])
  })

  it.each([
    [
      { api: { auth: { mode: "iam" } } },
      'orders: storefront cannot go with auth "iam", as a page in a browser has no AWS credentials to sign with; auth must be "jwt", or "none" in development.'
    ],
    [
      { storefront: { domainName: "https://orders.example.com", certificateArn } },
      'orders: storefront.domainName is "https://orders.example.com"; it must be a domain name in lower case, e.g. orders.example.com.'
    ],
    [
      {
        storefront: { domainName: "orders.example.com", certificateArn: certificateArn.replace("us-east", "eu-west") }
      },
      `orders: storefront.certificateArn is "${certificateArn.replace("us-east", "eu-west")}"; it must be the ARN of a certificate of ACM in us-east-1.`
    ],
    [
      { storefront: { webAclArn: webAclArn.replace("global", "regional") } },
      `orders: storefront.webAclArn is "${webAclArn.replace("global", "regional")}"; it must be the ARN of a web ACL of WAF for CloudFront, which is in us-east-1.`
    ]
  ] satisfies ReadonlyArray<readonly [Partial<OrderPipelineArgs>, string]>)(
    "is refused before anything is made where it could not work: case %#",
    async (args, sentence) => {
      const { error, registered } = await refused(
        () => new OrderPipeline("orders", { ...development, storefront: true, ...args })
      )
      expect(error).toHaveProperty("message", sentence)
      expect(registered).toBe(0)
    }
  )

  it.each([
    [
      // @ts-expect-error a name without a certificate does not compile
      (): OrderPipelineArgs => ({ ...development, storefront: { domainName: "orders.example.com" } }),
      "orders: storefront.certificateArn is missing; it must be given with storefront.domainName."
    ],
    [
      // @ts-expect-error nor does a certificate without a name
      (): OrderPipelineArgs => ({ ...development, storefront: { certificateArn } }),
      "orders: storefront.domainName is missing; it must be given with storefront.certificateArn."
    ],
    [
      // @ts-expect-error nor a class that CloudFront does not have
      (): OrderPipelineArgs => ({ ...development, storefront: { priceClass: "PriceClass_1" } }),
      'orders: storefront.priceClass is "PriceClass_1"; it must be one of PriceClass_100, PriceClass_200, PriceClass_All.'
    ]
  ] as const)(
    "is refused where a program in JavaScript gives what does not compile: case %#",
    async (args, sentence) => {
      const { error, registered } = await refused(() => new OrderPipeline("orders", args()))
      expect(error).toHaveProperty("message", sentence)
      expect(registered).toBe(0)
    }
  )
})
