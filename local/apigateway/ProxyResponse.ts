/**
 * What an HTTP API answers, and how it reads a function's answer.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */

/** An answer to the client. */
export interface ProxyResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** One `Set-Cookie` header each. */
  readonly cookies: ReadonlyArray<string>
  readonly body: Buffer
}

/** An answer of API Gateway's own. */
export const gatewayResponse = (status: number, message: string): ProxyResponse => ({
  status,
  headers: { "content-type": "application/json" },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message }))
})

/** The answers of API Gateway's own, in its own words. */
export const gatewayResponses = {
  badRequest: gatewayResponse(400, "Bad Request"),
  forbidden: gatewayResponse(403, "Forbidden"),
  notFound: gatewayResponse(404, "Not Found"),
  tooLarge: gatewayResponse(413, "Request Entity Too Large"),
  tooManyRequests: gatewayResponse(429, "Too Many Requests"),
  internalServerError: gatewayResponse(500, "Internal Server Error"),
  serviceUnavailable: gatewayResponse(503, "Service Unavailable")
} as const

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const scalar = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined

const headersOf = (headers: unknown): Record<string, string> | undefined => {
  if (headers === undefined || headers === null) return {}
  if (!isObject(headers)) return undefined
  const read: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const text = scalar(value)
    if (text === undefined || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\r\n\0]/.test(text)) return undefined
    read[name.toLowerCase()] = text
  }
  return read
}

const statusOf = (value: unknown): number | undefined => {
  const status = typeof value === "string" ? Number(value) : value
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined
}

/** Reads a function's answer; `undefined` when it is malformed. An answer without a status code is the body of a 200. */
export const readAnswer = (answer: unknown): ProxyResponse | undefined => {
  if (!isObject(answer) || answer["statusCode"] === undefined) {
    const body = typeof answer === "string" ? answer : JSON.stringify(answer ?? null)
    return { status: 200, headers: { "content-type": "application/json" }, cookies: [], body: Buffer.from(body) }
  }
  const status = statusOf(answer["statusCode"])
  const headers = headersOf(answer["headers"])
  const { body = "", cookies = [], isBase64Encoded } = answer
  if (status === undefined || headers === undefined) return undefined
  if ((typeof body !== "string" && body !== null) || !Array.isArray(cookies)) return undefined
  const texts = cookies.filter((cookie): cookie is string => typeof cookie === "string" && !/[\r\n\0]/.test(cookie))
  if (texts.length < cookies.length) return undefined
  return {
    status,
    headers: { "content-type": "text/plain;charset=UTF-8", ...headers },
    cookies: texts,
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8")
  }
}
