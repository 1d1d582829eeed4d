/** The Pulumi resource types of CloudFront: distribution, origin access control, response headers policy. */
import { createHash } from "node:crypto"
import type { Account } from "../Account.ts"
import { decodeInputs } from "../pulumi/decodeInputs.ts"
import { autoName, type CreateRequest, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { CacheBehavior, Distribution, HeadersPolicy, Origin } from "./Distribution.ts"
import { cachePolicies, originRequestPolicies } from "./managedPolicies.ts"
import { accessControlInputs, distributionInputs, headersPolicyInputs } from "./resourceInputs.ts"

/** What the providers work with. */
export interface CloudFrontHost {
  readonly account: Account
  /** Serves a distribution from now on; the answer is its URL. */
  readonly serve: (distribution: Distribution) => Promise<string>
}

/** CloudFront's default for what an origin may take. */
const defaultReadTimeoutSeconds = 30

/** `E`, then letters and digits: derived from the URN, so that a run can be repeated. */
const idOf = ({ urn }: CreateRequest): string =>
  `E${createHash("sha256").update(urn).digest("hex").toUpperCase().slice(0, 13)}`

const refused = ({ type, name }: CreateRequest, sentence: string): Error => new Error(`${type} "${name}": ${sentence}`)

/** The provider of CloudFront's resource types. */
export const cloudFrontResources = ({ account, serve }: CloudFrontHost): ResourceProviders => {
  const accessControls = new Map<string, (typeof accessControlInputs)["Type"]>()
  const headersPolicies = new Map<string, HeadersPolicy>()

  const known = <Value>(
    request: CreateRequest,
    property: string,
    id: string,
    values: ReadonlyMap<string, Value>
  ): Value => {
    const value = values.get(id)
    if (value === undefined) throw refused(request, `property "${property}": there is none with the id ${id}.`)
    return value
  }

  const originOf = (request: CreateRequest, given: (typeof distributionInputs)["Type"]["origins"][number]): Origin => {
    const { customOriginConfig, domainName, originAccessControlId, originPath: path = "" } = given
    if (customOriginConfig !== undefined) {
      const seconds = customOriginConfig.originReadTimeout ?? defaultReadTimeoutSeconds
      return { kind: "http", host: domainName, path, readTimeoutMilliseconds: seconds * 1000 }
    }
    const bucket = /^(.+)\.s3\.[a-z0-9-]+\.amazonaws\.com$/.exec(domainName)?.[1]
    if (bucket === undefined) throw refused(request, `property "origins": ${domainName} is no bucket's domain name.`)
    if (originAccessControlId === undefined)
      throw refused(request, 'property "origins": a bucket needs an originAccessControlId here.')
    const access = known(request, "origins", originAccessControlId, accessControls)
    if (access.signingBehavior !== "always")
      throw refused(request, 'property "origins": its origin access control must sign "always" here.')
    return { kind: "s3", bucket, path }
  }

  const behaviorOf = (
    request: CreateRequest,
    given: (typeof distributionInputs)["Type"]["defaultCacheBehavior"],
    pathPattern: string | undefined
  ): CacheBehavior => {
    const { cachePolicyId, originRequestPolicyId, responseHeadersPolicyId } = given
    const cachePolicy = cachePolicies[cachePolicyId]
    if (cachePolicy === undefined)
      throw refused(request, `property "cachePolicyId": the embedded AWS does not know the policy ${cachePolicyId}.`)
    if (originRequestPolicyId !== undefined && !originRequestPolicies.includes(originRequestPolicyId))
      throw refused(
        request,
        `property "originRequestPolicyId": the embedded AWS does not know the policy ${originRequestPolicyId}.`
      )
    return {
      pathPattern,
      targetOriginId: given.targetOriginId,
      viewerProtocolPolicy: given.viewerProtocolPolicy,
      allowedMethods: given.allowedMethods,
      compress: given.compress === true && cachePolicy.compresses,
      forwardsViewer: originRequestPolicyId !== undefined,
      headersPolicy:
        responseHeadersPolicyId === undefined
          ? undefined
          : known(request, "responseHeadersPolicyId", responseHeadersPolicyId, headersPolicies)
    }
  }

  return {
    "aws:cloudfront/originAccessControl:OriginAccessControl": async (request) => {
      const inputs = decodeInputs(request, accessControlInputs)
      const id = idOf(request)
      accessControls.set(id, inputs)
      const arn = `arn:aws:cloudfront::${account.accountId}:origin-access-control/${id}`
      return { id, state: { name: autoName(request), ...inputs, arn, etag: id } }
    },
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": async (request) => {
      const inputs = decodeInputs(request, headersPolicyInputs)
      const id = idOf(request)
      headersPolicies.set(id, headersOf(inputs))
      const arn = `arn:aws:cloudfront::${account.accountId}:response-headers-policy/${id}`
      return { id, state: { name: autoName(request), ...inputs, arn, etag: id } }
    },
    "aws:cloudfront/distribution:Distribution": async (request) => {
      const inputs = decodeInputs(request, distributionInputs)
      const id = idOf(request)
      const arn = `arn:aws:cloudfront::${account.accountId}:distribution/${id}`
      const origins = new Map(inputs.origins.map((each) => [each.originId, originOf(request, each)]))
      const behaviors = [
        ...(inputs.orderedCacheBehaviors ?? []).map((each) => behaviorOf(request, each, each.pathPattern)),
        behaviorOf(request, inputs.defaultCacheBehavior, undefined)
      ]
      for (const { targetOriginId } of behaviors) known(request, "targetOriginId", targetOriginId, origins)
      const url = await serve({ arn, defaultRootObject: inputs.defaultRootObject, origins, behaviors })
      return {
        id,
        state: {
          ...inputs,
          arn,
          domainName: new URL(url).host,
          hostedZoneId: "Z2FDTNDATAQYW2",
          status: "Deployed",
          etag: id,
          tagsAll: inputs.tags ?? {}
        }
      }
    }
  }
}

const headersOf = (inputs: (typeof headersPolicyInputs)["Type"]): HeadersPolicy => {
  const {
    contentSecurityPolicy: content,
    contentTypeOptions,
    frameOptions: frame,
    referrerPolicy: referrer,
    strictTransportSecurity: transport
  } = inputs.securityHeadersConfig ?? {}
  const header = (name: string, given: { readonly override: boolean } | undefined, value: string | undefined) =>
    given === undefined || value === undefined ? [] : [{ name, value, override: given.override }]
  const maxAge =
    transport === undefined
      ? undefined
      : [
          `max-age=${transport.accessControlMaxAgeSec}`,
          ...(transport.includeSubdomains === true ? ["includeSubDomains"] : []),
          ...(transport.preload === true ? ["preload"] : [])
        ].join("; ")
  return [
    ...header("content-security-policy", content, content?.contentSecurityPolicy),
    ...header("x-content-type-options", contentTypeOptions, "nosniff"),
    ...header("x-frame-options", frame, frame?.frameOption),
    ...header("referrer-policy", referrer, referrer?.referrerPolicy),
    ...header("strict-transport-security", transport, maxAge),
    ...(inputs.customHeadersConfig?.items ?? []).map(({ header: name, value, override }) => ({
      name: name.toLowerCase(),
      value,
      override
    }))
  ]
}
