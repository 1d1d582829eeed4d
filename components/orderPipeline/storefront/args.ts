/** The arguments of the order page. */
import type * as pulumi from "@pulumi/pulumi"

/** Where CloudFront has its places, from the cheapest set on. */
export const priceClasses = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const

/** The address of the order page: a name of one's own needs a certificate for it. */
export type StorefrontAddress =
  | {
      /** A name of one's own, in lower case. Point it at the output `storefrontDistributionDomainName`. */
      readonly domainName: pulumi.Input<string>
      /** The certificate for it, by ARN: of ACM in us-east-1, wherever the stack is. */
      readonly certificateArn: pulumi.Input<string>
    }
  /** CloudFront's own name and certificate, with which it lets in TLS 1 as well. */
  | {
      /** None: the name is CloudFront's own. */
      readonly domainName?: never
      /** None: the certificate is CloudFront's own. */
      readonly certificateArn?: never
    }

/** The order page. */
export type StorefrontArgs = StorefrontAddress & {
  /** Where CloudFront serves it from: more places cost more. @default "PriceClass_100" */
  readonly priceClass?: (typeof priceClasses)[number]
  /**
   * A web ACL of WAF for CloudFront, by ARN; it is in us-east-1. It protects what comes through the distribution, not the
   * API's own address (`apiUrl`), which stays reachable from the internet: HTTP APIs take no web ACL, and CloudFront
   * reaches them there. Throttling and `auth` hold at both. @default none
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
   */
  readonly webAclArn?: pulumi.Input<string>
}
