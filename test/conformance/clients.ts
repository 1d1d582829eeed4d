/** SDK clients for the endpoint under test. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SNSClient } from "@aws-sdk/client-sns"
import { SQSClient } from "@aws-sdk/client-sqs"
import type { ConformanceClients } from "./Expectation.ts"

/** Where the clients go. */
export interface ClientOptions {
  /** One endpoint for every service; without it the clients go to AWS. */
  readonly endpoint?: string | undefined
  readonly region: string
  /** @default the SDK's own chain: environment, profile, instance … */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

/** Clients of every service, and the end of them. */
export const createClients = (options: ClientOptions): ConformanceClients & { readonly close: () => void } => {
  const { endpoint, region, credentials } = options
  const configuration = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials })
  }
  const clients = {
    sqs: new SQSClient(configuration),
    sns: new SNSClient(configuration),
    dynamodb: new DynamoDBClient(configuration),
    secretsmanager: new SecretsManagerClient(configuration),
    // An emulator rarely answers on a host name a bucket.
    s3: new S3Client({ ...configuration, forcePathStyle: endpoint !== undefined })
  }
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy()
    }
  }
}
