/** Answers the requests of one distribution. */
import { brotliCompressSync, gzipSync } from "node:zlib"
import { callServer } from "./callServer.ts"
import type { CacheBehavior, Distribution } from "./Distribution.ts"
import { type Answer, ownAnswer, type ViewerRequest } from "./Exchange.ts"
import { type BucketHost, readBucket } from "./readBucket.ts"

/** Whether a path matches a pattern: `*` is any characters, `?` exactly one, upper and lower case differ. */
export const matchesPath = (pattern: string, path: string): boolean => {
  const slashed = pattern.startsWith("/") ? pattern : `/${pattern}`
  const source = slashed
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
  return new RegExp(`^${source}$`, "s").test(path)
}

/** Loopback stands for TLS, as nothing here leaves the machine; a client may say that it came without. */
const isInTheClear = ({ headers }: ViewerRequest): boolean => headers["x-forwarded-proto"] === "http"

const refusalOf = (behavior: CacheBehavior, request: ViewerRequest): Answer | undefined => {
  if (isInTheClear(request) && behavior.viewerProtocolPolicy === "https-only")
    return ownAnswer(403, "Bad request. HTTPS is required.")
  if (isInTheClear(request) && behavior.viewerProtocolPolicy === "redirect-to-https") {
    const status = ["GET", "HEAD"].includes(request.method) ? 301 : 307
    const query = request.query === "" ? "" : `?${request.query}`
    const location = `https://${request.headers["host"] ?? ""}${request.path}${query}`
    return ownAnswer(status, "Moved.", { location, "x-cache": "Redirect from cloudfront" })
  }
  return behavior.allowedMethods.includes(request.method)
    ? undefined
    : ownAnswer(
        403,
        "This distribution is not configured to allow the HTTP request method that was used for this request."
      )
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const compressible = /^(?:text\/|application\/(?:javascript|json|xml)|image\/svg\+xml)/
const smallestCompressed = 1000
const largestCompressed = 10_000_000

const compressed = (answer: Answer, request: ViewerRequest): Answer => {
  const { headers, body, status } = answer
  const accepted = request.headers["accept-encoding"] ?? ""
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined
  if (encoding === undefined || status !== 200 || headers["content-encoding"] !== undefined) return answer
  if (!compressible.test(String(headers["content-type"] ?? ""))) return answer
  if (body.length < smallestCompressed || body.length > largestCompressed) return answer
  const etag = headers["etag"]
  return {
    status,
    headers: {
      ...headers,
      "content-encoding": encoding,
      vary: "accept-encoding",
      // Another representation: no longer the same byte for byte.
      ...(typeof etag === "string" ? { etag: `W/${etag}` } : {})
    },
    body: encoding === "br" ? brotliCompressSync(body) : gzipSync(body)
  }
}

const bare = (etag: string): string => etag.trim().replace(/^W\//, "")

/** 304 for a viewer that has the very object already. */
const conditional = (answer: Answer, request: ViewerRequest): Answer => {
  const { etag } = answer.headers
  const held = request.headers["if-none-match"]?.split(",").map(bare) ?? []
  if (answer.status !== 200 || typeof etag !== "string") return answer
  if (!held.includes(bare(etag)) && !held.includes("*")) return answer
  const { "content-length": _length, "content-type": _type, "content-encoding": _encoding, ...headers } = answer.headers
  return { status: 304, headers, body: Buffer.alloc(0) }
}

const withPolicy = ({ headersPolicy = [] }: Pick<CacheBehavior, "headersPolicy">, answer: Answer): Answer => {
  const added = headersPolicy.filter(({ name, override }) => override || answer.headers[name] === undefined)
  return {
    ...answer,
    headers: { ...answer.headers, ...Object.fromEntries(added.map(({ name, value }) => [name, value])) }
  }
}

/** Makes a distribution's answers. */
export const serveDistribution =
  (host: BucketHost, distribution: Distribution) =>
  async (given: ViewerRequest): Promise<Answer> => {
    const behavior = distribution.behaviors.find(
      ({ pathPattern }) => pathPattern === undefined || matchesPath(pathPattern, given.path)
    )
    const origin = distribution.origins.get(behavior?.targetOriginId ?? "")
    if (behavior === undefined || origin === undefined) return ownAnswer(404, "There is no such origin.")
    const refused = refusalOf(behavior, given)
    if (refused !== undefined) return withPolicy(behavior, refused)
    const root = distribution.defaultRootObject
    const request = given.path === "/" && root !== undefined ? { ...given, path: `/${root}` } : given
    const answer =
      origin.kind === "http"
        ? await callServer(origin, request, behavior.forwardsViewer)
        : await readBucket(host, distribution, origin, request)
    const fresh = origin.kind === "s3" ? conditional(answer, request) : answer
    const sent = behavior.compress ? compressed(fresh, request) : fresh
    const told = { "x-cache": sent.status >= 400 ? "Error from cloudfront" : "Miss from cloudfront", ...sent.headers }
    return withPolicy(behavior, { ...sent, headers: { ...told, via: "1.1 embedded (CloudFront)" } })
  }
