/** A healer on a dead-letter queue that exists already, with ledger, archive, alerts, alarms and dashboard. */
import * as pulumi from "@pulumi/pulumi"
import { type Permission, refuseWildcardAction } from "../function/permission.ts"
import { tracingMode } from "../function/tracing.ts"
import { withKeyArn } from "../keyArn.ts"
import { createNetwork } from "../network/createNetwork.ts"
import { refuseNetwork, refuseUnreachable } from "../network/refuseNetwork.ts"
import { createNotifiers } from "../notifier/createNotifiers.ts"
import { refuseWebhooks } from "../notifier/refuseWebhooks.ts"
import { webhookAlarms } from "../notifier/webhookAlarms.ts"
import type { OutputsOf } from "../outputs.ts"
import { defaultRunbookBase } from "../resilientQueue/alarmDefinitions.ts"
import { createAlarms } from "../resilientQueue/alarms.ts"
import {
  alarmRoutes,
  createAlertTopic,
  createAlertTopicPolicy,
  refuseAlertTopics,
  subscribeEmail
} from "../resilientQueue/alertTopic.ts"
import { createArchive, createArchivePolicy } from "../resilientQueue/archive.ts"
import { breakerPolicyOf } from "../resilientQueue/breaker.ts"
import { admittedBy, type Context } from "../resilientQueue/context.ts"
import { createDashboard, dashboardUrl } from "../resilientQueue/dashboard.ts"
import {
  createFailureGroupsFunction,
  failureGroupsPermissions,
  roleArnsOf
} from "../resilientQueue/failureGroupsWidget.ts"
import { createFailuresTable } from "../resilientQueue/failuresTable.ts"
import { resolveHealingSettings } from "../resilientQueue/given.ts"
import { createHealer, type HealerResources, healerPermissions } from "../resilientQueue/healer.ts"
import { healingAlarms } from "../resilientQueue/healingAlarms.ts"
import { createQueuePolicy } from "../resilientQueue/queuePolicies.ts"
import { allowRedrive, createParkingQueue } from "../resilientQueue/queues.ts"
import { recoveryPolicyText, refuseRecoveryPolicy } from "../resilientQueue/recovery.ts"
import { refuseRedaction } from "../resilientQueue/redaction.ts"
import { refuseAlarms } from "../resilientQueue/refuseAlarms.ts"
import { createTablePolicy } from "../tablePolicy.ts"
import { refuseName } from "../validation.ts"
import type { DeadLetterHealerArgs } from "./args.ts"
import { queueNameOf } from "./foreignArn.ts"
import { foreignQueues, maxMessageSizeBytesOf } from "./foreignQueues.ts"
import { createSettlingSchedule, quietSecondsOf, settlingPermission } from "./settling.ts"

export type { HealingDashboardArgs } from "../resilientQueue/args.ts"
export type { DeadLetterHealerArgs, FunctionDestination, QueueDestination } from "./args.ts"

/** The longest name: a role has 64 characters, of which Pulumi takes 8 and `-healer-role` the rest. */
const longestNameLength = 44

const entry = new URL("../../handlers/adopted/healAdopted.handler.ts", import.meta.url)

/**
 * Heals the messages of a dead-letter queue that somebody else owns: they are classified, sent back with backoff,
 * reported or archived, and never lost. No policy of a queue or function that it is given is changed.
 *
 * @example
 * const healer = new DeadLetterHealer("legacy-orders", {
 *   deadLetterQueueArn: "arn:aws:sqs:eu-west-1:123456789012:orders-dead",
 *   redriveTo: { queueArn: "arn:aws:sqs:eu-west-1:123456789012:orders" },
 *   alerts: { email: "on-call@example.com" }
 * })
 */
export class DeadLetterHealer extends pulumi.ComponentResource {
  /** Where messages go that the healer cannot handle. */
  declare readonly parkingQueueUrl: pulumi.Output<string>
  /** The parking queue's ARN. */
  declare readonly parkingQueueArn: pulumi.Output<string>
  /** The parking queue's name. */
  declare readonly parkingQueueName: pulumi.Output<string>
  /** The healer's function. Owners of foreign keys and queues admit its role. */
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
  /** The function behind the dashboard's widget of failure groups; `undefined`: without one. */
  declare readonly failureGroupsFunctionArn: pulumi.Output<string> | undefined
  /** The dashboard's name. */
  declare readonly dashboardName: pulumi.Output<string>
  /** The dashboard's page in the AWS console. */
  declare readonly dashboardUrl: pulumi.Output<string>
  /** What is done about each failure class, as the healer has it: rules (JSON) that differ from the defaults. */
  declare readonly recoveryPolicy: pulumi.Output<string>

  /**
   * @param name what the names of all children begin with: a letter, then at most 43 letters, digits or hyphens.
   * @param args the dead-letter queue, and where its healed messages go.
   * @param options Pulumi's own: parent, provider, protection, aliases.
   * @throws `pulumi.RunError`, before anything is made: one sentence that names the argument, what was given and what is
   * allowed.
   */
  constructor(name: string, args: DeadLetterHealerArgs, options?: pulumi.ComponentResourceOptions) {
    refuseName(name, longestNameLength)
    args = withKeyArn(name, args)
    refuseWildcardAction(`${name}: permissions`, args.permissions ?? [])
    refuseNetwork(name, args.network)
    refuseWebhooks(name, args.alerts?.webhooks, args.network)
    refuseUnreachable(name, args.network, args.permissions ?? [])
    breakerPolicyOf(name, args.breaker)
    refuseRecoveryPolicy(name, args.recovery)
    refuseRedaction(name, args)
    refuseAlarms(name, args.alarms)
    refuseAlertTopics(name, args)
    const { deadLetter, destination } = foreignQueues(name, args)
    const tracing = tracingMode(name, args.tracing)
    const quietSeconds = quietSecondsOf(name, args.quietSeconds)
    const maxMessageSizeBytes = maxMessageSizeBytesOf(name, args.maxMessageSizeBytes)
    const settings = resolveHealingSettings(name, args, args.alarms)
    super("resilient-queue:index:DeadLetterHealer", name, {}, options)
    const context: Context = {
      name,
      parent: this,
      settings,
      protectData: args.protectData ?? false,
      transform: args.transform ?? {},
      kmsKeyArn: args.kmsKeyArn,
      tracing,
      trustedRoleArns: args.trustedRoleArns
    }
    const queueName = deadLetter.arn.apply(queueNameOf)
    const alerts = args.alerts ?? {}

    const parking = createParkingQueue(context, args)
    // The owner of the dead-letter queue may make the parking queue its backstop; nobody else may use it.
    allowRedrive(context, "parking", parking, deadLetter.arn)
    const failuresTable = createFailuresTable(context)
    const { bucket: archive, publicAccessBlock } = createArchive(context)
    const alertTopic = createAlertTopic(context, alerts, deadLetter.arn)
    const healing: HealerResources = { queueName, destination, deadLetter, parking, failuresTable, archive, alertTopic }
    const permissions: readonly Permission[] = [settlingPermission(failuresTable.arn), ...(args.permissions ?? [])]
    // Without a replay: nobody here confirms that a message has recovered, and a replay's pace is that of confirmations.
    const listed = args.dashboard?.failureGroups !== false
    const network = createNetwork(name, this, args.network, {
      permissions: [
        ...healerPermissions(args, healing),
        ...permissions,
        ...(listed ? failureGroupsPermissions({ failuresTable }) : [])
      ],
      siblingArn: parking.arn
    })
    const healer = createHealer(
      context,
      {
        ...args,
        entry,
        environment: {
          QUIET_SECONDS: pulumi.interpolate`${quietSeconds}`,
          MAX_MESSAGE_BYTES: pulumi.interpolate`${maxMessageSizeBytes}`
        },
        permissions
      },
      { ...healing, network }
    )
    const groups = listed ? createFailureGroupsFunction(context, { failuresTable, network }, undefined) : undefined
    const notifiers = createNotifiers(context, args.alerts?.webhooks, { alertTopic, network })
    const senders = [healer.role.arn]
    createQueuePolicy(context, "parking-queue", parking, { topicArns: [], senders, receivers: [] })
    createArchivePolicy(context, { bucket: archive, publicAccessBlock }, [healer.role.arn])
    const readers = roleArnsOf(groups)
    createTablePolicy(`${name}-failures-policy`, this, failuresTable, admittedBy(context, [...senders, ...readers]))
    if (args.settleOnSchedule !== false) createSettlingSchedule(context, healer)
    const subjects = { name, queueName, runbookBase: args.alarms?.runbookBase ?? defaultRunbookBase }
    const definitions = {
      ...healingAlarms({
        ...subjects,
        deadLetterQueueName: queueName,
        parkingQueueName: parking.name,
        healerFunctionName: healer.functionName,
        deadLetterDepth: settings.deadLetterDepth
      }),
      ...(notifiers === undefined
        ? {}
        : webhookAlarms({
            ...subjects,
            undeliveredQueueName: notifiers.undelivered.name,
            alertTopicName: alertTopic.name,
            notifierFunctionNames: notifiers.functions.map(({ functionName }) => functionName)
          }))
    }
    const routes = alarmRoutes(context, alerts, alertTopic, deadLetter.arn)
    const alarms = createAlarms(context, definitions, args.alarms ?? {}, routes)
    createAlertTopicPolicy(context, alertTopic, healer.role.arn, alarms)
    subscribeEmail(context, alerts, alertTopic, alarms)
    const alarmArns = alarms.map((alarm) => alarm.arn)
    const dashboard = createDashboard(context, {
      queueArn: deadLetter.arn,
      queueName,
      consumed: false,
      queues: [
        ...("queue" in destination
          ? [{ name: pulumi.output(destination.queue.arn).apply(queueNameOf), label: "Healed messages' queue" }]
          : []),
        { name: queueName, label: "Dead-letter queue" },
        { name: parking.name, label: "Parking queue" }
      ],
      functions: [{ name: healer.functionName, label: "Healer" }],
      logGroupNames: { all: [healer.logGroup.name], healer: healer.logGroup.name },
      alarmArns,
      failureGroupsFunctionArn: groups?.arn
    })

    const outputs: OutputsOf<DeadLetterHealer> = {
      parkingQueueUrl: parking.url,
      parkingQueueArn: parking.arn,
      parkingQueueName: parking.name,
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
      failureGroupsFunctionArn: groups?.arn,
      dashboardName: dashboard.dashboardName,
      dashboardUrl: dashboardUrl(deadLetter.arn, dashboard.dashboardName),
      recoveryPolicy: pulumi.output(recoveryPolicyText(args.recovery))
    }
    Object.assign(this, outputs)
    this.registerOutputs(outputs)
  }
}
