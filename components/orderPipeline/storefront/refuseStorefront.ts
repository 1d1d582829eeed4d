/** What no storefront can be made of. */
import * as pulumi from "@pulumi/pulumi"
import { oneOf, refusal } from "../../validation.ts"
import type { OrderPipelineArgs } from "../args.ts"
import { priceClasses, type StorefrontArgs } from "./args.ts"

/** The arguments of a storefront; `undefined` where there is none. */
export const storefrontArgs = ({ storefront }: Pick<OrderPipelineArgs, "storefront">): StorefrontArgs | undefined =>
  storefront === true ? {} : storefront === false ? undefined : storefront

/** Certificates and web ACLs of CloudFront are in one region, wherever the stack is. */
const certificate = /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/
const webAcl = /^arn:aws[\w-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/
const domain = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

/**
 * Refuses a storefront that could not work, before anything is made.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseStorefront = (subject: string, args: OrderPipelineArgs): void => {
  const storefront = storefrontArgs(args)
  if (storefront === undefined) return
  if (args.api.auth.mode === "iam")
    throw new pulumi.RunError(
      `${subject}: storefront cannot go with auth "iam", as a page in a browser has no AWS credentials to sign with; auth must be "jwt", or "none" in development.`
    )
  const { domainName, certificateArn, priceClass, webAclArn } = storefront
  if ((domainName === undefined) !== (certificateArn === undefined))
    throw new pulumi.RunError(
      domainName === undefined
        ? `${subject}: storefront.domainName is missing; it must be given with storefront.certificateArn.`
        : `${subject}: storefront.certificateArn is missing; it must be given with storefront.domainName.`
    )
  if (priceClass !== undefined) oneOf(subject, "storefront.priceClass", priceClass, priceClasses)
  const look = (argument: string, value: unknown, pattern: RegExp, allowed: string): void => {
    // What is not known yet, AWS looks at.
    if (typeof value === "string" && !pattern.test(value))
      throw refusal(subject, `storefront.${argument}`, value, allowed)
  }
  look("domainName", domainName, domain, "a domain name in lower case, e.g. orders.example.com")
  look("certificateArn", certificateArn, certificate, "the ARN of a certificate of ACM in us-east-1")
  look("webAclArn", webAclArn, webAcl, "the ARN of a web ACL of WAF for CloudFront, which is in us-east-1")
}
