/** Requests to SQS without HTTP, as the gateway hands them over. */
import type { Principal, ServiceRequest } from "../../../local/EmbeddedService.ts"
import type { SqsService } from "../../../local/sqs/SqsService.ts"
import { administrator } from "./startTestSqs.ts"

/** A request to one operation. */
export const requestTo = (operation: string, input: object, principal: Principal = administrator): ServiceRequest => ({
  principal,
  method: "POST",
  url: new URL("http://127.0.0.1/"),
  headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
  signal: new AbortController().signal
})

/** What SQS answers: the status, the headers, and the members of the body. */
export const call = async (service: SqsService, operation: string, input: object, principal?: Principal) => {
  const { status, headers, body } = await service.handle(requestTo(operation, input, principal))
  const members: Readonly<Record<string, unknown>> = JSON.parse(body.toString())
  return { status, headers, members }
}

/** Creates a queue and answers its ARN and URL. */
export const createQueue = async (
  service: SqsService,
  name: string,
  attributes: Readonly<Record<string, string>> = {}
): Promise<{ readonly arn: string; readonly url: string }> => {
  const { status, members } = await call(service, "CreateQueue", { QueueName: name, Attributes: attributes })
  if (status !== 200) throw new Error(`CreateQueue was refused: ${members["message"]}`)
  const url = String(members["QueueUrl"])
  const arn = service.queueArns().find((candidate) => service.queueUrl(candidate) === url)
  if (arn === undefined) throw new Error(`there is no queue at ${url}`)
  return { arn, url }
}

/** Receives at once, without waiting. */
export const receiveNow = (service: SqsService, queueArn: string, maxMessages = 10) =>
  service.receive(queueArn, { maxMessages, waitSeconds: 0, signal: new AbortController().signal })
