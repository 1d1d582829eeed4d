/** Mistakes in CloudFront's resources. */
import type { Mistake } from "./mistakes.ts"

const type = "aws:cloudfront/distribution:Distribution"
const hasOwnCertificate = (inputs: Readonly<Record<string, unknown>>) => inputs["aliases"] === undefined
const hasName = (inputs: Readonly<Record<string, unknown>>) => inputs["aliases"] !== undefined

/** Mistakes in inputs. */
export const cloudFrontMistakes: ReadonlyArray<Mistake> = [
  [type, "defaultCacheBehavior.allowedMethods", ["GET", "POST"], /GET,POST is no set of methods/],
  [type, "defaultCacheBehavior.minTtl", 0, /exactly one of cachePolicyId and forwardedValues/],
  [type, "orderedCacheBehaviors.0.targetOriginId", "orders", /there is no origin orders/],
  [type, "origins.0.originAccessControlId", undefined, /a bucket needs originAccessControlId/],
  [type, "origins.1.domainName", "https://api.example.com", /domainName: ".*" does not match/],
  [type, "origins.1.customOriginConfig.originProtocolPolicy", "https", /"https" is none of http-only/],
  [type, "customErrorResponses.0.errorCode", 429, /429 is none of/],
  [type, "httpVersion", "http3only", /none of http1\.1/],
  [type, "viewerCertificate.minimumProtocolVersion", "TLSv1.2_2021", /goes with TLSv1 alone/, hasOwnCertificate],
  [type, "viewerCertificate", { cloudfrontDefaultCertificate: true }, /names need a certificate of their own/, hasName],
  [type, "viewerCertificate.sslSupportMethod", undefined, /sslSupportMethod goes with acmCertificateArn/, hasName],
  [
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    "customHeadersConfig.items.0.header",
    "X-Frame-Options",
    /no header of one's own/
  ],
  ["aws:cloudfront/originAccessControl:OriginAccessControl", "signingBehavior", "sometimes", /none of always/],
  ["aws:s3/bucketObjectv2:BucketObjectv2", "content", undefined, /exactly one of content, contentBase64, source/],
  ["aws:s3/bucketObjectv2:BucketObjectv2", "key", "/index.html", /key: "\/index\.html" does not match/]
]
