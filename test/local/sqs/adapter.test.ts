import { CreateQueueCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe } from "vitest"
import { Sqs } from "../../../handlers/aws/Sqs.ts"
import { sqsContract } from "../../handlers/aws/sqsContract.ts"
import { startTestSqs } from "./startTestSqs.ts"

describe("the handlers' SQS on the embedded one", () => {
  let url = ""
  let close: (() => Promise<void>) | undefined

  beforeAll(async () => {
    const sqs = await startTestSqs()
    close = sqs.close
    process.env["AWS_ENDPOINT_URL"] = sqs.endpoint
    process.env["AWS_REGION"] = "eu-central-1"
    process.env["AWS_ACCESS_KEY_ID"] = "test"
    process.env["AWS_SECRET_ACCESS_KEY"] = "test"
    url = (await sqs.client.send(new CreateQueueCommand({ QueueName: "adapter" }))).QueueUrl ?? ""
  })

  afterAll(() => close?.())

  sqsContract(Sqs.layer, () => url)
})
