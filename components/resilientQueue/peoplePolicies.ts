/** What people may do: three policies, each with what the one before it has. Attach them to the roles that people assume. */
import type { Dashboard } from "@pulumi/aws/cloudwatch/dashboard.js"
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import * as pulumi from "@pulumi/pulumi"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import type { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission } from "../function/permission.ts"
import { shortPolicyDocument } from "../function/shortPolicyDocument.ts"
import type { Notifiers } from "../notifier/createNotifiers.ts"
import type { AlertTopic } from "./alertTopic.ts"
import { type FailureGroupsFunctions, replayObjects } from "./failureGroupsWidget.ts"
import { decryptPermissions, keyPermissions } from "./functionEnvironment.ts"
import type { Queues } from "./queues.ts"

/** What people look at and work on. */
export interface PeopleResources {
  /** The component's name. */
  readonly name: string
  readonly queues: Queues
  readonly failuresTable: Table
  readonly archive: Bucket
  /** Whether archived messages move to Glacier. */
  readonly frozen: boolean
  readonly alertTopic: AlertTopic
  readonly functions: readonly BundledFunction[]
  readonly widget: FailureGroupsFunctions
  readonly notifiers: Notifiers | undefined
  readonly alarms: readonly MetricAlarm[]
  readonly dashboard: Dashboard
  readonly kmsKeyArn: pulumi.Input<string> | undefined
}

/** The policies, as JSON. */
export interface PeoplePolicies {
  /** Looks: depths, failures, archived messages, logs, alarms, the dashboard. Changes nothing. */
  readonly reader: pulumi.Output<string>
  /** Looks, replays, restores from Glacier where messages go there, discards, and sends parked messages back. */
  readonly operator: pulumi.Output<string>
  /** The same, and empties queues, deletes what was kept about a person, and subscribes to alerts. */
  readonly administrator: pulumi.Output<string>
}

/** Searches the logs of functions, given their log groups: by a pattern, and by queries, as the dashboard's widgets do. */
const searchesLogs = (logGroupArns: readonly pulumi.Output<string>[]): Permission => ({
  actions: ["logs:FilterLogEvents", "logs:StartQuery"],
  resources: logGroupArns.map((arn) => pulumi.interpolate`${arn}:*`)
})

/**
 * What the dashboard's graphs and log widgets ask for with the credentials of whoever looks. IAM knows neither resources nor
 * conditions for them: all metrics of the account, and what a query has found, by its id.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
const drawsDashboard: Permission = {
  actions: ["cloudwatch:GetMetricData", "logs:GetQueryResults"],
  resources: ["*"]
}

/**
 * Many ARNs that begin alike as one, or a policy would have no room for them: what a transform has called something else
 * stays itself.
 */
const byPrefix = (arn: pulumi.Output<string>, prefix: string): pulumi.Output<string> =>
  arn.apply((known) => {
    const start = known.lastIndexOf(":") + 1
    return known.startsWith(prefix, start) ? `${known.slice(0, start)}${prefix}*` : known
  })

const notifierPrefix = (name: string): string => `${name}-notify-`

/** The functions that tell webhooks, and the queue behind them, are looked at like any other. */
const looksAtNotifiers = ({ name, notifiers }: PeopleResources): readonly Permission[] =>
  notifiers === undefined
    ? []
    : [
        { actions: ["sqs:GetQueueAttributes"], resources: [notifiers.undelivered.arn] },
        searchesLogs(notifiers.functions.map(({ logGroup }) => byPrefix(logGroup.arn, notifierPrefix(name))))
      ]

/** An undelivered alert is told again by its notifier, and then deleted. */
const resendsAlerts = ({ name, notifiers }: PeopleResources): readonly Permission[] =>
  notifiers === undefined
    ? []
    : [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: [notifiers.undelivered.arn] },
        {
          actions: ["lambda:InvokeFunction"],
          resources: notifiers.functions.map(({ arn }) => byPrefix(arn, notifierPrefix(name)))
        }
      ]

const queueArns = ({ main, deadLetter, parking }: Queues) => [main.arn, deadLetter.arn, parking.arn]

const functionsOf = ({ functions, widget }: PeopleResources): readonly BundledFunction[] => [
  ...functions,
  ...[widget.groups, widget.replay].filter((each) => each !== undefined)
]

const readerPermissions = (resources: PeopleResources): readonly Permission[] => [
  { actions: ["sqs:GetQueueAttributes"], resources: queueArns(resources.queues) },
  { actions: ["dynamodb:GetItem"], resources: [resources.failuresTable.arn] },
  {
    actions: ["dynamodb:Query"],
    resources: Object.values(ledgerIndexes).map(
      (name) => pulumi.interpolate`${resources.failuresTable.arn}/index/${name}`
    )
  },
  { actions: ["s3:ListBucket"], resources: [resources.archive.arn] },
  { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${resources.archive.arn}/class=*`] },
  searchesLogs(functionsOf(resources).map(({ logGroup }) => logGroup.arn)),
  drawsDashboard,
  {
    actions: ["cloudwatch:DescribeAlarms"],
    resources: resources.alarms.map(({ arn }) => byPrefix(arn, `${resources.name}-`))
  },
  { actions: ["cloudwatch:GetDashboard"], resources: [resources.dashboard.dashboardArn] },
  ...invokePermissions(resources.widget.groups),
  ...looksAtNotifiers(resources)
]

/** The dashboard invokes its functions with the credentials of whoever looks at it. */
const invokePermissions = (invoked: BundledFunction | undefined): readonly Permission[] =>
  invoked === undefined ? [] : [{ actions: ["lambda:InvokeFunction"], resources: [invoked.arn] }]

const operatorPermissions = (resources: PeopleResources): readonly Permission[] => {
  const { queues, failuresTable, archive, frozen, widget } = resources
  return [
    // A replay: it writes down what it is about to do, sends to the main queue, and keeps its own books.
    { actions: ["sqs:SendMessage"], resources: [queues.main.arn] },
    { actions: ["dynamodb:PutItem"], resources: [failuresTable.arn] },
    { actions: ["s3:GetObject", "s3:PutObject"], resources: [pulumi.interpolate`${archive.arn}/${replayObjects}`] },
    ...(frozen ? [{ actions: ["s3:RestoreObject"], resources: [pulumi.interpolate`${archive.arn}/class=*`] }] : []),
    // Parked messages, back to the healer.
    {
      actions: ["sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ListMessageMoveTasks"],
      resources: [queues.parking.arn]
    },
    { actions: ["sqs:SendMessage"], resources: [queues.deadLetter.arn] },
    ...invokePermissions(widget.replay),
    ...resendsAlerts(resources)
  ]
}

const administratorPermissions = ({ queues, failuresTable, archive, alertTopic }: PeopleResources) => [
  { actions: ["sqs:PurgeQueue"], resources: queueArns(queues) },
  { actions: ["dynamodb:DeleteItem"], resources: [failuresTable.arn] },
  { actions: ["s3:ListBucketVersions"], resources: [archive.arn] },
  { actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"], resources: [pulumi.interpolate`${archive.arn}/*`] },
  // Who hears of a topic that several queues share is not for the administrator of one.
  ...(alertTopic.own === undefined
    ? []
    : [{ actions: ["sns:Subscribe", "sns:ListSubscriptionsByTopic"], resources: [alertTopic.arn] }])
]

/** The policies of the people around a queue. */
export const peoplePolicies = (resources: PeopleResources): PeoplePolicies => {
  const reader = readerPermissions(resources)
  const operator = [...reader, ...operatorPermissions(resources)]
  const administrator = [...operator, ...administratorPermissions(resources)]
  return {
    reader: shortPolicyDocument([...reader, ...decryptPermissions(resources.kmsKeyArn)]),
    operator: shortPolicyDocument([...operator, ...keyPermissions(resources.kmsKeyArn)]),
    administrator: shortPolicyDocument([...administrator, ...keyPermissions(resources.kmsKeyArn)])
  }
}
