/** Lambda's asynchronous invocation as an Effect service: one signed request, so that no bundle carries a client for it. */
import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import { Config, Context, Effect, Layer, Option, Redacted } from "effect"
import type { AwsError } from "./AwsError.ts"
import { sdkCall } from "./sdkCall.ts"

/** Lambda: invoke. */
export class LambdaInvoke extends Context.Service<
  LambdaInvoke,
  {
    /**
     * Hands a payload (JSON, at most 1 MB) to a function, which runs later (`Event` invocation). Succeeds once Lambda has
     * accepted it, with the id of the request: the function's dead letters name it.
     *
     * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
     */
    readonly invokeAsync: (functionArn: string, payload: string) => Effect.Effect<string, AwsError>
  }
>()("resilient-queue/aws/LambdaInvoke") {
  /** The real one; region, credentials and endpoint come from the environment that Lambda gives a function. */
  static readonly layer = Layer.effect(
    LambdaInvoke,
    Effect.gen(function* () {
      const optional = (name: string) => Config.option(Config.NonEmptyString(name))
      const region = yield* Config.NonEmptyString("AWS_REGION")
      const accessKeyId = yield* Config.NonEmptyString("AWS_ACCESS_KEY_ID")
      const secretAccessKey = yield* Config.Redacted("AWS_SECRET_ACCESS_KEY")
      const sessionToken = Option.getOrUndefined(yield* optional("AWS_SESSION_TOKEN"))
      const everyService = yield* optional("AWS_ENDPOINT_URL")
      const given = Option.orElse(yield* optional("AWS_ENDPOINT_URL_LAMBDA"), () => everyService)
      const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
      const endpoint = new URL(Option.getOrElse(given, () => `https://lambda.${region}.${suffix}`))
      const signer = new SignatureV4({
        service: "lambda",
        region,
        credentials: {
          accessKeyId,
          secretAccessKey: Redacted.value(secretAccessKey),
          ...(sessionToken === undefined ? {} : { sessionToken })
        },
        sha256: Sha256
      })
      return LambdaInvoke.of({
        invokeAsync: (functionArn, payload) =>
          sdkCall({ service: "lambda", operation: "Invoke" }, (signal) =>
            invoke(signer, endpoint, functionArn, payload, AbortSignal.any([signal, AbortSignal.timeout(timeout)]))
          )
      })
    })
  )
}

/** A hung connection must not eat the function's whole time; milliseconds. */
const timeout = 5000

const invoke = async (
  signer: SignatureV4,
  endpoint: URL,
  functionArn: string,
  payload: string,
  signal: AbortSignal
): Promise<string> => {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`
  const { headers } = await signer.sign({
    method: "POST",
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    headers: { host: endpoint.host, "content-type": "application/json", "x-amz-invocation-type": "Event" },
    body: payload
  })
  const response = await fetch(new URL(path, endpoint), { method: "POST", headers, body: payload, signal })
  const text = await response.text()
  if (!response.ok) throw new InvokeRejected(response, text)
  return response.headers.get("x-amzn-requestid") ?? ""
}

/** What the SDK's errors look like, so that the same table says which typed error it is. */
class InvokeRejected extends Error {
  readonly $metadata: { readonly httpStatusCode: number }
  readonly $response: { readonly headers: Readonly<Record<string, string>> }
  constructor(response: Response, text: string) {
    super(text.slice(0, 1024))
    this.name = response.headers.get("x-amzn-errortype")?.split(":")[0] ?? "UnknownError"
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
