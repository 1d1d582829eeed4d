/** The order page: a form, and what becomes of the orders that are placed with it. */
import * as pulumi from "@pulumi/pulumi"
import type { StorefrontArgs } from "./args.ts"
import { createBucket, createBucketPolicy } from "./bucket.ts"
import { createDistribution } from "./distribution.ts"
import { createFiles } from "./files.ts"

/** Where the page is. */
export interface Storefront {
  /** No slash at the end. */
  readonly url: pulumi.Output<string>
  /** CloudFront's name for it, which a name of one's own has to point at. */
  readonly distributionDomainName: pulumi.Output<string>
}

/** Makes the page's bucket, its files, and the distribution in front of them and of the API. */
export const createStorefront = (
  name: string,
  parent: pulumi.Resource,
  args: StorefrontArgs,
  apiUrl: pulumi.Output<string>
): Storefront => {
  const storefrontBucket = createBucket(name, parent)
  createFiles(name, parent, storefrontBucket.bucket)
  const distribution = createDistribution(name, parent, args, { bucket: storefrontBucket.bucket, apiUrl })
  createBucketPolicy(name, parent, storefrontBucket, distribution)
  return {
    // As the API behind it is spoken to: over TLS.
    url: pulumi
      .all([apiUrl, args.domainName ?? distribution.domainName])
      .apply(([api, domainName]) => `${new URL(api).protocol}//${domainName}`),
    distributionDomainName: distribution.domainName
  }
}
