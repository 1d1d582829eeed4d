/**
 * The webhooks behind an alert topic. Each has a function and a subscription of its own: SNS and Lambda repeat what failed for
 * one of them without telling the others twice, and one that hangs or is throttled holds up no other.
 */
import { FunctionEventInvokeConfig } from "@pulumi/aws/lambda/functionEventInvokeConfig.js"
import { Permission as InvokePermission } from "@pulumi/aws/lambda/permission.js"
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js"
import { Queue } from "@pulumi/aws/sqs/queue.js"
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js"
import * as pulumi from "@pulumi/pulumi"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import type { AlertTopic } from "../resilientQueue/alertTopic.ts"
import { type Context, dataOptions } from "../resilientQueue/context.ts"
import { maximumMessageSizeBytes, maximumRetentionSeconds } from "../resilientQueue/defaults.ts"
import { keyPermissions } from "../resilientQueue/functionEnvironment.ts"
import { queuePolicyDocument } from "../resilientQueue/queuePolicies.ts"
import { applyTransform } from "../transform.ts"
import { type WebhookArgs, webhookName } from "./args.ts"
import { createWebhooksSecret } from "./webhooksSecret.ts"

const entry = new URL("../../handlers/notifier/notifier.handler.ts", import.meta.url)

/** Room for a few tries, and for what a webhook asks to wait. */
const notifierTimeoutSeconds = 60

/**
 * Lambda's most, one and two minutes after the first attempt. With the tries within each that outlasts a webhook's restart.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const maximumRetryAttempts = 2

/** An alert that has not been told in an hour is for the queue, and its alarm. */
const maximumEventAgeInSeconds = 3600

/** What tells webhooks. */
export interface Notifiers {
  /** One a webhook. */
  readonly functions: readonly BundledFunction[]
  /** What a webhook did not take, in 14 days' reach of a person. */
  readonly undelivered: Queue
}

/** Makes them; `undefined`, and nothing, without webhooks. */
export const createNotifiers = (
  context: Context,
  webhooks: readonly WebhookArgs[] | undefined,
  { alertTopic, network }: { readonly alertTopic: AlertTopic; readonly network: FunctionNetwork | undefined }
): Notifiers | undefined => {
  if (webhooks === undefined || webhooks.length === 0) return undefined
  const { name, parent, settings, kmsKeyArn, tracing, transform } = context
  const undelivered = createUndeliveredQueue(context)
  const { secretArn, readableSecretArn } = createWebhooksSecret(context, webhooks)
  const functions = webhooks.map(
    (webhook) =>
      new BundledFunction(
        notifierName(name, webhook),
        {
          entry,
          description: `Tells the webhook ${webhookName(webhook)} of the alerts and alarms of ${name}`,
          timeoutSeconds: notifierTimeoutSeconds,
          logRetentionDays: settings.logRetentionDays,
          logKmsKeyArn: kmsKeyArn,
          tracing,
          environment: {
            WEBHOOK_NAME: webhookName(webhook),
            WEBHOOK_KIND: webhook.kind,
            WEBHOOKS_SECRET_ARN: readableSecretArn,
            LOG_LEVEL: settings.logLevel
          },
          permissions: [
            { actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
            // Lambda sends what failed for good, as the function's role.
            { actions: ["sqs:SendMessage"], resources: [undelivered.arn] },
            ...keyPermissions(kmsKeyArn)
          ],
          network,
          transform: transform.notifierFunction
        },
        { parent }
      )
  )
  const policy = new QueuePolicy(
    `${name}-undelivered-alerts-policy`,
    {
      queueUrl: undelivered.url,
      policy: queuePolicyDocument(context, undelivered.arn, {
        topicArns: [alertTopic.arn],
        senders: functions.map(({ role }) => role.arn),
        receivers: []
      })
    },
    { parent }
  )
  for (const [index, webhook] of webhooks.entries()) {
    const notifier = functions[index]
    if (notifier !== undefined) {
      subscribe(notifierName(name, webhook), parent, { notifier, alertTopic, undelivered, policy })
    }
  }
  return { functions, undelivered }
}

const notifierName = (name: string, webhook: WebhookArgs): string => `${name}-notify-${webhookName(webhook)}`

/** Standard, whatever the component's queues are: neither Lambda nor SNS keeps an order here. */
const createUndeliveredQueue = (context: Context): Queue =>
  new Queue(
    `${context.name}-undelivered-alerts`,
    applyTransform(context.transform.undeliveredAlertsQueue, {
      ...(context.kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: context.kmsKeyArn }),
      maxMessageSize: maximumMessageSizeBytes,
      messageRetentionSeconds: maximumRetentionSeconds
    }),
    dataOptions(context)
  )

/** Has SNS invoke a notifier, and what neither of them can deliver go to the queue. */
const subscribe = (
  name: string,
  parent: pulumi.Resource,
  {
    notifier,
    alertTopic,
    undelivered,
    policy
  }: {
    readonly notifier: BundledFunction
    readonly alertTopic: AlertTopic
    readonly undelivered: Queue
    readonly policy: QueuePolicy
  }
): void => {
  const permission = new InvokePermission(
    `${name}-invoke`,
    {
      action: "lambda:InvokeFunction",
      function: notifier.functionName,
      principal: "sns.amazonaws.com",
      sourceArn: alertTopic.arn
    },
    { parent }
  )
  const invokeConfig = new FunctionEventInvokeConfig(
    `${name}-invoke-config`,
    {
      functionName: notifier.functionName,
      maximumRetryAttempts,
      maximumEventAgeInSeconds,
      destinationConfig: { onFailure: { destination: undelivered.arn } }
    },
    // Lambda makes sure that the function may send there.
    { parent, dependsOn: [policy] }
  )
  new TopicSubscription(
    `${name}-subscription`,
    {
      topic: alertTopic.arn,
      protocol: "lambda",
      endpoint: notifier.arn,
      // What SNS cannot hand over to Lambda: the function is gone, or does not admit the topic.
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn })
    },
    // What is published in between would be lost.
    { parent, dependsOn: [permission, invokeConfig] }
  )
}
