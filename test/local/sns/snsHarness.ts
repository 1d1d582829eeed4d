/** An SNS behind the gateway over fake queues, with an SDK client and a clock of its own. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns"
import { systemClock } from "../../../local/EmbeddedService.ts"
import type { Delivery } from "../../../local/sns/model.ts"
import { createSns, type SnsService } from "../../../local/sns/SnsService.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"
import { FakeQueues } from "./FakeQueues.ts"

/** A running SNS and what tests do with it. */
export interface SnsHarness {
  readonly aws: OnGateway<SnsService>
  readonly client: SNSClient
  readonly queues: FakeQueues
  /** Every delivery so far; `slice` for those of one test. */
  readonly deliveries: ReadonlyArray<Delivery>
  /** A name that no other test uses. */
  readonly unique: (purpose: string) => string
  /** A topic with one subscribed queue. */
  readonly topicWithQueue: (attributes?: Record<string, string>) => Promise<{
    readonly TopicArn: string
    readonly queueArn: string
    readonly SubscriptionArn: string | undefined
  }>
  /** Lets time pass. */
  readonly advance: (milliseconds: number) => void
  readonly close: () => Promise<void>
}

/** Starts it, at the beginning of 2025. */
export const startSnsHarness = async (): Promise<SnsHarness> => {
  const queues = new FakeQueues()
  const deliveries: Array<Delivery> = []
  let now = Date.UTC(2025, 0, 1)
  let names = 0
  const unique = (purpose: string) => {
    names += 1
    return `${purpose}-${names}`
  }
  const aws = await onGateway((account, iam) =>
    createSns({ account, iam, sqs: queues, clock: { ...systemClock, now: () => now } })
  )
  const client = new SNSClient(aws.client())
  aws.service.onDelivery((delivery) => deliveries.push(delivery))
  return {
    aws,
    client,
    queues,
    deliveries,
    unique,
    topicWithQueue: async (attributes = {}) => {
      const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: unique("topic") }))
      const queueArn = queues.create(unique("queue"))
      const { SubscriptionArn } = await client.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: attributes })
      )
      return { TopicArn, queueArn, SubscriptionArn }
    },
    advance: (milliseconds) => {
      now += milliseconds
    },
    close: async () => {
      client.destroy()
      await aws.close()
    }
  }
}
