/**
 * What AWS charges: list prices of November 2026, US East (N. Virginia), on demand, no free tier, in dollars a unit.
 */

/** One price. */
export interface Price {
  readonly dollars: number
  /** What one unit is. */
  readonly unit: string
  /** The page that says so. */
  readonly page: string
}

/** When these were the prices. */
export const pricesAsOf = "November 2026"

const sqsPage = "https://aws.amazon.com/sqs/pricing/"
const lambdaPage = "https://aws.amazon.com/lambda/pricing/"
const dynamoDbPage = "https://aws.amazon.com/dynamodb/pricing/on-demand/"

/** The prices that the benches use. */
export const priceList = {
  sqsRequest: {
    dollars: 0.4e-6,
    unit: "request of a standard queue; up to ten messages and 64 KB are one request",
    page: sqsPage
  },
  snsPublish: {
    dollars: 0.5e-6,
    unit: "publication of up to 64 KB; its delivery to SQS is free",
    page: "https://aws.amazon.com/sns/pricing/"
  },
  apiRequest: {
    dollars: 1e-6,
    unit: "request of an HTTP API of up to 512 KB",
    page: "https://aws.amazon.com/api-gateway/pricing/"
  },
  lambdaInvocation: { dollars: 0.2e-6, unit: "invocation", page: lambdaPage },
  lambdaGigabyteSecond: { dollars: 0.0000133334, unit: "gigabyte-second on arm64", page: lambdaPage },
  dynamoDbWriteUnit: {
    dollars: 0.625e-6,
    unit: "kilobyte written, in the table and in each index that holds it",
    page: dynamoDbPage
  },
  dynamoDbReadUnit: { dollars: 0.125e-6, unit: "four kilobytes read strongly consistently", page: dynamoDbPage },
  s3Put: { dollars: 5e-6, unit: "PUT", page: "https://aws.amazon.com/s3/pricing/" },
  trace: {
    dollars: 5e-6,
    unit: "trace recorded, where functions are traced: of each the first one a second and a twentieth of the others, which cannot be changed",
    page: "https://aws.amazon.com/xray/pricing/"
  },
  logByte: { dollars: 0.5e-9, unit: "byte of logs taken in", page: "https://aws.amazon.com/cloudwatch/pricing/" }
} as const satisfies Readonly<Record<string, Price>>

/** What a custom metric costs by the month, however many values it has; by the hours in which it has any. */
export const customMetricMonth: Price = {
  dollars: 0.3,
  unit: "custom metric and month",
  page: "https://aws.amazon.com/cloudwatch/pricing/"
}
