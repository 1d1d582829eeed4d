import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { awsErrorOf } from "../../../handlers/aws/sdkError.ts"
import { type EmbeddedAws, startEmbeddedAws } from "../../../local/EmbeddedAws.ts"
import type { EmbeddedService, ServiceRequest } from "../../../local/EmbeddedService.ts"
import { createFaults, type Fault, type Faults } from "../../../local/faults/Faults.ts"
import type { Intercept, Interception } from "../../../local/gateway/Interception.ts"

const service = (signingName: string): EmbeddedService => ({
  signingName,
  authorizations: () => [],
  handle: async () => ({ status: 200, body: "" }),
  error: (_, status, code) => ({ status, body: code })
})

const requestOf = (principal: ServiceRequest["principal"]): ServiceRequest => ({
  principal,
  method: "POST",
  url: new URL("http://127.0.0.1/"),
  headers: {},
  body: Buffer.alloc(0),
  signal: new AbortController().signal
})
const byRole = requestOf({ kind: "role", arn: "arn", roleName: "role", sessionName: "session" })
const byAdministrator = requestOf({ kind: "administrator", arn: "arn" })

const calls = (intercept: Intercept, name: string, action: string, count: number, request = byRole) =>
  Array.from({ length: count }, (): Interception | undefined =>
    intercept(service(name), request, [`${name}:${action}`])
  )

const everyKind: ReadonlyArray<Fault> = [
  { kind: "throttling", probability: 0.05 },
  { kind: "error", probability: 0.05, calls: 4 },
  { kind: "latency", probability: 0.1, milliseconds: 50 },
  { kind: "reset", probability: 0.05 },
  { kind: "lost-response", probability: 0.05 },
  { kind: "kill", probability: 0.1, milliseconds: 80 }
]

describe("faults", () => {
  it("befall the same calls for the same seed, however the calls of different actions are mixed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { minLength: 50, maxLength: 200 }), (seed, mixture) => {
        const mixed = createFaults(seed, everyKind)
        const puts: Array<unknown> = []
        const sends: Array<unknown> = []
        for (const isPut of mixture)
          if (isPut) puts.push(...calls(mixed.intercept, "dynamodb", "PutItem", 1))
          else sends.push(...calls(mixed.intercept, "sqs", "SendMessage", 1))
        const apart = createFaults(seed, everyKind)
        expect(calls(apart.intercept, "sqs", "SendMessage", sends.length)).toEqual(sends)
        expect(calls(apart.intercept, "dynamodb", "PutItem", puts.length)).toEqual(puts)
      })
    )
  })

  it("befall other calls for another seed", () => {
    const [one, other] = [1, 2].map((seed) => calls(createFaults(seed, everyKind).intercept, "sqs", "SendMessage", 100))
    expect(one).not.toEqual(other)
  })

  it("come as often as they are meant to, and are counted by kind", () => {
    const faults = createFaults(7, [
      { kind: "error", probability: 0.1 },
      { kind: "kill", probability: 0.25, milliseconds: 10 }
    ])
    const befallen = calls(faults.intercept, "s3", "PutObject", 10_000).filter((each) => each !== undefined).length
    expect(befallen).toBeGreaterThan(850)
    expect(befallen).toBeLessThan(1150)
    const kills = Array.from({ length: 1000 }, () => faults.nextKill("consumer-1a2b3c4")).flatMap((kill) => kill ?? [])
    expect(kills.length).toBeGreaterThan(190)
    expect(kills.length).toBeLessThan(310)
    expect(kills.every(({ afterMilliseconds }) => afterMilliseconds >= 0 && afterMilliseconds < 10)).toBe(true)
    for (const { onKilled } of kills) onKilled()
    expect(faults.injected()).toEqual({
      throttling: 0,
      error: befallen,
      latency: 0,
      reset: 0,
      "lost-response": 0,
      kill: kills.length
    })
  })

  it("befall as many calls in a row as they are told to", () => {
    const befallen = calls(
      createFaults(3, [{ kind: "error", probability: 0.01, calls: 5 }]).intercept,
      "sqs",
      "SendMessage",
      2000
    )
      .map((each) => (each === undefined ? " " : "x"))
      .join("")
      .split(/ +/)
      .filter((run) => run !== "")
    // One that reaches the end may be cut off there.
    for (const run of befallen.slice(0, -1)) expect(run.length).toBeGreaterThanOrEqual(5)
    expect(befallen.length).toBeGreaterThan(5)
  })

  it("keep to their service, action and function", () => {
    const faults = createFaults(1, [
      { kind: "reset", probability: 1, service: "sqs", action: "SendMessage" },
      { kind: "kill", probability: 1, functionName: "consumer" }
    ])
    expect(calls(faults.intercept, "sqs", "SendMessage", 1)).toEqual([{ kind: "reset" }])
    expect(calls(faults.intercept, "sqs", "DeleteMessage", 1)).toEqual([undefined])
    expect(calls(faults.intercept, "sns", "SendMessage", 1)).toEqual([undefined])
    expect(faults.nextKill("orders-consumer-12ab")).toBeDefined()
    expect(faults.nextKill("orders-healer-12ab")).toBeUndefined()
  })

  it("never befall an administrator, and nobody once they are stopped", () => {
    const faults = createFaults(1, [
      { kind: "reset", probability: 1 },
      { kind: "kill", probability: 1 }
    ])
    expect(calls(faults.intercept, "sqs", "SendMessage", 3, byAdministrator)).toEqual([undefined, undefined, undefined])
    expect(calls(faults.intercept, "sqs", "SendMessage", 1)).toEqual([{ kind: "reset" }])
    faults.stop()
    expect(calls(faults.intercept, "sqs", "SendMessage", 1)).toEqual([undefined])
    expect(faults.nextKill("consumer")).toBeUndefined()
    expect(faults.injected()).toMatchObject({ reset: 1, kill: 0 })
  })
})

describe("an SDK client of a role", () => {
  let aws: EmbeddedAws
  let current: Faults | undefined

  beforeAll(async () => {
    aws = await startEmbeddedAws({
      faults: { intercept: (...call) => current?.intercept(...call), nextKill: () => undefined }
    })
    const create = (type: string, name: string, inputs: Record<string, unknown>) =>
      [aws.iam, aws.sqs, aws.sns, aws.s3, aws.dynamodb].flatMap(({ resources }) => resources[type] ?? [])[0]?.({
        urn: `urn:${name}`,
        name,
        type,
        inputs
      })
    await create("aws:iam/role:Role", "r", {
      name: "r",
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
      })
    })
    aws.iam.putRolePolicy("r", "all", { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] })
    await create("aws:sqs/queue:Queue", "q", { name: "q" })
  })
  afterAll(() => aws.close())

  const client = () => ({
    region: aws.account.region,
    endpoint: aws.account.endpoint,
    credentials: aws.iam.assumeRole(`arn:aws:iam::${aws.account.accountId}:role/r`, "session"),
    maxAttempts: 1
  })
  const send = (sqs: SQSClient) =>
    sqs.send(new SendMessageCommand({ QueueUrl: `${aws.account.endpoint}/123456789012/q`, MessageBody: "hello" }))
  const queueArn = () => aws.sqs.queueArns()[0] ?? ""

  const failing = {
    sqs: () => send(new SQSClient(client())),
    sns: () => new SNSClient(client()).send(new PublishCommand({ TopicArn: `arn:aws:sns:x:1:t`, Message: "m" })),
    dynamodb: () => new DynamoDBClient(client()).send(new GetItemCommand({ TableName: "table", Key: {} })),
    s3: () => new S3Client(client()).send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body: "b" }))
  }

  it.each(
    Object.entries(failing).flatMap(([name, call]) => [
      ["throttling", name, call] as const,
      ["error", name, call] as const
    ])
  )("understands %s of %s as a dependency's failure", async (kind, name, call) => {
    // Enough seeds to draw each of the service's errors.
    for (let seed = 0; seed < 12; seed++) {
      current = createFaults(seed, [{ kind, probability: 1 }])
      const error = await call().catch((thrown: unknown) => thrown)
      expect(awsErrorOf({ service: name, operation: "Call" }, error)).toMatchObject({ _tag: "DependencyFailure" })
      const retryable: unknown = Object(error).$retryable ?? Object(error).$metadata.httpStatusCode
      expect(retryable).toBeDefined()
    }
  })

  it("loses the answer of a call that takes effect", async () => {
    const before = aws.sqs.depth(queueArn()).visible
    current = createFaults(1, [{ kind: "lost-response", probability: 1 }])
    await expect(send(new SQSClient(client()))).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(aws.sqs.depth(queueArn()).visible).toBe(before + 1)
  })

  it("loses the connection before a call takes effect", async () => {
    const before = aws.sqs.depth(queueArn()).visible
    current = createFaults(1, [{ kind: "reset", probability: 1 }])
    await expect(send(new SQSClient(client()))).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(aws.sqs.depth(queueArn()).visible).toBe(before)
  })

  it("waits for a late answer", async () => {
    current = createFaults(1, [{ kind: "latency", probability: 1, milliseconds: 20 }])
    expect((await send(new SQSClient(client()))).MessageId).toBeDefined()
    expect(current.injected().latency).toBe(1)
  })
})
