/** The files of the order page, and the objects that they become. */
import { readdirSync, readFileSync } from "node:fs"
import { extname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js"
import * as pulumi from "@pulumi/pulumi"

/** Where the page is in this repository. */
const directory = fileURLToPath(new URL("../../../web/", import.meta.url))

/** What a file is, by the end of its name. All of it is text. */
const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8"
}

/** What is served for the root. */
export const rootObject = "index.html"

/** A file of the page. */
interface PageFile {
  /** Its path below the page's directory, with slashes. */
  readonly path: string
  readonly contentType: string
}

const pageFiles = (): readonly PageFile[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
    .map((path) => {
      const contentType = contentTypes[extname(path)]
      if (contentType !== undefined) return { path, contentType }
      throw new pulumi.RunError(
        `web/${path} has no content type; a file of the storefront must end in ${Object.keys(contentTypes).join(", ")}.`
      )
    })

/**
 * Puts each file into the bucket. Caches, the browser's included, have to ask whether what they have is still right, which
 * costs an answer without a body: a deployment is seen at once, and no module meets an older one of another deployment.
 */
export const createFiles = (name: string, parent: pulumi.Resource, bucket: Bucket): void => {
  for (const { path, contentType } of pageFiles())
    new BucketObjectv2(
      `${name}-storefront-${path.replaceAll(/[^A-Za-z0-9]+/g, "-")}`,
      {
        bucket: bucket.bucket,
        key: path,
        content: readFileSync(join(directory, path), "utf8"),
        contentType,
        cacheControl: "no-cache"
      },
      { parent }
    )
}
