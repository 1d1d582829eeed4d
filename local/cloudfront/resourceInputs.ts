/** The inputs of CloudFront's resource types, as far as they are served here. */
import { Schema } from "effect"
import { inputsSchema, tags } from "../pulumi/decodeInputs.ts"

const text = Schema.optional(Schema.String)
const flag = Schema.optional(Schema.Boolean)
const whole = Schema.optional(Schema.Int)

/** Inputs of an origin access control. */
export const accessControlInputs = inputsSchema({
  name: text,
  description: text,
  originAccessControlOriginType: Schema.Literal("s3"),
  signingBehavior: Schema.Literals(["always", "never", "no-override"]),
  signingProtocol: Schema.Literal("sigv4")
})

const override = { override: Schema.Boolean }

/** Inputs of a response headers policy. */
export const headersPolicyInputs = inputsSchema({
  name: text,
  comment: text,
  securityHeadersConfig: Schema.optional(
    Schema.Struct({
      contentSecurityPolicy: Schema.optional(Schema.Struct({ contentSecurityPolicy: Schema.String, ...override })),
      contentTypeOptions: Schema.optional(Schema.Struct(override)),
      frameOptions: Schema.optional(
        Schema.Struct({ frameOption: Schema.Literals(["DENY", "SAMEORIGIN"]), ...override })
      ),
      referrerPolicy: Schema.optional(Schema.Struct({ referrerPolicy: Schema.String, ...override })),
      strictTransportSecurity: Schema.optional(
        Schema.Struct({ accessControlMaxAgeSec: Schema.Int, includeSubdomains: flag, preload: flag, ...override })
      )
    })
  ),
  customHeadersConfig: Schema.optional(
    Schema.Struct({
      items: Schema.Array(Schema.Struct({ header: Schema.String, value: Schema.String, ...override }))
    })
  )
})

const methods = Schema.Array(Schema.Literals(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]))

const behavior = {
  targetOriginId: Schema.String,
  viewerProtocolPolicy: Schema.Literals(["allow-all", "https-only", "redirect-to-https"]),
  allowedMethods: methods,
  cachedMethods: methods,
  compress: flag,
  cachePolicyId: Schema.String,
  originRequestPolicyId: text,
  responseHeadersPolicyId: text
}

/** Inputs of a distribution. What asks for DNS, for certificates or for a firewall is not among them. */
export const distributionInputs = inputsSchema({
  comment: text,
  enabled: Schema.Literal(true),
  isIpv6Enabled: flag,
  httpVersion: text,
  priceClass: text,
  defaultRootObject: text,
  origins: Schema.Array(
    Schema.Struct({
      originId: Schema.String,
      domainName: Schema.String,
      originPath: text,
      originAccessControlId: text,
      customOriginConfig: Schema.optional(
        Schema.Struct({
          httpPort: Schema.Int,
          httpsPort: Schema.Int,
          originProtocolPolicy: Schema.Literals(["http-only", "https-only", "match-viewer"]),
          originSslProtocols: Schema.Array(Schema.String),
          originReadTimeout: whole,
          originKeepaliveTimeout: whole
        })
      )
    })
  ),
  defaultCacheBehavior: Schema.Struct(behavior),
  orderedCacheBehaviors: Schema.optional(Schema.Array(Schema.Struct({ pathPattern: Schema.String, ...behavior }))),
  // How long errors are kept; pages that take their place are not served here.
  customErrorResponses: Schema.optional(
    Schema.Array(Schema.Struct({ errorCode: Schema.Int, errorCachingMinTtl: whole }))
  ),
  restrictions: Schema.Struct({ geoRestriction: Schema.Struct({ restrictionType: Schema.Literal("none") }) }),
  viewerCertificate: Schema.Struct({ cloudfrontDefaultCertificate: Schema.Literal(true) }),
  waitForDeployment: flag,
  tags
})
