/** The children whose arguments a caller may change. */
import type { DashboardArgs } from "@pulumi/aws/cloudwatch/dashboard.js"
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js"
import type { TableArgs } from "@pulumi/aws/dynamodb/table.js"
import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js"
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js"
import type { BucketArgs } from "@pulumi/aws/s3/bucket.js"
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js"
import type { TopicArgs } from "@pulumi/aws/sns/topic.js"
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js"
import type { QueueArgs } from "@pulumi/aws/sqs/queue.js"
import type { Transform } from "../transform.ts"
import type { AlarmSuffix } from "./alarmDefinitions.ts"

/** A change of alarms, of all or by the suffix of their names. */
export type AlarmTransform =
  | Partial<MetricAlarmArgs>
  | ((args: MetricAlarmArgs, suffix: AlarmSuffix) => MetricAlarmArgs)

/**
 * One change a child, applied last: it can undo what the component cannot do without, so it is for what the arguments
 * do not offer.
 */
export interface HealingTransform {
  /** Where messages go that the healer cannot handle. */
  readonly parkingQueue?: Transform<QueueArgs>
  /** The healer. */
  readonly healerFunction?: Transform<FunctionArgs>
  /** What hands dead letters to the healer. */
  readonly healerEventSource?: Transform<EventSourceMappingArgs>
  /** The failure ledger. */
  readonly failuresTable?: Transform<TableArgs>
  /** The archive. */
  readonly archiveBucket?: Transform<BucketArgs>
  /** When what is archived is deleted, and whether it moves to Glacier before. */
  readonly archiveLifecycle?: Transform<BucketLifecycleConfigurationArgs>
  /** Where alerts and alarms go. */
  readonly alertTopic?: Transform<TopicArgs>
  /** Where alerts wait that a webhook did not take. */
  readonly undeliveredAlertsQueue?: Transform<QueueArgs>
  /** Applied to the function of each webhook. */
  readonly notifierFunction?: Transform<FunctionArgs>
  /** Applied to each alarm; a function gets the suffix of its name as well, e.g. `messages-late`. */
  readonly alarm?: AlarmTransform
  /** The dashboard. */
  readonly dashboard?: Transform<DashboardArgs>
  /** The function that lists failure groups for the dashboard. */
  readonly widgetFunction?: Transform<FunctionArgs>
}

/** The same for `ResilientQueue`, which has a main queue and a consumer as well. */
export interface ResilientQueueTransform extends HealingTransform {
  /** The main queue. */
  readonly mainQueue?: Transform<QueueArgs>
  /** The dead-letter queue. */
  readonly deadLetterQueue?: Transform<QueueArgs>
  /** Applied to each subscription of the main queue. */
  readonly subscription?: Transform<TopicSubscriptionArgs>
  /** Your function. */
  readonly consumerFunction?: Transform<FunctionArgs>
  /** What hands messages to your function. */
  readonly consumerEventSource?: Transform<EventSourceMappingArgs>
  /** The function that replays a group of failures. */
  readonly replayFunction?: Transform<FunctionArgs>
}
