/** What browsers are told of each answer of the storefront. */
import { ResponseHeadersPolicy } from "@pulumi/aws/cloudfront/responseHeadersPolicy.js"
import type * as pulumi from "@pulumi/pulumi"

/**
 * The page is its own files and speaks to its own origin: no inline script or style, nothing from elsewhere, nobody frames
 * it, no form is sent but by its script, and no text becomes markup.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  ...["script-src", "style-src", "img-src", "connect-src"].map((directive) => `${directive} 'self'`),
  ...["base-uri", "form-action", "frame-ancestors"].map((directive) => `${directive} 'none'`),
  "require-trusted-types-for 'script'",
  "trusted-types 'none'"
].join("; ")

/** Two years: what the API says as well. */
const strictTransportSecurityMaxAgeSeconds = 63_072_000

/** The other headers. */
const customHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
} as const

/**
 * Makes the policy. Where an answer has a header already, it stays: the API's own are stricter, and S3 has none of them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export const createSecurityHeaders = (name: string, parent: pulumi.Resource): ResponseHeadersPolicy => {
  const override = false
  return new ResponseHeadersPolicy(
    `${name}-storefront-headers`,
    {
      comment: "Security headers of the order page",
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy, override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: "DENY", override },
        referrerPolicy: { referrerPolicy: "no-referrer", override },
        strictTransportSecurity: { accessControlMaxAgeSec: strictTransportSecurityMaxAgeSeconds, override }
      },
      customHeadersConfig: {
        items: Object.entries(customHeaders).map(([header, value]) => ({ header, value, override }))
      }
    },
    { parent }
  )
}
