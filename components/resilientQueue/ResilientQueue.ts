/** An SQS queue that heals itself: queues, consumer, healer, ledger, archive, alerts, alarms and dashboard as one unit. */
import * as pulumi from "@pulumi/pulumi"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import { tracingMode } from "../function/tracing.ts"
import { withKeyArn } from "../keyArn.ts"
import { createNetwork } from "../network/createNetwork.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import { createNotifiers } from "../notifier/createNotifiers.ts"
import { webhookAlarms } from "../notifier/webhookAlarms.ts"
import type { OutputsOf } from "../outputs.ts"
import { createTablePolicy } from "../tablePolicy.ts"
import { refuseName } from "../validation.ts"
import { defaultRunbookBase } from "./alarmDefinitions.ts"
import { createAlarms } from "./alarms.ts"
import { alarmRoutes, createAlertTopic, createAlertTopicPolicy, subscribeEmail } from "./alertTopic.ts"
import { createArchive, createArchivePolicy } from "./archive.ts"
import type { ResilientQueueArgs } from "./args.ts"
import { breakerPolicyOf } from "./breaker.ts"
import { consumerPermissions, createConsumer } from "./consumer.ts"
import { consumptionAlarms } from "./consumptionAlarms.ts"
import { admittedBy, type QueueContext } from "./context.ts"
import { createDashboard, dashboardUrl } from "./dashboard.ts"
import { createFailureGroupsWidget, roleArnsOf, widgetPermissions } from "./failureGroupsWidget.ts"
import { createFailuresTable } from "./failuresTable.ts"
import { resolveSettings } from "./given.ts"
import { createHealer, type HealerResources, healerPermissions } from "./healer.ts"
import { healingAlarms } from "./healingAlarms.ts"
import { peoplePolicies } from "./peoplePolicies.ts"
import { createQueuePolicies } from "./queuePolicies.ts"
import { createQueues } from "./queues.ts"
import { recoveryPolicyText, refuseRecoveryPolicy } from "./recovery.ts"
import { refuseArguments } from "./refuseArguments.ts"
import { createSubscriptions } from "./subscriptions.ts"

export type { BreakerPolicy } from "../../handlers/recovery/breakerPolicy.ts"
export type { ExistingNetwork, FunctionNetwork, Network, PrivateNetworkArgs } from "../network/Network.ts"
export type {
  GenericWebhookArgs,
  PagerDutyWebhookArgs,
  SlackWebhookArgs,
  WebhookArgs
} from "../notifier/args.ts"
export { type AlarmSuffix, alarmSuffixes } from "./alarmDefinitions.ts"
export type {
  AlarmArgs,
  AlarmTuning,
  AlertArgs,
  ArchiveArgs,
  ConsumerArgs,
  DashboardArgs,
  FifoQueueArgs,
  HealerArgs,
  HealingAlarmArgs,
  HealingArgs,
  LogLevel,
  QueueArgs,
  RedactPathText,
  ResilientQueueArgs,
  StandardConsumerArgs,
  StandardQueueArgs,
  SubscriptionArgs,
  ThresholdTuning
} from "./args.ts"
export { logLevels } from "./args.ts"
export type { AccountProducerArgs, ProducerArgs, RoleProducerArgs, ServiceProducerArgs } from "./producers.ts"
export type { AlarmTransform, HealingTransform, ResilientQueueTransform } from "./transform.ts"

/** The longest name: a role has 64 characters, of which Pulumi takes 8 and `-consumer-role` the rest. */
const longestNameLength = 42

/**
 * A queue whose failed messages are classified, healed, reported or archived, and never lost.
 *
 * @example
 * const invoices = new ResilientQueue("invoices", {
 *   consumer: {
 *     entry: new URL("./storeInvoice.handler.ts", import.meta.url),
 *     environment: { INVOICES_TABLE: table.name },
 *     permissions: [{ actions: ["dynamodb:PutItem"], resources: [table.arn] }]
 *   },
 *   alerts: { email: "on-call@example.com" }
 * })
 */
export class ResilientQueue extends pulumi.ComponentResource {
  /** Where its functions run, for others that shall run there too; `undefined`: in a network of Lambda's own. */
  readonly network: FunctionNetwork | undefined
  /** Where messages are sent: the main queue's URL. */
  declare readonly queueUrl: pulumi.Output<string>
  /** The main queue's ARN: whoever sends to it needs `sqs:SendMessage` on this. */
  declare readonly queueArn: pulumi.Output<string>
  /** The main queue's name. */
  declare readonly queueName: pulumi.Output<string>
  /** Where failed messages go; the healer reads it. */
  declare readonly deadLetterQueueUrl: pulumi.Output<string>
  /** The dead-letter queue's ARN. */
  declare readonly deadLetterQueueArn: pulumi.Output<string>
  /** The dead-letter queue's name. */
  declare readonly deadLetterQueueName: pulumi.Output<string>
  /** Where messages go that the healer cannot handle. */
  declare readonly parkingQueueUrl: pulumi.Output<string>
  /** The parking queue's ARN. */
  declare readonly parkingQueueArn: pulumi.Output<string>
  /** The parking queue's name. */
  declare readonly parkingQueueName: pulumi.Output<string>
  /** Your function. */
  declare readonly consumerFunctionArn: pulumi.Output<string>
  /** The name of your function. */
  declare readonly consumerFunctionName: pulumi.Output<string>
  /** The role of your function. */
  declare readonly consumerRoleArn: pulumi.Output<string>
  /** The log group of your function. */
  declare readonly consumerLogGroupName: pulumi.Output<string>
  /** The healer's function. */
  declare readonly healerFunctionArn: pulumi.Output<string>
  /** The name of the healer's function. */
  declare readonly healerFunctionName: pulumi.Output<string>
  /** The healer's role: what a key's or another account's policy has to admit. */
  declare readonly healerRoleArn: pulumi.Output<string>
  /** The log group of the healer's function. */
  declare readonly healerLogGroupName: pulumi.Output<string>
  /** The failure ledger: a DynamoDB table with one item a failed message. */
  declare readonly failuresTableName: pulumi.Output<string>
  /** The failure ledger's ARN. */
  declare readonly failuresTableArn: pulumi.Output<string>
  /** The archive: a bucket with one object a message that is not retried any more. */
  declare readonly archiveBucketName: pulumi.Output<string>
  /** The archive's ARN. */
  declare readonly archiveBucketArn: pulumi.Output<string>
  /** Where alerts and alarms go; subscribe to it. */
  declare readonly alertTopicArn: pulumi.Output<string>
  /** Where alerts wait that a webhook did not take; `undefined` without webhooks. */
  declare readonly undeliveredAlertsQueueUrl: pulumi.Output<string> | undefined
  /** The alarms, as ARNs. */
  declare readonly alarmArns: pulumi.Output<string[]>
  /** The function behind the dashboard's widget of failure groups; `undefined`: without one. Readers may invoke it. */
  declare readonly failureGroupsFunctionArn: pulumi.Output<string> | undefined
  /** The function behind its replay button; `undefined`: without one. Whoever may invoke it may replay. */
  declare readonly replayFunctionArn: pulumi.Output<string> | undefined
  /** The dashboard's name. */
  declare readonly dashboardName: pulumi.Output<string>
  /** The dashboard's page in the AWS console. */
  declare readonly dashboardUrl: pulumi.Output<string>
  /** What is done about each failure class, as the functions have it: rules (JSON) that differ from the defaults. */
  declare readonly recoveryPolicy: pulumi.Output<string>
  /** A policy (JSON) for people who look: depths, failures, archived messages, logs, alarms, the dashboard. It changes nothing. */
  declare readonly readerPolicy: pulumi.Output<string>
  /** A policy for people who mend: the reader's, and to replay, discard, and send parked messages back. */
  declare readonly operatorPolicy: pulumi.Output<string>
  /** A policy for people in charge: the operator's, and to empty queues, delete what was kept, subscribe to alerts. */
  declare readonly administratorPolicy: pulumi.Output<string>

  /**
   * @param name what the names of all children begin with: a letter, then at most 41 letters, digits or hyphens.
   * @param args what it is made of.
   * @param options Pulumi's own: parent, provider, protection, aliases.
   * @throws `pulumi.RunError`, before anything is made: one sentence that names the argument, what was given and what is
   * allowed.
   */
  constructor(name: string, args: ResilientQueueArgs, options?: pulumi.ComponentResourceOptions) {
    refuseName(name, longestNameLength)
    args = withKeyArn(name, args)
    refuseArguments(name, args)
    breakerPolicyOf(name, args.breaker)
    refuseRecoveryPolicy(name, args.recovery)
    const tracing = tracingMode(name, args.tracing)
    const settings = resolveSettings(name, args)
    super("resilient-queue:index:ResilientQueue", name, {}, options)
    const context: QueueContext = {
      name,
      parent: this,
      settings,
      protectData: args.protectData ?? false,
      transform: args.transform ?? {},
      kmsKeyArn: args.kmsKeyArn,
      tracing,
      trustedRoleArns: args.trustedRoleArns
    }
    const alerts = args.alerts ?? {}
    const topicArns = (args.subscriptions ?? []).map((subscription) => subscription.topicArn)

    const queues = createQueues(context, args)
    const failuresTable = createFailuresTable(context)
    const { bucket: archive, publicAccessBlock } = createArchive(context)
    const alertTopic = createAlertTopic(context, alerts, queues.main.arn)
    const healing: HealerResources = {
      queueName: queues.main.name,
      destination: { queue: queues.main },
      deadLetter: queues.deadLetter,
      parking: queues.parking,
      failuresTable,
      archive,
      alertTopic
    }
    const network = createNetwork(name, this, args.network, {
      permissions: [
        ...consumerPermissions({ queues, failuresTable }),
        ...(args.consumer.permissions ?? []),
        ...healerPermissions(args, healing),
        ...widgetPermissions(args.dashboard, { main: queues.main, failuresTable, archive }),
        // Whoever else in this network asks what became of a message.
        {
          actions: ["dynamodb:Query"],
          resources: [pulumi.interpolate`${failuresTable.arn}/index/${ledgerIndexes.byCorrelationId}`]
        },
        ...(args.networkPermissions ?? [])
      ],
      siblingArn: queues.main.arn
    })
    const consumer = createConsumer(context, args, { queues, failuresTable, network })
    const healer = createHealer(context, args, { ...healing, network })
    const widget = createFailureGroupsWidget(context, args, { main: queues.main, failuresTable, archive, network })
    const replayRoles = roleArnsOf(widget.replay)
    const roles = { consumer: consumer.role.arn, healer: healer.role.arn, replay: replayRoles }
    const notifiers = createNotifiers(context, args.alerts?.webhooks, { alertTopic, network })
    createSubscriptions(
      context,
      queues,
      args,
      createQueuePolicies(context, queues, topicArns, args.producers ?? [], roles)
    )
    createArchivePolicy(context, { bucket: archive, publicAccessBlock }, [roles.healer, ...replayRoles])
    createTablePolicy(
      `${name}-failures-policy`,
      this,
      failuresTable,
      admittedBy(context, [
        ...[roles.consumer, roles.healer, ...roleArnsOf(widget.groups, widget.replay)],
        ...(args.ledgerReaderArns ?? [])
      ])
    )
    const subjects = {
      name,
      queueName: queues.main.name,
      runbookBase: args.alarms?.runbookBase ?? defaultRunbookBase,
      deadLetterQueueName: queues.deadLetter.name,
      parkingQueueName: queues.parking.name,
      healerFunctionName: healer.functionName,
      consumerFunctionName: consumer.functionName,
      deadLetterDepth: settings.deadLetterDepth,
      failedPercent: settings.failedPercent,
      failedMinimum: settings.failedMinimum,
      crashMinimum: settings.crashMinimum,
      oldestMessageAgeSeconds: settings.oldestMessageAgeSeconds
    }
    const definitions = {
      ...healingAlarms(subjects),
      ...consumptionAlarms(subjects),
      ...(notifiers === undefined
        ? {}
        : webhookAlarms({
            ...subjects,
            undeliveredQueueName: notifiers.undelivered.name,
            alertTopicName: alertTopic.name,
            notifierFunctionNames: notifiers.functions.map(({ functionName }) => functionName)
          }))
    }
    const routes = alarmRoutes(context, alerts, alertTopic, queues.main.arn)
    const alarms = createAlarms(context, definitions, args.alarms ?? {}, routes)
    createAlertTopicPolicy(context, alertTopic, healer.role.arn, alarms)
    subscribeEmail(context, alerts, alertTopic, alarms)
    const alarmArns = alarms.map((alarm) => alarm.arn)
    const dashboard = createDashboard(context, {
      queueArn: queues.main.arn,
      queueName: queues.main.name,
      consumed: true,
      queues: [
        { name: queues.main.name, label: "Main queue" },
        { name: queues.deadLetter.name, label: "Dead-letter queue" },
        { name: queues.parking.name, label: "Parking queue" }
      ],
      functions: [
        { name: consumer.functionName, label: "Consumer" },
        { name: healer.functionName, label: "Healer" }
      ],
      logGroupNames: { all: [consumer.logGroup.name, healer.logGroup.name], healer: healer.logGroup.name },
      alarmArns,
      failureGroupsFunctionArn: widget.groups?.arn
    })

    this.network = network
    const people = peoplePolicies({
      ...{ name, queues, failuresTable, archive, alertTopic, alarms, dashboard, notifiers },
      functions: [consumer, healer],
      frozen: args.archive?.glacierAfterDays !== undefined,
      widget,
      kmsKeyArn: args.kmsKeyArn
    })

    const outputs: OutputsOf<ResilientQueue, "network"> = {
      queueUrl: queues.main.url,
      queueArn: queues.main.arn,
      queueName: queues.main.name,
      deadLetterQueueUrl: queues.deadLetter.url,
      deadLetterQueueArn: queues.deadLetter.arn,
      deadLetterQueueName: queues.deadLetter.name,
      parkingQueueUrl: queues.parking.url,
      parkingQueueArn: queues.parking.arn,
      parkingQueueName: queues.parking.name,
      consumerFunctionArn: consumer.arn,
      consumerFunctionName: consumer.functionName,
      consumerRoleArn: consumer.role.arn,
      consumerLogGroupName: consumer.logGroup.name,
      healerFunctionArn: healer.arn,
      healerFunctionName: healer.functionName,
      healerRoleArn: healer.role.arn,
      healerLogGroupName: healer.logGroup.name,
      failuresTableName: failuresTable.name,
      failuresTableArn: failuresTable.arn,
      archiveBucketName: archive.bucket,
      archiveBucketArn: archive.arn,
      alertTopicArn: alertTopic.arn,
      undeliveredAlertsQueueUrl: notifiers?.undelivered.url,
      alarmArns: pulumi.all(alarmArns),
      failureGroupsFunctionArn: widget.groups?.arn,
      replayFunctionArn: widget.replay?.arn,
      dashboardName: dashboard.dashboardName,
      dashboardUrl: dashboardUrl(queues.main.arn, dashboard.dashboardName),
      recoveryPolicy: pulumi.output(recoveryPolicyText(args.recovery)),
      readerPolicy: people.reader,
      operatorPolicy: people.operator,
      administratorPolicy: people.administrator
    }
    Object.assign(this, outputs)
    this.registerOutputs(outputs)
  }
}
