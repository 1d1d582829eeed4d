/** Creates SNS's resource types. */
import { Schema } from "effect"
import type { Account } from "../Account.ts"
import { decodeInputs, documentText, inputsSchema, jsonDocument, tags } from "../pulumi/decodeInputs.ts"
import { autoName, type CreateResource, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { Topics } from "./Topics.ts"

const text = Schema.optional(Schema.String)
const flag = Schema.optional(Schema.Boolean)
const document = Schema.optional(jsonDocument)

const topicInputs = inputsSchema({
  name: text,
  displayName: text,
  fifoTopic: flag,
  contentBasedDeduplication: flag,
  policy: document,
  deliveryPolicy: document,
  kmsMasterKeyId: text,
  signatureVersion: Schema.optional(Schema.Number),
  tracingConfig: text,
  tags
})

const policyInputs = inputsSchema({ arn: Schema.String, policy: jsonDocument })

const subscriptionInputs = inputsSchema({
  topic: Schema.String,
  protocol: Schema.String,
  endpoint: Schema.String,
  rawMessageDelivery: flag,
  filterPolicy: document,
  filterPolicyScope: text,
  redrivePolicy: document,
  deliveryPolicy: document,
  endpointAutoConfirms: flag,
  confirmationTimeoutInMinutes: Schema.optional(Schema.Number)
})

/** SNS's own attributes, without those that the program did not give. */
const attributes = (
  values: Readonly<Record<string, string | number | boolean | undefined>>
): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(values).flatMap(
      ([name, value]): ReadonlyArray<[string, string]> => (value === undefined ? [] : [[name, String(value)]])
    )
  )

const optionalText = (value: typeof jsonDocument.Type | undefined) =>
  value === undefined ? undefined : documentText(value)

/** The provider of SNS's resource types. */
export const snsResources = (account: Account, topics: Topics): ResourceProviders => {
  const topic: CreateResource = async (request) => {
    const inputs = decodeInputs(request, topicInputs)
    const fifo = inputs.fifoTopic === true
    const name = inputs.name ?? autoName(request, fifo ? ".fifo" : "")
    const created = topics.create(
      name,
      attributes({
        FifoTopic: fifo ? true : undefined,
        ContentBasedDeduplication: fifo ? inputs.contentBasedDeduplication : undefined,
        DisplayName: inputs.displayName,
        Policy: optionalText(inputs.policy),
        DeliveryPolicy: optionalText(inputs.deliveryPolicy),
        KmsMasterKeyId: inputs.kmsMasterKeyId,
        SignatureVersion: inputs.signatureVersion,
        TracingConfig: inputs.tracingConfig
      }),
      new Map(Object.entries(inputs.tags ?? {}))
    )
    return {
      id: created.arn,
      state: {
        fifoTopic: false,
        contentBasedDeduplication: false,
        ...inputs,
        arn: created.arn,
        name,
        owner: account.accountId,
        policy: topics.attributesOf(created)["Policy"],
        region: account.region,
        tagsAll: inputs.tags ?? {}
      }
    }
  }

  const topicPolicy: CreateResource = async (request) => {
    const inputs = decodeInputs(request, policyInputs)
    topics.setAttribute(topics.get(inputs.arn), "Policy", documentText(inputs.policy))
    return { id: inputs.arn, state: { ...inputs, owner: account.accountId, region: account.region } }
  }

  const topicSubscription: CreateResource = async (request) => {
    const inputs = decodeInputs(request, subscriptionInputs)
    const subscription = topics.subscribe(
      topics.get(inputs.topic),
      inputs.protocol,
      inputs.endpoint,
      attributes({
        RawMessageDelivery: inputs.rawMessageDelivery,
        FilterPolicy: optionalText(inputs.filterPolicy),
        FilterPolicyScope: inputs.filterPolicyScope,
        RedrivePolicy: optionalText(inputs.redrivePolicy),
        DeliveryPolicy: optionalText(inputs.deliveryPolicy)
      })
    )
    return {
      id: subscription.arn,
      state: {
        rawMessageDelivery: false,
        ...inputs,
        arn: subscription.arn,
        ownerId: account.accountId,
        pendingConfirmation: false,
        confirmationWasAuthenticated: true,
        region: account.region
      }
    }
  }

  return {
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
    "aws:sns/topicSubscription:TopicSubscription": topicSubscription
  }
}
