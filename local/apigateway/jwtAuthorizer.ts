/**
 * JWT authorizers: what a token has to be, checked as API Gateway documents it.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { compactVerify, createRemoteJWKSet, type JWTHeaderParameters } from "jose"
import type { ProxyRequest } from "./ProxyRequest.ts"
import { gatewayResponse, type ProxyResponse } from "./ProxyResponse.ts"

/** A JWT authorizer. */
export interface JwtAuthorizer {
  readonly id: string
  /** `$request.header.Authorization`, `$request.querystring.token`. */
  readonly identitySource: string
  readonly issuer: string
  readonly audiences: ReadonlyArray<string>
  /** The issuer's public keys. */
  readonly keys: ReturnType<typeof createRemoteJWKSet>
}

/** A token that is good for a route: what its function is told of it. */
export interface Authorized {
  readonly kind: "authorized"
  /** Goes into the event, under `requestContext.authorizer`. */
  readonly authorizer: Readonly<Record<string, unknown>>
}

/** A caller who is sent away. */
export interface Refused {
  readonly kind: "refused"
  readonly response: ProxyResponse
  /** What the access log tells of it. */
  readonly error: string
}

/** API Gateway keeps an issuer's keys for up to two hours; in milliseconds. */
const keysLifetime = 2 * 3600 * 1000

/** Only RSA: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const algorithms = ["RS256", "RS384", "RS512"]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * Finds an issuer's keys through its discovery document, as API Gateway does when an authorizer is made.
 *
 * @throws an error that names the issuer, when there is no such document.
 */
export const keysOf = async (issuer: string): Promise<JwtAuthorizer["keys"]> => {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
  const document: unknown = await fetch(url)
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined)
  const uri = isObject(document) ? document["jwks_uri"] : undefined
  if (typeof uri !== "string" || !URL.canParse(uri)) {
    throw new Error(
      `BadRequestException: Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`
    )
  }
  return createRemoteJWKSet(new URL(uri), { cacheMaxAge: keysLifetime })
}

/** Why a token is sent away: the words of RFC 6750. */
class TokenRefused extends Error {
  readonly status: 401 | 403
  constructor(description: string, status: 401 | 403 = 401) {
    super(description)
    this.status = status
  }
}

const tokenOf = ({ identitySource }: JwtAuthorizer, request: ProxyRequest): string | undefined => {
  const [, place, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(identitySource) ?? []
  const value =
    place === "header"
      ? request.headers[name.toLowerCase()]
      : (new URLSearchParams(request.query).get(name) ?? undefined)
  const token = value?.replace(/^bearer(\s+|$)/i, "").trim()
  return token === "" ? undefined : token
}

const texts = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : Array.isArray(value)
      ? value.filter((each): each is string => typeof each === "string")
      : []

/** Texts of `scope` or `scp`, which issuers write as one text or as a list. */
const scopesOf = (claims: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  [...texts(claims["scope"]), ...texts(claims["scp"])].flatMap((each) => each.split(" ")).filter((each) => each !== "")

const verifiedClaims = async (authorizer: JwtAuthorizer, token: string): Promise<Readonly<Record<string, unknown>>> => {
  const key = (header: JWTHeaderParameters | undefined, jws: Parameters<JwtAuthorizer["keys"]>[1]) => {
    if (typeof header?.kid !== "string") throw new TokenRefused("the token has no key id")
    return authorizer.keys(header, jws)
  }
  const { payload } = await compactVerify(token, (header, jws) => key({ ...header }, jws), { algorithms })
  const claims: unknown = JSON.parse(Buffer.from(payload).toString("utf8"))
  if (!isObject(claims)) throw new TokenRefused("the token has no claims")
  return claims
}

/** Seconds since the epoch, where a claim is given; a claim that is no number refuses the token. */
const instant = (claims: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = claims[name]
  if (value === undefined) return undefined
  if (typeof value !== "number") throw new TokenRefused(`the token has an invalid ${name}`)
  return value
}

const check = (authorizer: JwtAuthorizer, claims: Readonly<Record<string, unknown>>, now: number): void => {
  if (claims["iss"] !== authorizer.issuer) throw new TokenRefused("the token has an invalid issuer")
  // `client_id` counts only where there is no `aud`.
  const audiences = texts("aud" in claims ? claims["aud"] : claims["client_id"])
  if (!audiences.some((each) => authorizer.audiences.includes(each))) {
    throw new TokenRefused("the token does not have a valid audience")
  }
  const expires = instant(claims, "exp")
  if (expires === undefined || expires <= now) throw new TokenRefused("the token has expired")
  if ((instant(claims, "nbf") ?? 0) > now) throw new TokenRefused("the token is not valid yet")
  if ((instant(claims, "iat") ?? 0) > now) throw new TokenRefused("the token was issued in the future")
}

/** A claim as the event has it: text, whatever it was. */
const claimText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(claimText).join(" ")}]`
    : isObject(value)
      ? `map[${Object.entries(value)
          .map(([name, each]) => `${name}:${claimText(each)}`)
          .join(" ")}]`
      : String(value)

const refusal = (status: 401 | 403, scopes: ReadonlyArray<string>, error: string): Refused => {
  const response = gatewayResponse(status, status === 401 ? "Unauthorized" : "Forbidden")
  const code = status === 401 ? "invalid_token" : "insufficient_scope"
  const challenge =
    error === "" ? "Bearer" : `Bearer scope="${scopes.join(" ")}" error="${code}" error_description="${error}"`
  return {
    kind: "refused",
    error: error === "" ? "Unauthorized" : error,
    response: { ...response, headers: { ...response.headers, "www-authenticate": challenge } }
  }
}

/**
 * Checks the token of a request for a route.
 *
 * @param scopes what the route asks for: the token needs one of them. Empty: none.
 * @param now epoch milliseconds
 */
export const authorizeToken = async (
  authorizer: JwtAuthorizer,
  scopes: ReadonlyArray<string>,
  request: ProxyRequest,
  now: number
): Promise<Authorized | Refused> => {
  const token = tokenOf(authorizer, request)
  if (token === undefined) return refusal(401, scopes, "")
  try {
    const claims = await verifiedClaims(authorizer, token)
    check(authorizer, claims, Math.floor(now / 1000))
    const granted = scopesOf(claims).filter((each) => scopes.includes(each))
    if (scopes.length > 0 && granted.length === 0) throw new TokenRefused("the token does not have a valid scope", 403)
    const written = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]))
    return {
      kind: "authorized",
      authorizer: { jwt: { claims: written, scopes: scopes.length === 0 ? null : granted } }
    }
  } catch (error) {
    if (error instanceof TokenRefused) return refusal(error.status, scopes, error.message)
    // Of a token that cannot be decoded or verified nothing is quoted.
    return refusal(401, scopes, "the token is malformed or its signature is invalid")
  }
}
