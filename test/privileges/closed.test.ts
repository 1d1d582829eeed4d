import { randomUUID } from "node:crypto"
import { GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3"
import { PublishCommand } from "@aws-sdk/client-sns"
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { clicked } from "./exercises/dashboard.ts"
import { placeOf, sites } from "./exercises/healing.ts"
import { type Clients, type Subject, startSubject } from "./startSubject.ts"

let subject: Subject

beforeAll(async () => {
  // As in production: closed to all but its own functions, and one role that is not there.
  subject = await startSubject({ trustedRoleArns: JSON.stringify(["arn:aws:iam::123456789012:role/on-call"]) })
}, 120_000)

afterAll(() => subject.close())

const queue = (place: string) => subject.aws.sqs.queueUrl(placeOf(subject, sites.orders, place))

/** What somebody does to everything that holds messages, by what it is called. */
const attempts = ({ sqs, sns, dynamodb, s3 }: Clients): Readonly<Record<string, () => Promise<unknown>>> => {
  const Bucket = subject.output("archiveBucketName")
  const Key = { orderId: { S: "O1" } }
  return {
    "send an order": () => sqs.send(new SendMessageCommand({ QueueUrl: queue("mainQueueArn"), MessageBody: "{}" })),
    "forge a dead letter": () =>
      sqs.send(new SendMessageCommand({ QueueUrl: queue("deadLetterQueueArn"), MessageBody: "{}" })),
    "read dead letters": () => sqs.send(new ReceiveMessageCommand({ QueueUrl: queue("deadLetterQueueArn") })),
    "read what is parked": () => sqs.send(new ReceiveMessageCommand({ QueueUrl: queue("parkingQueueArn") })),
    "publish an order": () =>
      sns.send(new PublishCommand({ TopicArn: subject.output("orderTopicArn"), Message: "{}" })),
    "publish an alert": () =>
      sns.send(new PublishCommand({ TopicArn: subject.output("alertTopicArn"), Message: "{}" })),
    "read an order": () => dynamodb.send(new GetItemCommand({ TableName: subject.output("ordersTableName"), Key })),
    "read all failures": () => dynamodb.send(new ScanCommand({ TableName: subject.output("failuresTableName") })),
    "list the archive": () => s3.send(new ListObjectsV2Command({ Bucket })),
    "read the archive": () => s3.send(new GetObjectCommand({ Bucket, Key: "class=X/1.json" })),
    "forge the archive": () => s3.send(new PutObjectCommand({ Bucket, Key: "class=X/1.json", Body: "{}" }))
  }
}

const answersTo = async (clients: Clients): Promise<Readonly<Record<string, string>>> => {
  const answers: Record<string, string> = {}
  for (const [name, attempt] of Object.entries(attempts(clients)))
    answers[name] = await attempt().then(
      () => "done",
      (error: unknown) => (/explicit deny in a resource-based policy/.test(String(error)) ? "denied" : String(error))
    )
  return answers
}

describe("a closed stack", () => {
  it("takes orders, stores them, and archives what fails, as any other", async () => {
    const good = randomUUID()
    const { status } = await subject.api("POST", "/orders", { orderId: good, itemName: "Laptop", quantity: 1 })
    const main = placeOf(subject, sites.orders, "mainQueueArn")
    const dead = placeOf(subject, sites.orders, "deadLetterQueueArn")
    expect([status, subject.depth(main)]).toEqual([202, "1 visible"])
    await subject.aws.lambda.deliver(main)
    expect((await subject.api("GET", `/orders/${good}`)).body).toMatchObject({ status: "stored" })
    const bad = randomUUID()
    await subject.api("POST", "/orders", { orderId: bad, itemName: "ChaosAuthFailure", quantity: 1 })
    await subject.aws.lambda.deliver(main)
    expect(subject.depth(dead)).toBe("1 visible")
    await subject.aws.lambda.deliver(dead)
    expect(subject.depth(dead)).toBe("empty")
    expect((await subject.api("GET", `/orders/${bad}`)).body).toMatchObject({
      status: "failed",
      failure: { class: "AUTH_FAILURE" }
    })
    expect(subject.aws.sns.published().map(({ topicArn }) => topicArn)).toContain(subject.output("alertTopicArn"))
    expect(subject.aws.s3.objects(subject.output("archiveBucketName"))).toHaveLength(1)
  })

  it("lets an operator replay on the dashboard, through functions that are let in, and touch no message himself", async () => {
    const items = await subject.items(subject.output("failuresTableName"))
    const failed = items.find((item) => item["status"] === "awaiting-operator")
    const group = { fingerprint: String(failed?.["fingerprint"]).slice(0, 14), status: "awaiting-operator" }
    const { html: groups } = await clicked(subject, "operator", "orders-widget", {})
    expect(groups).toContain(group.fingerprint)
    const over = new AbortController()
    const pressed = clicked(subject, "operator", "orders-replay", group).finally(() => over.abort())
    pressed.catch(() => undefined)
    while (!over.signal.aborted) {
      for (const place of ["mainQueueArn", "deadLetterQueueArn"])
        await subject.aws.lambda.deliver(placeOf(subject, sites.orders, place))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { html } = await pressed
    // The order asks for this failure: it has been sent, and has come back.
    expect(html).toContain("Replayed 1 of 1 message: 0 recovered, 1 failed again, 0 left alone.")
    const answers = await answersTo(subject.as("operator"))
    expect(new Set(Object.values(answers))).toEqual(new Set(["denied"]))
  })

  it("lets an administrator touch no message, whatever his own policies allow", async () => {
    const answers = await answersTo(subject.administrator)
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, "denied"])))
  })

  it("lets an administrator manage", async () => {
    const AttributeNames = ["Policy" as const]
    const { Attributes } = await subject.administrator.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue("mainQueueArn"), AttributeNames })
    )
    expect(Attributes?.Policy).toContain("SendersOnly")
  })
})

/** Has a client say that it did without TLS. */
const inTheClear =
  (next: (args: object) => unknown) =>
  (args: object): unknown => {
    Object.assign(Object(args).request.headers, { "x-forwarded-proto": "http" })
    return next(args)
  }

describe("a request that does not come over TLS", () => {
  it("is denied by everything, and to the functions' own roles as well", async () => {
    for (const role of ["orders-healer-role", "orders-consumer-role", "orders-place-order-role"]) {
      const clients = subject.as(role)
      for (const client of [clients.sqs, clients.sns, clients.dynamodb, clients.s3])
        Object(client.middlewareStack).add(inTheClear, { step: "build" })
      const answers = await answersTo(clients)
      const others = Object.entries(answers).filter(([, answer]) => answer !== "denied")
      expect(others, role).toEqual([])
    }
  })
})
