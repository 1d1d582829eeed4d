/** An AWS inside the process: the services, wired, and the way to deploy a Pulumi program to them. */
import { type Account, embeddedAccountId } from "./Account.ts"
import { createHttpApi, type HttpApiService } from "./apigateway/createHttpApi.ts"
import { createCloudFront } from "./cloudfront/createCloudFront.ts"
import type { CloudWatch } from "./cloudwatch/CloudWatch.ts"
import { createCloudWatch } from "./cloudwatch/createCloudWatch.ts"
import { logsApi } from "./cloudwatch/readApi.ts"
import { createDynamoDb, type DynamoDbService } from "./dynamodb/DynamoDbService.ts"
import { type Clock, systemClock } from "./EmbeddedService.ts"
import type { Faults } from "./faults/Faults.ts"
import { startGateway } from "./gateway/startGateway.ts"
import { createIam } from "./iam/createIam.ts"
import type { Iam } from "./iam/Iam.ts"
import { createKms, type Kms } from "./kms/Kms.ts"
import { createLambda } from "./lambda/createLambda.ts"
import type { LambdaService } from "./lambda/LambdaService.ts"
import { onPreferredPort } from "./listen.ts"
import { type Evaluation, type EvaluationOptions, evaluateProgram } from "./pulumi/evaluateProgram.ts"
import { awsInvokes } from "./pulumi/invokes.ts"
import { createS3, type S3Service } from "./s3/S3Service.ts"
import { createSecretsManager, type SecretsManagerService } from "./secretsmanager/SecretsManagerService.ts"
import { createSns, type SnsService } from "./sns/SnsService.ts"
import { createSqs } from "./sqs/createSqs.ts"
import type { SqsService } from "./sqs/SqsService.ts"
import { createXRay, type XRay } from "./xray/XRay.ts"

/** How to start an embedded AWS. */
export interface EmbeddedAwsOptions {
  /** @default eu-west-1 */
  readonly region?: string | undefined
  /** Preferred port of the AWS endpoint; a free one when it is taken. @default a free port */
  readonly port?: number | undefined
  /** Preferred port of the first HTTP API; a free one when it is taken. @default a free port */
  readonly apiPort?: number | undefined
  /** Preferred port of the first CloudFront distribution; a free one when it is taken. @default a free port */
  readonly distributionPort?: number | undefined
  /** @default the machine's clock */
  readonly clock?: Clock | undefined
  /** Whether event source mappings poll by themselves; else `lambda.deliver` has them take a batch. @default true */
  readonly polling?: boolean | undefined
  /** How long the retries of an asynchronous invocation wait, in milliseconds. @default a second and two */
  readonly asyncRetryDelays?: readonly [number, number] | undefined
  /** Injects faults into the services' answers, and kills functions. @default none */
  readonly faults?: Pick<Faults, "intercept" | "nextKill"> | undefined
}

/** A message that SNS put into a queue. */
export interface QueuedMessage {
  readonly queueArn: string
  readonly messageId: string
  readonly body: string
}

/** A running embedded AWS. */
export interface EmbeddedAws {
  readonly account: Account
  readonly iam: Iam
  readonly sqs: SqsService
  readonly sns: SnsService
  readonly s3: S3Service
  readonly dynamodb: DynamoDbService
  readonly secretsmanager: SecretsManagerService
  readonly cloudwatch: CloudWatch
  readonly lambda: LambdaService
  readonly xray: XRay
  readonly kms: Kms
  readonly httpApi: HttpApiService
  /** Tells of each message that SNS puts into a queue; the answer ends that. */
  readonly onQueued: (listener: (message: QueuedMessage) => void) => () => void
  /** Evaluates a Pulumi program; each resource that it registers is created on the services. Never rejects. */
  readonly deploy: (options: Omit<EvaluationOptions, "providers" | "invokes">) => Promise<Evaluation>
  /** Stops everything: no process, no socket, no timer is left. */
  readonly close: () => Promise<void>
}

/** Starts an embedded AWS without resources. */
export const startEmbeddedAws = async (options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> => {
  const { region = "eu-west-1", clock = systemClock } = options
  const identity = { accountId: embeddedAccountId, region }
  const kms = createKms(identity)
  const iam = kms.guard(createIam(identity))
  const { faults } = options
  const gateway = await onPreferredPort(options.port, (port) =>
    startGateway({ iam, port, intercept: faults?.intercept })
  )
  const account: Account = { ...identity, endpoint: gateway.endpoint }

  const sqs = createSqs({ account, clock, iam })
  const listeners = new Set<(message: QueuedMessage) => void>()
  const queues: Pick<SqsService, "send" | "attributes" | "queueArns"> = {
    send: (queueArn, message) => {
      const sent = sqs.send(queueArn, message)
      for (const listener of listeners) listener({ queueArn, messageId: sent.messageId, body: message.body })
      return sent
    },
    attributes: sqs.attributes,
    queueArns: sqs.queueArns
  }
  const sns = createSns({
    ...{ account, clock, iam, sqs: queues },
    // Functions come later: CloudWatch, which they write to, tells topics.
    lambda: {
      invokeAsync: (functionArn, event) => lambda.invokeAsync(functionArn, event),
      resourcePolicy: (functionArn) => lambda.resourcePolicy(functionArn)
    }
  })
  const s3 = createS3({ account, clock })
  const dynamodb = createDynamoDb({ account, clock })
  const secretsmanager = createSecretsManager({ account, clock })
  const cloudwatch = createCloudWatch({ account, clock, sns })
  cloudwatch.watchQueues(sqs)
  const closeServices = (): void => {
    cloudwatch.close()
    for (const service of [sns, s3, dynamodb, secretsmanager, sqs]) service.close()
  }
  const xray = createXRay(iam)
  const lambda = await createLambda({
    account,
    clock,
    iam,
    sqs,
    cloudwatch,
    xray,
    polling: options.polling,
    asyncRetryDelays: options.asyncRetryDelays,
    nextKill: faults?.nextKill
  })
  const httpApi = await onPreferredPort(options.apiPort, (port) =>
    createHttpApi({ account, lambda, iam, cloudwatch, port, clock })
  )
  const cloudfront = createCloudFront({ account, iam, s3, port: options.distributionPort })
  const started = { iam, sqs, sns, s3, dynamodb, secretsmanager, cloudwatch, lambda, httpApi }
  for (const service of [sqs, sns, s3, dynamodb, secretsmanager, cloudwatch, lambda]) gateway.register(service)
  gateway.register(logsApi(account, cloudwatch))
  const services = Object.assign({}, ...[...Object.values(started), cloudfront, kms].map(({ resources }) => resources))
  const providers = kms.watch(services, iam)

  return {
    account,
    ...started,
    xray,
    kms,
    onQueued: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    deploy: (deployment) =>
      evaluateProgram({
        ...deployment,
        config: { "aws:region": region, ...deployment.config },
        providers,
        invokes: awsInvokes(account)
      }),
    close: async () => {
      // From the outside in: nothing new comes in, functions end while the services that they call still answer.
      await cloudfront.close()
      await httpApi.close()
      await lambda.close()
      await gateway.close()
      closeServices()
    }
  }
}
