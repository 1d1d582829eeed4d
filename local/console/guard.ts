/**
 * Who may talk to the console. It changes things and asks for no password, so it answers this machine's own browser on the
 * console's own page alone: a name that leads to 127.0.0.1 (DNS rebinding) is not its name, and a form or script of another
 * site (CSRF) has another origin.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http"

/** Everything that the page needs comes from the console itself; nothing else is let in, and nobody may frame it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

/** Headers of every answer. */
const securityHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store"
} as const

/** Why a request is refused; `undefined` when it is not. */
export const objection = (
  { method, headers }: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
  port: number
): string | undefined => {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = headers
  if (host === undefined || !hosts.includes(host)) return "The console answers under its own address only."
  if (origin !== undefined && origin !== `http://${host}`) return "The console answers its own page only."
  const site = headers["sec-fetch-site"]
  const isNavigation = headers["sec-fetch-mode"] === "navigate" && method === "GET"
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation)
    return "The console answers its own page only."
  if (method === "GET" || method === "HEAD") return undefined
  // What changes something says where it comes from, and is of a type that no form can send.
  if (origin === undefined) return "A request that changes something needs an Origin header."
  if (headers["content-type"]?.split(";")[0]?.trim() !== "application/json")
    return "A request that changes something is JSON."
  return undefined
}

/** Sets the headers, and answers whether the request may go on; else it has been refused. */
export const admit = (request: IncomingMessage, response: ServerResponse, port: number): boolean => {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  const refused = objection(request, port)
  if (refused === undefined) return true
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(`${refused}\n`)
  request.resume()
  return false
}
