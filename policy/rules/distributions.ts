/** CloudFront's distributions: nothing in the clear on either side, and buckets read by nobody but them. */
import { resourceRule, type Violation } from "../rule.ts"
import { types } from "../stack.ts"
import { listOf, type Properties, propertiesOf, shown, textOf, textsOf } from "../values.ts"

/** Objects in a list, each with its place. */
const placed = (place: string, list: unknown): ReadonlyArray<readonly [string, Properties]> =>
  listOf(list).flatMap((each, index) => {
    const properties = propertiesOf(each)
    return properties === undefined ? [] : [[`${place}[${index}]`, properties] as const]
  })

const distributionHttps = resourceRule(
  {
    name: "distribution-https",
    description: "Distributions answer over HTTPS only; what comes in the clear is refused, or redirected.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html"
  },
  [types.distribution],
  ({ props }) => {
    const byDefault = propertiesOf(props["defaultCacheBehavior"])
    const behaviors = [
      ...(byDefault === undefined ? [] : [["defaultCacheBehavior", byDefault] as const]),
      ...placed("orderedCacheBehaviors", props["orderedCacheBehaviors"])
    ]
    return behaviors.flatMap(([place, { viewerProtocolPolicy }]): readonly Violation[] =>
      viewerProtocolPolicy === "https-only" || viewerProtocolPolicy === "redirect-to-https"
        ? []
        : [
            {
              found: `${place}.viewerProtocolPolicy is ${shown(viewerProtocolPolicy)}`,
              allowed: 'it must be "https-only" or "redirect-to-https"'
            }
          ]
    )
  }
)

const distributionTls = resourceRule(
  {
    name: "distribution-tls",
    description:
      "Distributions with a certificate of their own let in TLS 1.2 and later; CloudFront's own certificate comes with TLS 1.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"
  },
  [types.distribution],
  ({ props }) => {
    const certificate = propertiesOf(props["viewerCertificate"])
    if (certificate === undefined || certificate["cloudfrontDefaultCertificate"] === true) return []
    const least = certificate["minimumProtocolVersion"]
    return /^TLSv1\.[23]_\d{4}$/.test(textOf(least) ?? "")
      ? []
      : [
          {
            found: `viewerCertificate.minimumProtocolVersion is ${shown(least)}`,
            allowed: "it must be one of TLS 1.2 or 1.3, such as TLSv1.2_2021"
          }
        ]
  }
)

const oldProtocols = ["SSLv3", "TLSv1", "TLSv1.1"]

const distributionOriginTls = resourceRule(
  {
    name: "distribution-origin-tls",
    description: "Distributions ask their origins over HTTPS only, with TLS 1.2 or later.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html"
  },
  [types.distribution],
  ({ props }) =>
    placed("origins", props["origins"]).flatMap(([place, origin]): readonly Violation[] => {
      const config = propertiesOf(origin["customOriginConfig"])
      if (config === undefined) return []
      const { originProtocolPolicy } = config
      const old = textsOf(config["originSslProtocols"]).filter((protocol) => oldProtocols.includes(protocol))
      return [
        ...(originProtocolPolicy === "https-only"
          ? []
          : [
              {
                found: `${place}.customOriginConfig.originProtocolPolicy is ${shown(originProtocolPolicy)}`,
                allowed: 'it must be "https-only"'
              }
            ]),
        ...(old.length === 0
          ? []
          : [
              {
                found: `${place}.customOriginConfig.originSslProtocols has ${old.join(", ")}`,
                allowed: "it must be without protocols before TLSv1.2"
              }
            ])
      ]
    })
)

const distributionOriginAccess = resourceRule(
  {
    name: "distribution-origin-access",
    description: "Distributions sign what they read of a bucket, so that it need not be open to anybody else.",
    severity: "high",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"
  },
  [types.distribution],
  ({ props }) =>
    placed("origins", props["origins"]).flatMap(([place, origin]): readonly Violation[] => {
      const isBucket = ["customOriginConfig", "vpcOriginConfig"].every(
        (name) => propertiesOf(origin[name]) === undefined
      )
      // An id that is not known yet is one that is given.
      return !isBucket || Object.hasOwn(origin, "originAccessControlId")
        ? []
        : [{ found: `${place}.originAccessControlId is missing`, allowed: "it must name an OriginAccessControl" }]
    })
)

/** The rules. */
export const distributionRules = [
  distributionHttps,
  distributionTls,
  distributionOriginTls,
  distributionOriginAccess
] as const
