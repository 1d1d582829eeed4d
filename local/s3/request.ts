/** Finds bucket, key and operation in a path-style request. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
import type { ServiceRequest } from "../EmbeddedService.ts"

/** What a request is about. */
export interface S3Request {
  readonly operation: string
  readonly bucket: string
  readonly key: string
}

/** Operations on a bucket's configuration, by the query parameter that tells them apart. */
const bucketConfigurations: Readonly<Record<string, string>> = {
  versioning: "BucketVersioning",
  policy: "BucketPolicy",
  location: "BucketLocation"
}

/** Query parameters that say how to do the operation, not which one it is. */
const modifiers =
  /^(x-id|versionId|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|key-marker|version-id-marker|marker|partNumber|response-.+|X-Amz-.+)$/i

const verbs: Readonly<Record<string, string>> = { GET: "Get", PUT: "Put", DELETE: "Delete", HEAD: "Head", POST: "Post" }

/** Which operation a request asks for; `Unsupported` with the parameter for those that are not known here. */
export const readRequest = (request: ServiceRequest): S3Request => {
  const path = request.url.pathname.slice(1)
  const slash = path.indexOf("/")
  const bucket = decodeURIComponent(slash < 0 ? path : path.slice(0, slash))
  const key = slash < 0 ? "" : decodeURIComponent(path.slice(slash + 1))
  return { operation: operationOf(request, bucket, key), bucket, key }
}

const operationOf = (request: ServiceRequest, bucket: string, key: string): string => {
  const parameters = [...request.url.searchParams.keys()].filter((name) => !modifiers.test(name))
  const verb = verbs[request.method] ?? "Unsupported"
  const [parameter] = parameters
  if (bucket === "") return request.method === "GET" ? "ListBuckets" : "Unsupported"
  if (key === "") {
    if (parameter === undefined) {
      if (request.method === "GET")
        return request.url.searchParams.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects"
      return request.method === "PUT" ? "CreateBucket" : `${verb}Bucket`
    }
    if (parameter === "versions" && request.method === "GET") return "ListObjectVersions"
    if (parameter === "delete" && request.method === "POST") return "DeleteObjects"
    const configuration = bucketConfigurations[parameter]
    return configuration === undefined ? `Unsupported ?${parameter}` : `${verb}${configuration}`
  }
  return parameter === undefined ? `${verb}Object` : `Unsupported ?${parameter}`
}
