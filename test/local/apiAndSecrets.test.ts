/**
 * The whole system with users, a rotated payment token and card numbers that nobody may write down: a marker of each is
 * put in, and then everything that was written anywhere is searched.
 */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { decodeArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { decodeLedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import { until } from "../../local/demo/until.ts"
import { type EmbeddedAws, startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import { printEvents } from "../../local/events.ts"
import { type Issuer, startIssuer } from "../../local/issuer/startIssuer.ts"
import { type PaymentGateway, startPaymentGateway } from "../../local/payment/startPaymentGateway.ts"
import type { Evaluation } from "../../local/pulumi/evaluateProgram.ts"

const token = { first: "m4rker-t0ken-0ne", second: "m4rker-t0ken-tw0" }
const card = { number: "4929 1234 5678 9013", iban: "XM99MARKER00CARD" }

/** Every way in which a marker may have been written. */
const writtenAs = (marker: string): ReadonlyArray<string> => [
  marker,
  encodeURIComponent(marker),
  JSON.stringify(marker).slice(1, -1),
  Buffer.from(marker).toString("hex"),
  // What Base64 makes of it wherever it starts, without the ends that depend on its neighbours.
  ...[0, 1, 2].map((offset) =>
    Buffer.from(" ".repeat(offset) + marker)
      .toString("base64")
      .slice(offset === 0 ? 0 : 4)
      .replace(/=+$/, "")
      .slice(0, -2)
  )
]

const holds = (text: string, markers: Readonly<Record<string, string>>): boolean =>
  Object.values(markers).some((marker) => writtenAs(marker).some((written) => text.includes(written)))

/** A request that a function made of AWS. */
interface AwsRequest {
  readonly service: string
  readonly actions: ReadonlyArray<string>
  readonly body: string
}

const requests: Array<AwsRequest> = []
const lines: Array<string> = []
const printed: Array<string> = []
let aws: EmbeddedAws
let issuer: Issuer
let payment: PaymentGateway
let evaluation: Evaluation
let sqs: SQSClient
let stopPrinting: () => void

beforeAll(async () => {
  issuer = await startIssuer()
  payment = await startPaymentGateway({ token: token.first })
  aws = await startEmbeddedAws({
    region: "us-east-1",
    faults: {
      intercept: ({ signingName }, { body }, actions) => {
        requests.push({ service: signingName, actions, body: body.toString("utf8") })
        return undefined
      },
      nextKill: () => undefined
    }
  })
  aws.cloudwatch.onLog(({ logGroup, message }) => lines.push(`${logGroup} ${message}`))
  stopPrinting = printEvents(aws, (line) => printed.push(line), Date.now)
  evaluation = await aws.deploy({
    program: new URL("../../index.ts", import.meta.url),
    stack: "local",
    config: {
      auth: "jwt",
      jwtIssuer: issuer.url,
      jwtAudiences: ["orders"],
      jwtPlaceOrderScopes: ["orders:write"],
      paymentUrl: payment.url,
      paymentToken: token.first,
      redact: ["$.card.number", "$..iban"],
      logLevel: "TRACE"
    }
  })
  sqs = new SQSClient({
    endpoint: aws.account.endpoint,
    region: aws.account.region,
    credentials: aws.iam.administrator
  })
})

afterAll(async () => {
  stopPrinting()
  sqs.destroy()
  await aws.close()
  await payment.close()
  await issuer.close()
})

const output = (name: string): string => String(evaluation.outputs[name])

const tokenOf = (sub: string, claims: Readonly<Record<string, unknown>> = {}) =>
  issuer.token({ aud: "orders", sub, scope: "orders:write", ...claims })

const call = async (path: string, bearer: string | undefined, body?: object, idempotencyKey?: string) => {
  const response = await fetch(`${output("apiUrl")}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  return { status: response.status, body: Object(await response.json()) }
}

/** An order as a careless client sends it. */
const laptop = { itemName: "Laptop", quantity: 1, card: { number: card.number }, note: card.number }

const placed = async (sub: string): Promise<string> => {
  const { status, body } = await call("/orders", await tokenOf(sub), laptop)
  expect(status).toBe(202)
  return String(body.orderId)
}

/** What its user sees of an order, once it is more than on its way. */
const ended = async (sub: string, orderId: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
  until(
    async () => {
      const { body } = await call(`/orders/${orderId}`, await tokenOf(sub))
      return body.status === "processing" ? undefined : body
    },
    { milliseconds: 30_000 }
  )

const ledger = async () =>
  (await aws.dynamodb.items(output("failuresTableName"))).flatMap((item) => decodeLedgerItem(item) ?? [])

const archive = () =>
  aws.s3.objects(output("archiveBucketName")).flatMap(({ body }) => decodeArchivedMessage(body.toString("utf8")) ?? [])

const tokenSecret = (): string => aws.secretsmanager.secretArns()[0] ?? ""

describe("the API under jwt", () => {
  it("is deployed", () => {
    expect(evaluation.error).toBeUndefined()
  })

  it("lets nobody in without a token, and nobody place an order without the scope", async () => {
    const nobody = await call("/orders", undefined, laptop)
    expect(nobody).toEqual({ status: 401, body: { message: "Unauthorized" } })
    expect(await call("/orders/x", await tokenOf("alice", { aud: "other" }))).toMatchObject({ status: 401 })
    const unscoped = await call("/orders", await tokenOf("alice", { scope: "openid" }), laptop)
    expect(unscoped).toEqual({ status: 403, body: { message: "Forbidden" } })
    expect(payment.calls()).toEqual([])
  })

  it("shows an order to its user alone; to another it is as one that does not exist", async () => {
    const orderId = await placed("alice")
    expect(await ended("alice", orderId)).toMatchObject({ status: "stored", userId: "alice" })
    const others = await call(`/orders/${orderId}`, await tokenOf("mallory"))
    const missing = await call("/orders/no-such-order", await tokenOf("mallory"))
    expect(others).toEqual(missing)
    expect(others.status).toBe(404)
    const forAnother = await call("/orders", await tokenOf("mallory"), { ...laptop, userId: "alice" })
    expect(forAnother.status).toBe(403)
  })

  it("takes an idempotency key for one order of its user: of several at once with other content, one is accepted", async () => {
    const place = async (sub: string, quantity: number) =>
      call("/orders", await tokenOf(sub), { ...laptop, quantity }, "key-1")
    const atOnce = await Promise.all([1, 2, 3, 4].map((quantity) => place("carol", quantity)))
    expect(atOnce.map(({ status }) => status).sort()).toEqual([202, 422, 422, 422])
    const accepted = atOnce.findIndex(({ status }) => status === 202)
    const orderId = String(atOnce[accepted]?.body.orderId)
    expect(await ended("carol", orderId)).toMatchObject({ status: "stored", quantity: accepted + 1 })
    expect(await place("carol", accepted + 1)).toEqual(atOnce[accepted])
    expect(await place("carol", accepted + 5)).toMatchObject({
      status: 422,
      body: { title: "Idempotency-Key is already used" }
    })
    expect((await place("dave", accepted + 5)).status).toBe(202)
    expect(await ledger()).toEqual([])
  })
})

describe("the payment token", () => {
  it("is rotated without a deployment: the next order finds out, and nothing fails", async () => {
    aws.secretsmanager.put(tokenSecret(), { secretString: token.second })
    payment.acceptToken(token.second)
    const orderIds = await Promise.all(Array.from({ length: 5 }, () => placed("alice")))
    for (const orderId of orderIds) expect(await ended("alice", orderId)).toMatchObject({ status: "stored" })
    expect((await ledger()).filter((item) => item.class === "AuthFailure")).toEqual([])
  })

  it("that is refused for good is one alert, and its order waits for an operator", async () => {
    payment.acceptToken("another")
    const orderId = await placed("alice")
    expect(await ended("alice", orderId)).toMatchObject({ status: "failed", failure: { class: "AUTH_FAILURE" } })
    payment.acceptToken(token.second)
  })
})

describe("a marker token and a marker card number", () => {
  const send = (body: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: output("orderQueueUrl"),
        MessageBody: body,
        MessageAttributes: { trace: { DataType: "String", StringValue: `card ${card.number}` } }
      })
    )
  const message = (orderId: string, itemName: string, more: object = {}) =>
    JSON.stringify({
      orderId,
      itemName,
      quantity: 1,
      card: { number: card.number },
      deep: [{ iban: card.iban }],
      ...more
    })

  beforeAll(async () => {
    await send(message("marker-invalid", "Laptop", { quantity: -1 }))
    await send(message("marker-raised", "ChaosValidationError"))
    await send(message("marker-defect", "ChaosUnknown"))
    await send(message("marker-crash", "Poison"))
    await send(message("marker-stored", "Laptop"))
    await send(message("marker-truncated", "Laptop").slice(0, -3))
    const done = await until(
      async () => {
        const items = await ledger()
        const stored = await aws.dynamodb.items(output("ordersTableName"))
        const quiet = items.every(({ status }) => !["healing", "held"].includes(status))
        const all =
          archive().length >= 6 && stored.some(({ orderId, storedAt }) => orderId === "marker-stored" && storedAt)
        return quiet && all ? true : undefined
      },
      { milliseconds: 90_000 }
    )
    expect(done).toBe(true)
    await aws.lambda.idle()
  })

  it("were really put in: the queue's bodies hold the card, the secret holds the token, and the search finds both", () => {
    const sends = requests.filter(({ actions }) => actions.includes("sqs:SendMessage"))
    expect(sends.some(({ body }) => holds(body, card))).toBe(true)
    const version = evaluation.resources.find(({ type }) => type.endsWith(":SecretVersion"))
    expect(holds(JSON.stringify(version?.inputs), token)).toBe(true)
    expect(payment.authorizations().length).toBeGreaterThan(0)
    expect(holds(Buffer.from(`x${token.first}y`).toString("base64"), token)).toBe(true)
  })

  it("are in no archived message, whose other evidence stays", () => {
    const objects = aws.s3.buckets().flatMap((bucket) => aws.s3.objects(bucket))
    expect(
      objects.map(({ body }) => body.toString("utf8")).filter((text) => holds(text, { ...card, ...token }))
    ).toEqual([])
    const byId = new Map(archive().map((each) => [each.correlationId, each]))
    expect(byId.get("marker-invalid")).toMatchObject({
      redacted: ["$.card.number", "$..iban"],
      code: "VALIDATION_ERROR",
      attributes: { trace: { stringValue: "card [redacted]" } }
    })
    expect(JSON.parse(byId.get("marker-invalid")?.body ?? "")).toEqual({
      orderId: "marker-invalid",
      itemName: "Laptop",
      quantity: -1,
      card: { number: "[redacted]" },
      deep: [{ iban: "[redacted]" }]
    })
    expect(archive().filter(({ body }) => body === "[redacted]")).toMatchObject([
      { code: "BAD_PAYLOAD", redacted: ["$"] }
    ])
  })

  it("are in no table, log line, metric, notification, alarm, dashboard or printed line", async () => {
    const places: Record<string, ReadonlyArray<unknown>> = {
      tables: await Promise.all(aws.dynamodb.tableNames().map((name) => aws.dynamodb.items(name))).then((all) =>
        all.flat()
      ),
      lines,
      metrics: aws.cloudwatch.metrics({}),
      notifications: aws.sns.published(),
      alarms: aws.cloudwatch.alarms(),
      dashboards: [...aws.cloudwatch.dashboards()],
      printed
    }
    for (const [place, written] of Object.entries(places)) {
      expect(written.length, place).toBeGreaterThan(0)
      const found = written.map((each) => JSON.stringify(each)).filter((text) => holds(text, { ...card, ...token }))
      expect(found, place).toEqual([])
    }
  })

  it("are in no request of a function but the bodies of the queue's own messages, and the token is in none at all", () => {
    const evidence: Array<string> = []
    for (const { actions, body } of requests) {
      expect(holds(body, token), actions.join()).toBe(false)
      if (!actions.includes("sqs:SendMessage")) {
        expect(holds(body, card), actions.join()).toBe(false)
        continue
      }
      const request = Object(JSON.parse(body))
      for (const { MessageAttributes } of [request, ...(request.Entries ?? [])])
        evidence.push(JSON.stringify(MessageAttributes?.resilience ?? {}))
    }
    expect(evidence.filter((text) => text.includes("lineageId")).length).toBeGreaterThan(0)
    expect(evidence.filter((text) => holds(text, { ...card, ...token }))).toEqual([])
  })

  it("are in no input, state or output of the stack but the one secret", () => {
    expect(holds(JSON.stringify(evaluation.outputs), { ...card, ...token })).toBe(false)
    const holders = evaluation.resources.filter(({ inputs, state }) => holds(JSON.stringify({ inputs, state }), token))
    expect(holders.map(({ type }) => type)).toEqual(["aws:secretsmanager/secretVersion:SecretVersion"])
  })
})
