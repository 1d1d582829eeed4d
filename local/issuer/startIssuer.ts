/**
 * A token issuer on loopback: discovery document, public keys, and tokens for whomever one says, in process or by
 * `GET /token?sub=alice` (any claim is a parameter). It asks nobody who they are, so it is for tests and for trying out
 * only.
 *
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 */
import { createServer } from "node:http"
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose"
import { listen } from "../listen.ts"

/** How a token differs from an ordinary one. */
export interface TokenOptions {
  /** Signs with this key instead of the published one: a forgery. @default the issuer's own */
  readonly key?: CryptoKey
  /** @default the id of the published key; `undefined`: none */
  readonly kid?: string | undefined
}

/** A running issuer. */
export interface Issuer {
  /** `http://127.0.0.1:PORT`: the `iss` of its tokens. */
  readonly url: string
  /** A token with these claims; without any it is good for an hour, for nobody and for no audience. */
  readonly token: (claims: Readonly<Record<string, unknown>>, options?: TokenOptions) => Promise<string>
  /** Signs with a new key from now on, which is published beside the old ones. */
  readonly rotate: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A key pair of RS256, the public one as it is published. */
const makeKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048 })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { privateKey, kid, published: { ...jwk, kid, alg: "RS256", use: "sig" } }
}

/** How to start it. */
export interface IssuerOptions {
  /** @default a free port */
  readonly port?: number | undefined
  /** Epoch milliseconds. @default the machine's clock */
  readonly now?: () => number
  /** The audience of tokens that are asked for over HTTP. @default none */
  readonly audience?: string | undefined
}

/** Starts an issuer. Rejects with code `EADDRINUSE` when the port is taken. */
export const startIssuer = async ({ port, now = Date.now, audience }: IssuerOptions = {}): Promise<Issuer> => {
  let current = await makeKey()
  const published = [current.published]

  const token: Issuer["token"] = (claims, options = {}) => {
    const at = Math.floor(now() / 1000)
    const kid = "kid" in options ? options.kid : current.kid
    return new SignJWT({ iss: listening.url, iat: at, exp: at + 3600, ...claims })
      .setProtectedHeader({ alg: "RS256", ...(kid === undefined ? {} : { kid }) })
      .sign(options.key ?? current.privateKey)
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", listening.url)
    if (pathname === "/token") {
      const claims = { ...(audience === undefined ? {} : { aud: audience }), ...Object.fromEntries(searchParams) }
      token(claims).then(
        (issued) => response.writeHead(200, { "content-type": "text/plain" }).end(issued),
        () => response.destroy()
      )
      return
    }
    const documents: Readonly<Record<string, object>> = {
      "/.well-known/openid-configuration": {
        issuer: listening.url,
        jwks_uri: `${listening.url}/jwks.json`,
        id_token_signing_alg_values_supported: ["RS256"]
      },
      "/jwks.json": { keys: published }
    }
    const document = documents[pathname]
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" })
    response.end(JSON.stringify(document ?? {}))
  })
  const listening = await listen(server, port)
  return {
    url: listening.url,
    token,
    rotate: async () => {
      current = await makeKey()
      published.push(current.published)
    },
    close: listening.close
  }
}
