import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { redactSecrets } from "../../../handlers/failure/redact.ts"

describe("redactSecrets", () => {
  it.each([
    ["a password", "login with password=hunter2 failed", "hunter2"],
    ["a password in JSON", '{"password":"hun ter2","user":"a"}', "hun ter2"],
    ["a password in escaped JSON", '{\\"password\\":\\"hunter2\\"}', "hunter2"],
    ["a bearer token", "Authorization: Bearer abc.def-ghi_jkl", "abc.def-ghi_jkl"],
    ["basic credentials", "Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="],
    ["credentials in a URL", "postgres://app:s3cr3t@db.internal:5432/orders", "s3cr3t"],
    ["an API key in a query", "GET /v1?api_key=abcdef123456&x=1", "abcdef123456"],
    ["an access token", "access_token: ya29.a0AfH6SMB", "ya29.a0AfH6SMB"],
    ["a JWT", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl there", "eyJzdWIiOiIxIn0"],
    ["an AWS access key id", "key AKIAIOSFODNN7EXAMPLE is unknown", "AKIAIOSFODNN7EXAMPLE"],
    ["an AWS secret key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["a signature of a signed URL", "https://b.s3.amazonaws.com/k?X-Amz-Signature=0123abcd", "0123abcd"],
    ["a provider's key", "Invalid API Key provided: sk_live_abcdefghijkl", "sk_live_abcdefghijkl"],
    ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "MIIEvQ"],
    ["a card number", "card 4111111111111111 declined", "4111111111111111"],
    ["a card number in groups", "card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"],
    ["a card number with dashes", "card 5500-0000-0000-0004 declined", "5500-0000-0000-0004"]
  ])("takes out %s", (_, text, secret) => {
    const redacted = redactSecrets(text)
    expect(redacted).not.toContain(secret)
    expect(redacted).toContain("[redacted]")
  })

  it.each([
    "Access denied for user 'app'@'10.0.3.17' (using password: YES)",
    "connect ECONNREFUSED 10.0.4.20:5432",
    "order 4f1c1f0e-8d7a-4f0e-9f43-0f6d7d3f3c11 at 1770000000001 failed",
    "Unexpected token o in JSON at position 1",
    "commit da39a3ee5e6b4b0d3255bfef95601890afd80709"
  ])("leaves %s as it is", (text) => {
    expect(redactSecrets(text)).toBe(text)
  })

  it("is total", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        expect(typeof redactSecrets(text)).toBe("string")
      })
    )
  })

  it("makes nothing more of what is redacted already, or a cause would get another fingerprint at each copy", () => {
    const value = fc.stringMatching(/^[A-Za-z0-9]{1,20}$/)
    const words = fc.oneof(
      value,
      value.map((secret) => `password=${secret}`),
      value.map((secret) => `token: ${secret}`),
      value.map((secret) => `{"password":"${secret}","user":"a"}`),
      value.map((secret) => `{\\"secret\\":\\"${secret}\\"}`),
      value.map((secret) => `api_key='${secret}'`),
      value.map((secret) => `Authorization: Bearer ${secret}`),
      value.map((secret) => `postgres://app:${secret}@db.internal:5432/orders`),
      value.map((secret) => `?X-Amz-Signature=${secret}&x=1`),
      fc.constantFrom("4111 1111 1111 1111", "AKIAIOSFODNN7EXAMPLE", "sk_live_abcdefghijkl", "(using password: YES)"),
      fc.constantFrom("[redacted]", "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----")
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), fc.constantFrom(" ", ", ", "\n", "; "), (texts, between) => {
        const once = redactSecrets(texts.join(between))
        expect(redactSecrets(once)).toBe(once)
      }),
      { numRuns: 1000 }
    )
  })

  it.each(["password=", "eyJ", "://a:", "1 ", "-----BEGIN PRIVATE KEY-----", "a", "Bearer ", "token:'"])(
    "is linear on a long run of %s",
    (unit) => {
      const started = performance.now()
      redactSecrets(unit.repeat(Math.ceil(65_536 / unit.length)))
      expect(performance.now() - started).toBeLessThan(2000)
    }
  )
})
