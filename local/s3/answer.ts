/** Answers in S3's REST XML. */
import type { ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import { xmlDocument } from "../xml.ts"
import type { Buckets } from "./Buckets.ts"
import type { S3Request } from "./request.ts"
import type { S3Error } from "./S3Error.ts"

/** Runs one operation. Throws `S3Error`. */
export type Operation = (buckets: Buckets, target: S3Request, request: ServiceRequest) => ServiceResponse

/** The namespace of S3's documents. */
export const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

/** A document as an answer. */
export const xmlAnswer = (body: string, status = 200): ServiceResponse => ({
  status,
  headers: { "content-type": "application/xml" },
  body
})

/** An error in S3's shape; a HEAD request gets its status alone. */
export const errorAnswer = (
  request: ServiceRequest,
  {
    status,
    code,
    message,
    detail = {}
  }: Pick<S3Error, "status" | "code" | "message"> & Partial<Pick<S3Error, "detail">>
): ServiceResponse =>
  request.method === "HEAD"
    ? { status, body: "" }
    : xmlAnswer(
        xmlDocument("Error", { Code: code, Message: message, ...detail, RequestId: "EMBEDDED", HostId: "EMBEDDED" }),
        status
      )
