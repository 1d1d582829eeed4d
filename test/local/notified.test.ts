/** Alerts on their way to webhooks, as the bundles run: one that works, and one that is down. */
import { createHmac, randomUUID } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, expect, it } from "vitest"
import { encodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { maxMessageBytes } from "../../handlers/failure/room.ts"
import { startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import { listen } from "../../local/listen.ts"

const marker = randomUUID()
const key = Buffer.alloc(32, 7)

/** Both webhooks: what they were told, and what the one for Slack answers. */
const slack = { status: 200 }
const told: Array<{ readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }> = []
const server = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    const path = String(request.url?.split("/").at(-1))
    told.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") })
    // More time than a notifier has: it leaves it to Lambda.
    response.writeHead(path === "slack" ? slack.status : 200, { "retry-after": "60" }).end(marker)
  })
})
const listening = await listen(server)
const aws = await startEmbeddedAws({ asyncRetryDelays: [10, 20] })
const { outputs, resources, error } = await aws.deploy({
  program: new URL("./pulumi/programs/notified.ts", import.meta.url),
  stack: "local",
  config: { webhookUrl: `${listening.url}/${marker}`, signingSecret: `whsec_${key.toString("base64")}` }
})
if (error !== undefined) throw error
const { region, endpoint } = aws.account
const credentials = aws.iam.administrator
const sqs = new SQSClient({ endpoint, region, credentials })

afterAll(async () => {
  sqs.destroy()
  await aws.close()
  await listening.close()
})

const toldTo = (path: string, part: string) => told.filter((each) => each.path === path && each.body.includes(part))

/** Waits for something that other processes do. */
const eventually = async <A>(look: () => A | undefined): Promise<A> => {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const QueueUrl = String(outputs["undeliveredAlertsQueueUrl"])

/** The undelivered alert that tells of something; others are left alone. */
const undelivered = async (part: string) => {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 1 })
    )
    const found = Messages.find(({ Body = "" }) => Body.includes(part))
    if (found !== undefined) return { record: JSON.parse(found.Body ?? ""), handle: found.ReceiptHandle }
  }
}

it("every queue takes messages as large as the functions count on", () => {
  const queues = resources.filter(({ type }) => type === "aws:sqs/queue:Queue").map(({ state }) => String(state["arn"]))
  expect(queues).toHaveLength(4)
  for (const arn of queues) expect(aws.sqs.attributes(arn)["MaximumMessageSize"]).toBe(String(maxMessageBytes))
})

const lineageId = randomUUID()
const records: Array<unknown> = []
const reason = "401 for lineage"

it("an alert for a webhook that is down is in the queue, and the other webhook has it, signed, once", async () => {
  slack.status = 503
  const at = Date.now()
  const failure = { class: "AuthFailure", reason, dependency: "payment-gateway", receiveCount: 1, at }
  const resilience = encodeEvidence({ version: 1, lineageId, firstSeen: at, healAttempts: 0, failure })
  await sqs.send(
    new SendMessageCommand({
      ...{ QueueUrl: String(outputs["deadLetterQueueUrl"]), MessageBody: "{}" },
      MessageAttributes: { resilience: { DataType: "String", StringValue: resilience } }
    })
  )
  const { record } = await undelivered(lineageId)
  expect(record).toMatchObject({
    version: "1.0",
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
    requestPayload: { Records: [{ EventSource: "aws:sns", Sns: { Message: expect.stringContaining(lineageId) } }] },
    responsePayload: {
      errorType: "WebhookUnavailable",
      errorMessage: "The webhook slack is unavailable: HTTP 503."
    }
  })
  expect(toldTo("slack", lineageId)).toHaveLength(3)

  await eventually(() => toldTo("audit", lineageId)[0])
  const [first, ...others] = toldTo("audit", lineageId)
  expect(others).toEqual([])
  const { headers, body = "" } = first ?? {}
  const signed = `${headers?.["webhook-id"]}.${headers?.["webhook-timestamp"]}.${body}`
  expect(headers?.["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`)
  expect(JSON.parse(body)).toMatchObject({
    ...{ kind: "alert", severity: "error", alert: { lineageId, status: "awaiting-operator" } },
    nextCommand: expect.stringMatching(/^aws s3 cp 's3:\/\/parcels-archive.*\.json' - --region '/)
  })
})

it("the alarm that tells of it goes to the webhook that works", async () => {
  const alarm = await eventually(() =>
    toldTo("audit", "alerts-undelivered").find(({ body }) => JSON.parse(body).alarm?.NewStateValue === "ALARM")
  )
  expect(JSON.parse(alarm.body)).toMatchObject({ kind: "alarm", state: "triggered", severity: "error" })
  // And not to the one that does not: so nothing of it is still on its way when that one is mended.
  records.push((await undelivered("alerts-undelivered")).record)
})

it("what is sent again as the runbook says reaches the webhook, and leaves the queue", async () => {
  slack.status = 200
  const { record, handle } = await undelivered(lineageId)
  records.push(record)
  const functionArn = String(record.requestContext.functionArn).replace(/:\$LATEST$/, "")
  const scope = `Credential=${credentials.accessKeyId}/20260101/${region}/lambda/aws4_request`
  const response = await fetch(`${endpoint}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`, {
    method: "POST",
    headers: {
      "x-amz-invocation-type": "Event",
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`
    },
    body: JSON.stringify(record.requestPayload)
  })
  expect(response.status).toBe(202)
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle }))
  await eventually(() => toldTo("slack", lineageId)[3])
})

it("what neither a webhook nor the queue behind it took is told by an alarm to the webhook that works", async () => {
  slack.status = 503
  const roleOf = (name: string) => String(resources.find((each) => each.name === name)?.state["name"])
  aws.iam.putRolePolicy(roleOf("parcels-notify-slack-role"), "mute", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "sqs:SendMessage", Resource: "*" }]
  })
  const alarmArn = resources.find(({ name }) => name === "parcels-messages-parked")?.state["arn"]
  aws.sns.publish(
    String(outputs["alertTopicArn"]),
    { message: randomUUID() },
    { service: "cloudwatch.amazonaws.com", sourceArn: String(alarmArn) }
  )
  const alarm = await eventually(() =>
    toldTo("audit", "alerts-lost").find(({ body }) => JSON.parse(body).alarm?.NewStateValue === "ALARM")
  )
  expect(JSON.parse(alarm.body)).toMatchObject({ kind: "alarm", state: "triggered", severity: "error" })
})

it("neither URLs nor keys are anywhere but in their secret", async () => {
  const secret = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(marker))
  expect(secret.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "aws:secretsmanager/secretVersion:SecretVersion parcels-webhooks-version"
  ])
  const groups = resources.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")
  const lines = groups.flatMap(({ state }) => aws.cloudwatch.logs(String(state["name"])).map(({ message }) => message))
  expect(lines.some((line) => line.includes("A webhook was not told of a notice."))).toBe(true)
  const published = aws.sns.published().map(({ message }) => message)
  for (const text of [...lines, ...published, JSON.stringify(records), JSON.stringify(outputs)]) {
    expect(text).not.toContain(marker)
    expect(text).not.toContain(key.toString("base64"))
  }
})
