/** Counts what AWS bills. Prices: US East (N. Virginia), on demand, no free tier; see docs/outage.md for the pages. */

/** Dollars a unit. */
export const prices = {
  /** A request of a standard queue; up to ten messages and 64 KB are one request. */
  sqsRequest: 0.4e-6,
  lambdaInvocation: 0.2e-6,
  /** arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  /** On demand: a kilobyte written, in the table and in each index that holds it. */
  dynamoDbWriteUnit: 0.625e-6,
  /** On demand: four kilobytes read strongly consistently. */
  dynamoDbReadUnit: 0.125e-6,
  s3Put: 5e-6
} as const

/** Both functions have 512 MiB unless told otherwise. */
const memoryGigabytes = 0.5

/** An item of the failure ledger with a few lines of history is between one and two kilobytes. */
const ledgerItemWriteUnits = 2

/** The table and its three indexes, which hold whole items. */
const ledgerCopies = 4

/** What AWS bills for one policy. */
export class Bill {
  sqsSend = 0
  sqsReceive = 0
  sqsDelete = 0
  sqsChangeVisibility = 0
  dynamoDbReads = 0
  dynamoDbWrites = 0
  dynamoDbWriteUnits = 0
  /** Of the writes to DynamoDB, those to the failure ledger; and how often a message was held. */
  ledgerWrites = 0
  holds = 0
  s3Puts = 0
  lambdaInvocations = 0
  lambdaSeconds = 0

  /** One run of a function. */
  invocation(seconds: number): void {
    this.lambdaInvocations++
    this.lambdaSeconds += seconds
  }

  /** A conditional change of a ledger item. */
  ledgerChange(): void {
    this.ledgerWrites++
    this.dynamoDbReads++
    this.dynamoDbWrites++
    this.dynamoDbWriteUnits += ledgerItemWriteUnits * ledgerCopies
  }

  /** A write of a ledger item that was not read before. */
  ledgerUpdate(): void {
    this.ledgerWrites++
    this.dynamoDbWrites++
    this.dynamoDbWriteUnits += ledgerItemWriteUnits * ledgerCopies
  }

  /** A conditional change of a breaker's item, which no index holds. */
  breakerChange(): void {
    this.dynamoDbReads++
    this.dynamoDbWrites++
    this.dynamoDbWriteUnits++
  }

  /** Requests to SQS. */
  get sqsRequests(): number {
    return this.sqsSend + this.sqsReceive + this.sqsDelete + this.sqsChangeVisibility
  }

  /** Requests to SQS, DynamoDB and S3. */
  get apiCalls(): number {
    return this.sqsRequests + this.dynamoDbReads + this.dynamoDbWrites + this.s3Puts
  }

  /** By service. */
  get dollarsByService() {
    return {
      sqs: this.sqsRequests * prices.sqsRequest,
      lambda:
        this.lambdaInvocations * prices.lambdaInvocation +
        this.lambdaSeconds * memoryGigabytes * prices.lambdaGigabyteSecond,
      dynamoDb: this.dynamoDbReads * prices.dynamoDbReadUnit + this.dynamoDbWriteUnits * prices.dynamoDbWriteUnit,
      s3: this.s3Puts * prices.s3Put
    }
  }

  get dollars(): number {
    const { sqs, lambda, dynamoDb, s3 } = this.dollarsByService
    return sqs + lambda + dynamoDb + s3
  }
}
