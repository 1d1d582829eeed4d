/** A distribution: where requests go, and what is done to them and to their answers. */

/** How a viewer has to come. */
export type ViewerProtocolPolicy = "allow-all" | "https-only" | "redirect-to-https"

/** What holds for the paths that match a pattern. */
export interface CacheBehavior {
  /** `/orders/*`; `undefined` for what no other behavior matches. */
  readonly pathPattern: string | undefined
  readonly targetOriginId: string
  readonly viewerProtocolPolicy: ViewerProtocolPolicy
  readonly allowedMethods: ReadonlyArray<string>
  /** Whether answers are compressed for those who take it. */
  readonly compress: boolean
  /** Whether what the viewer sent goes on to the origin: all headers but `host`, cookies and query. */
  readonly forwardsViewer: boolean
  readonly headersPolicy: HeadersPolicy | undefined
}

/** A header that a policy adds. */
export interface AddedHeader {
  readonly name: string
  readonly value: string
  /** Whether it takes the place of the origin's. */
  readonly override: boolean
}

/** A response headers policy. */
export type HeadersPolicy = ReadonlyArray<AddedHeader>

/** Where answers come from. */
export type Origin =
  /** A bucket, read as the distribution. */
  | { readonly kind: "s3"; readonly bucket: string; readonly path: string }
  /** A web server. `host` may have a port, as servers on loopback have. */
  | { readonly kind: "http"; readonly host: string; readonly path: string; readonly readTimeoutMilliseconds: number }

/** A distribution. */
export interface Distribution {
  readonly arn: string
  readonly defaultRootObject: string | undefined
  readonly origins: ReadonlyMap<string, Origin>
  /** In the order in which they are tried; the default is the last. */
  readonly behaviors: ReadonlyArray<CacheBehavior>
}
