/** Counts what AWS bills, at the prices of `../prices.ts`. */
import { priceList } from "../prices.ts"

/** Dollars a unit. */
export const prices = {
  sqsRequest: priceList.sqsRequest.dollars,
  lambdaInvocation: priceList.lambdaInvocation.dollars,
  lambdaGigabyteSecond: priceList.lambdaGigabyteSecond.dollars,
  dynamoDbWriteUnit: priceList.dynamoDbWriteUnit.dollars,
  dynamoDbReadUnit: priceList.dynamoDbReadUnit.dollars,
  s3Put: priceList.s3Put.dollars
} as const

/** Both functions have 512 MiB unless told otherwise. */
const memoryGigabytes = 0.5

/** An item of the failure ledger with a few lines of history is between one and two kilobytes. */
const ledgerItemWriteUnits = 2

/** The table and its three indexes, as if each write changed what each of them holds: a note of a send changes none of it. */
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
