/** AWS's own policies, by their ids, which are the same in every account. What is not here is refused by its id. */

/**
 * Cache policies, and whether they let answers be compressed. Nothing is cached here, whatever they say.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
export const cachePolicies: Readonly<Record<string, { readonly compresses: boolean }>> = {
  /** CachingOptimized */
  "658327ea-f89d-4fab-a63d-7e88639e58f6": { compresses: true },
  /** CachingDisabled */
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": { compresses: false }
}

/**
 * Origin request policies that send on what the viewer sent, but for its `host`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
export const originRequestPolicies: ReadonlyArray<string> = [
  // AllViewerExceptHostHeader
  "b689b0a8-53d0-40ab-baf2-68738e2966ac"
]
