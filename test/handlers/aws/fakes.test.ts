import { describe } from "@effect/vitest"
import { makeFakeS3 } from "./fakeS3.ts"
import { makeFakeSqs } from "./fakeSqs.ts"
import { s3Contract } from "./s3Contract.ts"
import { sqsContract } from "./sqsContract.ts"

describe("the fake SQS", () => {
  sqsContract(makeFakeSqs().layer, () => "https://sqs/queue")
})

describe("the fake S3", () => {
  s3Contract(makeFakeS3().layer, "bucket")
})
