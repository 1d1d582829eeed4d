/**
 * Signed requests to AWS over `fetch`: for the one or two operations of a service that a function needs, without the
 * client of that service in its bundle. The signer is there already, with the other clients.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import { Config, Effect, Option, Redacted } from "effect"

/** A `POST` to a service. */
export interface SignedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A successful answer. */
export interface SignedAnswer {
  readonly headers: Headers
  readonly text: string
}

/** Sends a request; rejects as SDK clients do, so that one table says which typed error it is. */
export type SendSigned = (request: SignedRequest, signal: AbortSignal) => Promise<SignedAnswer>

/** A hung connection must not eat the function's whole time; milliseconds. */
const timeout = 5000

/**
 * What signs and sends requests for a service. Region, credentials and endpoint come from the environment that Lambda
 * gives a function.
 *
 * @param service its signing name, which is also its host's, e.g. `lambda`
 * @param endpointVariable names its endpoint, e.g. `AWS_ENDPOINT_URL_LAMBDA`; `AWS_ENDPOINT_URL` is every service's
 */
export const signedSender = Effect.fnUntraced(function* (service: string, endpointVariable: string) {
  const optional = (name: string) => Config.option(Config.NonEmptyString(name))
  const region = yield* Config.NonEmptyString("AWS_REGION")
  const accessKeyId = yield* Config.NonEmptyString("AWS_ACCESS_KEY_ID")
  const secretAccessKey = yield* Config.Redacted("AWS_SECRET_ACCESS_KEY")
  const sessionToken = Option.getOrUndefined(yield* optional("AWS_SESSION_TOKEN"))
  const everyService = yield* optional("AWS_ENDPOINT_URL")
  const given = Option.orElse(yield* optional(endpointVariable), () => everyService)
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
  const endpoint = new URL(Option.getOrElse(given, () => `https://${service}.${region}.${suffix}`))
  const signer = new SignatureV4({
    service,
    region,
    credentials: {
      accessKeyId,
      secretAccessKey: Redacted.value(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken })
    },
    sha256: Sha256
  })
  const send: SendSigned = async ({ path, headers, body }, signal) => {
    const signed = await signer.sign({
      method: "POST",
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      headers: { host: endpoint.host, ...headers },
      body
    })
    const response = await fetch(new URL(path, endpoint), {
      method: "POST",
      headers: signed.headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    })
    const text = await response.text()
    if (!response.ok) throw new RequestFailed(response, text)
    return { headers: response.headers, text }
  }
  return send
})

/** The error's name: in a header (REST protocols) or in the body (JSON protocols, behind a namespace). */
const errorName = (response: Response, text: string): string => {
  const written = response.headers.get("x-amzn-errortype") ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1]
  return written?.split(":")[0] ?? "UnknownError"
}

/** What the SDK's errors look like. */
class RequestFailed extends Error {
  readonly $metadata: { readonly httpStatusCode: number }
  readonly $response: { readonly headers: Readonly<Record<string, string>> }
  constructor(response: Response, text: string) {
    super(text.slice(0, 1024))
    this.name = errorName(response, text)
    this.$metadata = { httpStatusCode: response.status }
    this.$response = { headers: Object.fromEntries(response.headers) }
  }
}

/** Node's SHA-256, and with a secret its HMAC, as the signer asks for it. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }
  reset(): void {}
}

const bytes = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array =>
  typeof data === "string"
    ? new TextEncoder().encode(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
