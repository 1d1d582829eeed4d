/** SNS inside the process: topics that deliver to queues and functions, and e-mail that is listed instead of sent. */
import type { Account } from "../Account.ts"
import type { Clock, EmbeddedService } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { authorizationsOf } from "./authorizations.ts"
import { Deliverer, type Functions, type Queues } from "./deliver.ts"
import type { Delivery, Publication, PublishedMessage } from "./model.ts"
import { operations } from "./operations.ts"
import { Publisher } from "./Publisher.ts"
import { errorAnswer, Fields, resultAnswer } from "./queryProtocol.ts"
import { snsResources } from "./resources.ts"
import { SnsError } from "./SnsError.ts"
import { Topics } from "./Topics.ts"

/** SNS inside the process. */
export interface SnsService extends EmbeddedService {
  readonly resources: ResourceProviders
  /**
   * Publishes for another service, e.g. a CloudWatch alarm's action. The topic's policy decides, if it has one.
   * Throws `SnsError`: `AuthorizationError`, `NotFound`, `InvalidParameter`.
   * @param from who publishes. @default `cloudwatch.amazonaws.com`
   */
  readonly publish: (
    topicArn: string,
    publication: Publication,
    from?: { readonly service: string; readonly sourceArn?: string }
  ) => { readonly messageId: string }
  /** The latest 10,000 messages of every topic, oldest first. */
  readonly published: () => ReadonlyArray<PublishedMessage>
  /** Tells of each message as a topic accepts it; the answer ends that. */
  readonly onPublish: (listener: (message: PublishedMessage) => void) => () => void
  /** Tells what became of each message at each subscription (e-mail among them); the answer ends that. */
  readonly onDelivery: (listener: (delivery: Delivery) => void) => () => void
  readonly close: () => void
}

/** What SNS is made of. */
export interface SnsOptions {
  readonly account: Account
  readonly clock: Clock
  readonly iam: Pick<Iam, "decide">
  readonly sqs: Queues
  /** @default there are none */
  readonly lambda?: Functions | undefined
}

const noFunctions: Functions = {
  invokeAsync: (functionArn) => {
    throw new Error(`ResourceNotFoundException: Function not found: ${functionArn}`)
  },
  resourcePolicy: () => undefined
}

/** Starts an SNS without topics. */
export const createSns = ({ account, clock, iam, sqs, lambda = noFunctions }: SnsOptions): SnsService => {
  const topics = new Topics(account)
  const publisher = new Publisher(clock, new Deliverer(account, iam, sqs, lambda))
  return {
    signingName: "sns",
    authorizations: (request) => {
      const fields = Fields.of(request)
      const operation = fields.text("Action") ?? ""
      return operations.has(operation) ? authorizationsOf(account, topics, operation, fields) : []
    },
    handle: async (request) => {
      const fields = Fields.of(request)
      const name = fields.text("Action") ?? ""
      const operation = operations.get(name)
      if (!operation)
        return errorAnswer(400, "InvalidAction", `The embedded AWS does not support the SNS action "${name}".`)
      try {
        return resultAnswer(name, operation({ account, topics, publisher }, fields))
      } catch (error) {
        if (error instanceof SnsError) return errorAnswer(error.status, error.code, error.message)
        throw error
      }
    },
    error: (_request, status, code, message) => errorAnswer(status, code, message),
    resources: snsResources(account, topics),
    publish: (topicArn, publication, from = { service: "cloudwatch.amazonaws.com" }) => {
      const topic = topics.get(topicArn)
      if (topic.policy) {
        const decision = iam.decide(
          { kind: "service", service: from.service },
          {
            action: "sns:Publish",
            resource: topicArn,
            resourcePolicy: topic.policy,
            context: {
              "aws:SourceAccount": account.accountId,
              "aws:SourceOwner": account.accountId,
              "aws:SecureTransport": "true",
              ...(from.sourceArn === undefined ? {} : { "aws:SourceArn": from.sourceArn })
            }
          }
        )
        if (!decision.allowed) throw new SnsError("AuthorizationError", decision.message)
      }
      return { messageId: publisher.publish(topic, publication).messageId }
    },
    published: () => publisher.published(),
    onPublish: (listener) => publisher.onPublish(listener),
    onDelivery: (listener) => publisher.onDelivery(listener),
    close: () => {}
  }
}
