/** What CloudFront asks of a distribution and of a response headers policy beside their types. */
import { all, type Check, each, exactlyOne, longest, matches, members, oneOf, range, valuesAt } from "./checks.ts"

/** The only sets of methods that CloudFront takes, sorted. */
const methodSets = ["GET,HEAD", "GET,HEAD,OPTIONS", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"]

const methods = (path: string, allowed: ReadonlyArray<string>): Check =>
  each(path, (value) => {
    const given = Array.isArray(value) ? value.toSorted().join(",") : String(value)
    return allowed.includes(given) ? [] : [`${given} is no set of methods; those are ${allowed.join(" and ")}`]
  })

/** A cache policy takes the place of forwarded values and times; an origin request policy needs one. */
const behaviorPolicies: Check = (inputs) =>
  ["defaultCacheBehavior", "orderedCacheBehaviors.*"].flatMap((path) =>
    valuesAt(inputs, path).flatMap(([where, behavior]) => {
      const given = new Map(members(behavior))
      const older = ["forwardedValues", "minTtl", "maxTtl", "defaultTtl"].filter((name) => given.has(name))
      return given.has("cachePolicyId") === (older.length === 0)
        ? []
        : [`${where}: exactly one of cachePolicyId and forwardedValues is needed`]
    })
  )

const behavior = (path: string): Check =>
  all(
    methods(`${path}.allowedMethods`, methodSets),
    methods(`${path}.cachedMethods`, methodSets.slice(0, 2)),
    oneOf(`${path}.viewerProtocolPolicy`, ["allow-all", "https-only", "redirect-to-https"]),
    matches(`${path}.pathPattern`, /^[\w$./~"'@:+&*?-]{1,255}$/)
  )

/** Each behavior leads to an origin of the distribution; each origin is one, and a bucket has an access control. */
const origins: Check = (inputs) => {
  const ids = valuesAt(inputs, "origins.*.originId").map(([, id]) => id)
  const targets = ["defaultCacheBehavior", "orderedCacheBehaviors.*"].flatMap((path) =>
    valuesAt(inputs, `${path}.targetOriginId`)
  )
  return [
    ...targets.flatMap(([where, id]) => (ids.includes(id) ? [] : [`${where}: there is no origin ${String(id)}`])),
    ...(new Set(ids).size === ids.length ? [] : ["origins: two have one id"]),
    ...valuesAt(inputs, "origins.*").flatMap(([where, origin]) => {
      const given = new Map(members(origin))
      return given.has("customOriginConfig") === given.has("originAccessControlId")
        ? [`${where}: a bucket needs originAccessControlId, and a web server has customOriginConfig instead`]
        : []
    })
  ]
}

/**
 * CloudFront's own certificate goes with its own name and with TLSv1; another certificate with names, SNI and a policy.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
 */
const certificate: Check = (inputs) => {
  const given = new Map(members(inputs["viewerCertificate"]))
  const isOwn = given.get("cloudfrontDefaultCertificate") === true
  const hasNames = valuesAt(inputs, "aliases.*").length > 0
  return [
    ...exactlyOne("cloudfrontDefaultCertificate", "acmCertificateArn")(Object.fromEntries(given)),
    ...(isOwn === hasNames ? ["viewerCertificate: names need a certificate of their own, and only they do"] : []),
    ...(isOwn === given.has("sslSupportMethod")
      ? ["viewerCertificate: sslSupportMethod goes with acmCertificateArn"]
      : []),
    ...(isOwn && (given.get("minimumProtocolVersion") ?? "TLSv1") !== "TLSv1"
      ? ["viewerCertificate: CloudFront's own certificate goes with TLSv1 alone"]
      : [])
  ]
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html */
export const distribution: Check = all(
  longest("comment", 128),
  oneOf("httpVersion", ["http1.1", "http2", "http2and3", "http3"]),
  oneOf("priceClass", ["PriceClass_100", "PriceClass_200", "PriceClass_All"]),
  matches("defaultRootObject", /^[^/].{0,254}$/),
  matches("origins.*.domainName", /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/),
  oneOf("origins.*.customOriginConfig.originProtocolPolicy", ["http-only", "https-only", "match-viewer"]),
  oneOf("origins.*.customOriginConfig.originSslProtocols.*", ["TLSv1", "TLSv1.1", "TLSv1.2", "SSLv3"]),
  range("origins.*.customOriginConfig.originReadTimeout", 1, 120),
  oneOf("customErrorResponses.*.errorCode", [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]),
  range("customErrorResponses.*.errorCachingMinTtl", 0, 31_536_000),
  oneOf("restrictions.geoRestriction.restrictionType", ["none", "whitelist", "blacklist"]),
  oneOf("viewerCertificate.minimumProtocolVersion", [
    "TLSv1",
    "TLSv1.1_2016",
    "TLSv1.2_2018",
    "TLSv1.2_2019",
    "TLSv1.2_2021"
  ]),
  oneOf("viewerCertificate.sslSupportMethod", ["sni-only", "vip", "static-ip"]),
  behavior("defaultCacheBehavior"),
  behavior("orderedCacheBehaviors.*"),
  behaviorPolicies,
  origins,
  certificate
)

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
export const headersPolicy: Check = all(
  matches("name", /^[\w.-]{1,128}$/),
  longest("comment", 128),
  oneOf("securityHeadersConfig.frameOptions.frameOption", ["DENY", "SAMEORIGIN"]),
  oneOf("securityHeadersConfig.referrerPolicy.referrerPolicy", [
    ...["no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin"],
    ...["strict-origin", "strict-origin-when-cross-origin", "unsafe-url"]
  ]),
  range("securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec", 0, 2_147_483_647),
  longest("customHeadersConfig.items", 10),
  // They have configurations of their own, and are refused here.
  each("customHeadersConfig.items.*.header", (name) =>
    /^(?:content-security-policy|referrer-policy|strict-transport-security|x-content-type-options|x-frame-options|x-xss-protection|access-control-.*|via|server|content-length|x-amz-.*|x-cache)$/i.test(
      String(name)
    )
      ? [`${String(name)} is no header of one's own`]
      : []
  )
)
