import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type PaymentGateway, startPaymentGateway } from "../../../local/payment/startPaymentGateway.ts"

let gateway: PaymentGateway
beforeEach(async () => {
  gateway = await startPaymentGateway({ token: "right" })
})
afterEach(() => gateway.close())

const authorize = (orderId: string, options: { readonly token?: string; readonly signal?: AbortSignal } = {}) =>
  fetch(`${gateway.url}/authorizations`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${options.token ?? "right"}`,
      "idempotency-key": orderId,
      "content-type": "application/json"
    },
    body: JSON.stringify({ orderId, amount: 1 }),
    ...(options.signal ? { signal: options.signal } : {})
  })

const put = (path: string, body: string) => fetch(`${gateway.url}${path}`, { method: "PUT", body })

/** The code of the error that ended a connection, e.g. `ECONNREFUSED`. */
const connectionError = async (call: Promise<unknown>): Promise<unknown> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason
  )
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
}

describe("the stand-in payment gateway", () => {
  it("authorises a payment, and the same one again for the same key", async () => {
    const first = await authorize("O1")
    expect(first.status).toBe(201)
    const authorization = await first.json()
    expect(authorization).toMatchObject({ orderId: "O1", status: "authorized" })
    expect(await (await authorize("O1")).json()).toEqual(authorization)
    expect(gateway.authorizations("O1")).toHaveLength(1)
    expect(gateway.calls("O1")).toHaveLength(2)
    expect(gateway.authorizations("O2")).toEqual([])
  })

  it("never authorises an order twice, whatever the script and however often it is called", async () => {
    const answer = fc.oneof(
      fc.constant("ok" as const),
      fc.record({ status: fc.constantFrom(200, 201, 400, 401, 429, 500, 503) }),
      fc.constant({ delayMilliseconds: 1 }),
      fc.constant({ refuse: true } as const),
      fc.constant({ reset: true } as const)
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 6 }), async (answers) => {
        round += 1
        const orderId = `order-${round}`
        gateway.script({ answers }, orderId)
        for (let call = 0; call <= answers.length; call += 1) await authorize(orderId).catch(() => undefined)
        expect(gateway.authorizations(orderId)).toHaveLength(1)
        expect(gateway.calls(orderId)).toHaveLength(answers.length + 1)
      }),
      { numRuns: 25 }
    )
  })

  it("answers an order what its script says, in order, then authorises; other orders are not touched", async () => {
    const scripted = await put(
      "/script/O%2F1",
      JSON.stringify({ answers: [{ status: 503, retryAfter: 7 }, { status: 422, body: { field: "quantity" } }, "ok"] })
    )
    expect(scripted.status).toBe(204)
    expect((await authorize("O2")).status).toBe(201)
    const busy = await authorize("O/1")
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "7"])
    const rejected = await authorize("O/1")
    expect([rejected.status, await rejected.json()]).toEqual([422, { field: "quantity" }])
    expect((await authorize("O/1")).status).toBe(201)
    expect((await authorize("O/1")).status).toBe(201)
  })

  it("answers every order what the global script says, for a number of calls or for good", async () => {
    await put("/script", JSON.stringify({ answers: [{ status: 503 }, { status: 503 }] }))
    const statuses = [await authorize("O1"), await authorize("O2"), await authorize("O3")].map(({ status }) => status)
    expect(statuses).toEqual([503, 503, 201])
    gateway.script({ answers: [{ status: 500 }], forever: true })
    for (const order of ["O4", "O5", "O6"]) expect((await authorize(order)).status).toBe(500)
    gateway.script({ answers: [] })
    expect((await authorize("O4")).status).toBe(201)
  })

  it("answers 401 to a token that it does not accept, until the credential is mended", async () => {
    gateway.acceptToken("rotated")
    expect((await authorize("O1")).status).toBe(401)
    expect((await authorize("O1", { token: "rotated" })).status).toBe(201)
    gateway.acceptToken("right")
    expect((await authorize("O1")).status).toBe(201)
    expect(gateway.calls("O1").map(({ outcome }) => outcome)).toEqual([401, 201, 201])
  })

  it("ends the connection without an answer, or resets it", async () => {
    gateway.script({ answers: [{ refuse: true }, { reset: true }] }, "O1")
    expect(await connectionError(authorize("O1"))).toBe("UND_ERR_SOCKET")
    expect(await connectionError(authorize("O1"))).toBe("ECONNRESET")
    expect((await authorize("O1")).status).toBe(201)
    expect(gateway.calls("O1").map(({ outcome }) => outcome)).toEqual(["refused", "reset", 201])
  })

  it("refuses connections while it is down, and answers on the same port when it is up again", async () => {
    await gateway.down()
    expect(await connectionError(authorize("O1"))).toBe("ECONNREFUSED")
    await gateway.up()
    await gateway.up()
    expect((await authorize("O1")).status).toBe(201)
  })

  it("charges a caller that gave up waiting once, and shows the retry the same authorisation", async () => {
    gateway.script({ answers: [{ delayMilliseconds: 600_000 }] }, "O1")
    const impatient = new AbortController()
    const call = authorize("O1", { signal: impatient.signal }).catch(() => "gave up")
    await expect.poll(() => gateway.calls("O1")).toMatchObject([{ outcome: "pending" }])
    impatient.abort()
    expect(await call).toBe("gave up")
    await expect.poll(() => gateway.calls("O1")).toMatchObject([{ outcome: "client went away" }])
    const [charged] = gateway.authorizations("O1")
    expect(await (await authorize("O1")).json()).toMatchObject({ authorizationId: charged?.authorizationId })
    expect(gateway.authorizations("O1")).toHaveLength(1)
  })

  it("takes the order from the key when the body names none, and refuses a call without a key", async () => {
    const call = (headers: Record<string, string>) =>
      fetch(`${gateway.url}/authorizations`, {
        method: "POST",
        headers: { authorization: "Bearer right", ...headers },
        body: "not json"
      })
    expect((await call({})).status).toBe(400)
    expect((await call({ "idempotency-key": "O9" })).status).toBe(201)
    expect(gateway.authorizations("O9")).toHaveLength(1)
  })

  it.each([
    ["not json", "The script is not JSON."],
    ["[]", "The script must be"],
    ['{"answers":[{"status":99}]}', "The script must be"],
    ['{"answers":[{"delay":5}]}', "The script must be"],
    ['{"answers":["no"]}', "The script must be"],
    ['{"answers":[],"more":1}', "The script must be"]
  ])("refuses the script %s with one sentence", async (script, start) => {
    const response = await put("/script", script)
    expect(response.status).toBe(400)
    const { error } = Object(await response.json())
    expect(error).toMatch(new RegExp(`^${start}`))
    expect(error).not.toContain("\n")
    expect((await authorize("O1")).status).toBe(201)
  })

  it("tells over HTTP what was called and authorised", async () => {
    await authorize("O1")
    expect(await (await fetch(`${gateway.url}/calls`)).json()).toMatchObject([{ orderId: "O1", outcome: 201 }])
    expect(await (await fetch(`${gateway.url}/authorizations`)).json()).toMatchObject([{ orderId: "O1" }])
    expect((await fetch(`${gateway.url}/elsewhere`)).status).toBe(404)
  })

  it("says that its port is taken", async () => {
    const port = Number(new URL(gateway.url).port)
    await expect(startPaymentGateway({ token: "right", port })).rejects.toMatchObject({ code: "EADDRINUSE" })
  })
})
