/** A request as a distribution got it, and its answer. */

/** A request. */
export interface ViewerRequest {
  readonly method: string
  /** As sent, still percent-encoded. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly sourceIp: string
}

/** An answer. */
export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly body: Buffer
}

/** An answer of CloudFront's own. */
export const ownAnswer = (
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {}
): Answer => ({
  status,
  headers: { "content-type": "text/html", "x-cache": "Error from cloudfront", ...headers },
  body: Buffer.from(
    `<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ERROR</h1><p>${sentence}</p></body></html>`
  )
})
