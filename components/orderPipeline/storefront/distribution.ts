/** The distribution: the page's files, and behind `/orders` the API, so that both are one origin to a browser. */
import { Distribution } from "@pulumi/aws/cloudfront/distribution.js"
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import * as pulumi from "@pulumi/pulumi"
import { apiFunctionTimeoutSeconds } from "../settings.ts"
import type { StorefrontArgs } from "./args.ts"
import { rootObject } from "./files.ts"
import { createSecurityHeaders } from "./securityHeaders.ts"

/**
 * AWS's own policies, which are the same in every account.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
export const managedPolicies = {
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** Everything that the browser sends, its token included; but API Gateway knows itself by its own host alone. */
  allViewerExceptHostHeader: "b689b0a8-53d0-40ab-baf2-68738e2966ac"
} as const

/** The fewest places, and the cheapest: North America, Europe and Israel. */
const defaultPriceClass = "PriceClass_100"

/**
 * Errors that CloudFront would keep for ten seconds, whatever the cache policy and the answer say: an order is asked for again
 * sooner, and one user's 404 is not another's.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const uncachedErrors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]

const origins = { files: "files", api: "api" } as const

/** What the distribution stands in front of. */
export interface DistributionOrigins {
  readonly bucket: Bucket
  /** The API's URL. */
  readonly apiUrl: pulumi.Input<string>
}

/** Makes the distribution. */
export const createDistribution = (
  name: string,
  parent: pulumi.Resource,
  args: StorefrontArgs,
  { bucket, apiUrl }: DistributionOrigins
): Distribution => {
  const access = new OriginAccessControl(
    `${name}-storefront-access`,
    {
      description: "Signs what CloudFront reads of the order page",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4"
    },
    { parent }
  )
  const responseHeadersPolicyId = createSecurityHeaders(name, parent).id
  return new Distribution(
    `${name}-storefront`,
    {
      comment: `The order page of ${name}`,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: args.priceClass ?? defaultPriceClass,
      defaultRootObject: rootObject,
      origins: [
        { originId: origins.files, domainName: bucket.bucketRegionalDomainName, originAccessControlId: access.id },
        apiOrigin(apiUrl)
      ],
      defaultCacheBehavior: {
        targetOriginId: origins.files,
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: managedPolicies.cachingOptimized,
        responseHeadersPolicyId
      },
      orderedCacheBehaviors: ["/orders", "/orders/*"].map((pathPattern) => ({
        pathPattern,
        targetOriginId: origins.api,
        // Not even once: what is sent in the clear has been read by the time it is redirected.
        viewerProtocolPolicy: "https-only",
        // CloudFront knows three sets; POST is in the largest alone. The API has two routes, whatever is let through here.
        allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        cachedMethods: ["GET", "HEAD"],
        compress: false,
        cachePolicyId: managedPolicies.cachingDisabled,
        originRequestPolicyId: managedPolicies.allViewerExceptHostHeader,
        responseHeadersPolicyId
      })),
      // No pages for errors: they would take the place of the API's problem documents as well.
      customErrorResponses: uncachedErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      ...addresses(args),
      ...(args.webAclArn === undefined ? {} : { webAclId: args.webAclArn })
    },
    { parent }
  )
}

const apiOrigin = (apiUrl: pulumi.Input<string>) => ({
  originId: origins.api,
  domainName: pulumi.output(apiUrl).apply((url) => new URL(url).host),
  customOriginConfig: {
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: "https-only",
    originSslProtocols: ["TLSv1.2"],
    // Longer than the API's functions have: their own answer tells of a time-out.
    originReadTimeout: apiFunctionTimeoutSeconds + 5
  }
})

/** With CloudFront's own certificate, its name and its choice of protocols come along: TLS 1 is let in. */
const addresses = ({ domainName, certificateArn }: StorefrontArgs) =>
  domainName === undefined || certificateArn === undefined
    ? { viewerCertificate: { cloudfrontDefaultCertificate: true } }
    : {
        aliases: [domainName],
        viewerCertificate: {
          acmCertificateArn: certificateArn,
          sslSupportMethod: "sni-only",
          minimumProtocolVersion: "TLSv1.2_2021"
        }
      }
