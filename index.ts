/** The stack: configuration in, `OrderPipeline`, outputs out. */
import { OrderPipeline } from "./components/orderPipeline/OrderPipeline.ts"
import { readStackConfig } from "./components/orderPipeline/stackConfig.ts"

const orders = new OrderPipeline("orders", readStackConfig())

/** Where `POST /orders` and `GET /orders/{orderId}` are. */
export const apiUrl = orders.apiUrl
/** The order page; null where there is none: Pulumi would warn of an output that is undefined. */
export const storefrontUrl = orders.storefrontUrl ?? null
/** What a domain name of one's own for the order page has to point at; null where there is none. */
export const storefrontDistributionDomainName = orders.storefrontDistributionDomainName ?? null
/** Where orders are published. */
export const orderTopicArn = orders.orderTopicArn
/** The main queue. */
export const orderQueueUrl = orders.queue.queueUrl
/** Where failed messages go; the healer reads it. */
export const deadLetterQueueUrl = orders.queue.deadLetterQueueUrl
/** Where messages go that the healer cannot handle. */
export const parkingQueueUrl = orders.queue.parkingQueueUrl
/** Where orders are stored. */
export const ordersTableName = orders.ordersTableName
/** The failure ledger. */
export const failuresTableName = orders.queue.failuresTableName
/** Where messages are kept that are not retried any more. */
export const archiveBucketName = orders.queue.archiveBucketName
/** Where alerts and alarms go; subscribe to it. */
export const alertTopicArn = orders.queue.alertTopicArn
/** Where alerts wait that a webhook did not take; null without webhooks. */
export const undeliveredAlertsQueueUrl = orders.queue.undeliveredAlertsQueueUrl ?? null
/** The consumer's log. */
export const consumerLogGroupName = orders.queue.consumerLogGroupName
/** The healer's log. */
export const healerLogGroupName = orders.queue.healerLogGroupName
/** The dashboard's page in the AWS console. */
export const dashboardUrl = orders.queue.dashboardUrl
/** What is done about each failure class: rules that differ from the defaults. */
export const recoveryPolicy = orders.queue.recoveryPolicy
/** Policies for the roles that people assume: to look, to mend, to be in charge. */
export const readerPolicy = orders.queue.readerPolicy
export const operatorPolicy = orders.queue.operatorPolicy
export const administratorPolicy = orders.queue.administratorPolicy
