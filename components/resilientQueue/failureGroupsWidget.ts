/** The dashboard's widget of failure groups: a function that lists them, and one that replays a group. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import * as pulumi from "@pulumi/pulumi"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission } from "../function/permission.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import type { DashboardArgs } from "./args.ts"
import type { Context, QueueContext } from "./context.ts"
import { decryptPermissions, keyPermissions } from "./functionEnvironment.ts"
import type { QueueAddress } from "./healer.ts"

/** What the widget works with. */
export interface FailureGroupsResources {
  readonly failuresTable: Table
  readonly network?: FunctionNetwork | undefined
}

/** What a replay works with, besides. */
export interface ReplayResources extends FailureGroupsResources {
  readonly main: QueueAddress
  readonly archive: Bucket
}

/** The functions of the widget; what an argument leaves out is `undefined`. */
export interface FailureGroupsFunctions {
  readonly groups: BundledFunction | undefined
  readonly replay: BundledFunction | undefined
}

/** Whether there are the widget and its button. */
export const dashboardParts = ({ failureGroups = true, replay = true }: DashboardArgs = {}) => ({
  failureGroups,
  replay: failureGroups && replay
})

/** Nobody waits longer for a widget. */
const groupsTimeoutSeconds = 15

/** Somebody waits for it in a browser; what is not done by then goes on with the next press. */
const replayTimeoutSeconds = 60

/** Where a replay keeps what it works on; see `runPrefix` of the replay. */
export const replayObjects = "replays/run=*"

const byStatus = ({ failuresTable }: FailureGroupsResources): Permission => ({
  actions: ["dynamodb:Query"],
  resources: [pulumi.interpolate`${failuresTable.arn}/index/${ledgerIndexes.byStatus}`]
})

/** Find failures by status, and read one for its history. */
export const failureGroupsPermissions = (resources: FailureGroupsResources): readonly Permission[] => [
  byStatus(resources),
  { actions: ["dynamodb:GetItem"], resources: [resources.failuresTable.arn] }
]

/** Find failures, read their archive, write down what is about to be done, and send to the main queue. */
export const replayPermissions = (resources: ReplayResources): readonly Permission[] => [
  byStatus(resources),
  { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [resources.failuresTable.arn] },
  // Without it S3 answers that a missing object may not be read, which would end a run instead of leaving a message alone.
  { actions: ["s3:ListBucket"], resources: [resources.archive.arn] },
  { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${resources.archive.arn}/class=*`] },
  {
    actions: ["s3:GetObject", "s3:PutObject"],
    resources: [pulumi.interpolate`${resources.archive.arn}/${replayObjects}`]
  },
  { actions: ["sqs:SendMessage"], resources: [resources.main.arn] }
]

const observability = ({ settings, kmsKeyArn, tracing }: Context) => ({
  logRetentionDays: settings.logRetentionDays,
  logKmsKeyArn: kmsKeyArn,
  tracing
})

/** The function that replays a group. Whoever may invoke it may replay. */
export const createReplayFunction = (
  context: QueueContext,
  args: { readonly fifo?: boolean },
  resources: ReplayResources
): BundledFunction =>
  new BundledFunction(
    `${context.name}-replay`,
    {
      entry: new URL("../../handlers/widget/replayGroup.handler.ts", import.meta.url),
      description: `Replays a group of failed messages of ${context.name}, for who may invoke it`,
      timeoutSeconds: replayTimeoutSeconds,
      ...observability(context),
      environment: {
        MAIN_QUEUE_URL: resources.main.url,
        ARCHIVE_BUCKET: resources.archive.bucket,
        FAILED_TABLE: resources.failuresTable.name,
        FIFO: String(args.fifo === true),
        LOG_LEVEL: context.settings.logLevel
      },
      permissions: [...replayPermissions(resources), ...keyPermissions(context.kmsKeyArn)],
      network: resources.network,
      transform: context.transform.replayFunction
    },
    { parent: context.parent }
  )

/** The function that lists the groups; with a button for each where there is a function that replays. */
export const createFailureGroupsFunction = (
  context: Context,
  resources: FailureGroupsResources,
  replay: BundledFunction | undefined
): BundledFunction =>
  new BundledFunction(
    `${context.name}-widget`,
    {
      entry: new URL("../../handlers/widget/failureGroups.handler.ts", import.meta.url),
      description: `Lists the failures of ${context.name} in groups, for its dashboard`,
      timeoutSeconds: groupsTimeoutSeconds,
      ...observability(context),
      environment: {
        FAILED_TABLE: resources.failuresTable.name,
        ...(replay === undefined ? {} : { REPLAY_FUNCTION_ARN: replay.arn }),
        LOG_LEVEL: context.settings.logLevel
      },
      permissions: [...failureGroupsPermissions(resources), ...decryptPermissions(context.kmsKeyArn)],
      network: resources.network,
      transform: context.transform.widgetFunction
    },
    { parent: context.parent }
  )

/** Makes the functions that a queue's dashboard is to have. */
export const createFailureGroupsWidget = (
  context: QueueContext,
  args: { readonly fifo?: boolean; readonly dashboard?: DashboardArgs },
  resources: ReplayResources
): FailureGroupsFunctions => {
  const parts = dashboardParts(args.dashboard)
  const replay = parts.replay ? createReplayFunction(context, args, resources) : undefined
  return {
    replay,
    groups: parts.failureGroups ? createFailureGroupsFunction(context, resources, replay) : undefined
  }
}

/** What these functions may do, for the network that they run in. */
export const widgetPermissions = (
  dashboard: DashboardArgs | undefined,
  resources: ReplayResources
): readonly Permission[] => {
  const parts = dashboardParts(dashboard)
  return [
    ...(parts.failureGroups ? failureGroupsPermissions(resources) : []),
    ...(parts.replay ? replayPermissions(resources) : [])
  ]
}

/** The roles of functions that are there, by ARN. */
export const roleArnsOf = (...functions: readonly (BundledFunction | undefined)[]): readonly pulumi.Output<string>[] =>
  functions.flatMap((each) => (each === undefined ? [] : [each.role.arn]))
