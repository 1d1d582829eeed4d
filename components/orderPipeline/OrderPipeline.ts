/** An order system: HTTP API → producer → topic → queue that heals itself → table. */
import * as pulumi from "@pulumi/pulumi"
import { orderRecovery } from "../../handlers/orders/recovery.ts"
import { createFunctionRole } from "../function/BundledFunction.ts"
import { tracingMode } from "../function/tracing.ts"
import { withKeyArn } from "../keyArn.ts"
import { refuseNetwork } from "../network/refuseNetwork.ts"
import { ResilientQueue } from "../resilientQueue/ResilientQueue.ts"
import { createTablePolicy } from "../tablePolicy.ts"
import { refuseName } from "../validation.ts"
import { createApi } from "./api.ts"
import type { OrderPipelineArgs } from "./args.ts"
import {
  createGetOrder,
  createPlaceOrder,
  placeOrderPermissions,
  readOrderPermission,
  storeOrder
} from "./functions.ts"
import { createOrdersTable } from "./ordersTable.ts"
import { createPaymentToken, refusePaymentToken } from "./paymentToken.ts"
import { refuseAuth, refuseIsolatedPayment, refuseUnsafeProduction, trustedRoles } from "./settings.ts"
import { refuseStorefront, storefrontArgs } from "./storefront/refuseStorefront.ts"
import { createStorefront } from "./storefront/storefront.ts"
import { createTopic, createTopicPolicy } from "./topic.ts"

export type {
  ApiArgs,
  Auth,
  OrderPipelineArgs,
  OrderQueueArgs,
  PaymentArgs,
  RouteScopes,
  Stage
} from "./args.ts"
export { stages } from "./args.ts"
export type { StorefrontAddress, StorefrontArgs } from "./storefront/args.ts"
export { priceClasses } from "./storefront/args.ts"

/** The longest name: a role has 64 characters, of which Pulumi takes 8 and `-place-order-role` the rest. */
const longestNameLength = 39

/**
 * Takes orders over HTTP and stores them, whatever fails in between.
 *
 * @example
 * const orders = new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "none" } } })
 * export const apiUrl = orders.apiUrl
 */
export class OrderPipeline extends pulumi.ComponentResource {
  /** The queue of orders, with everything around it. */
  readonly queue: ResilientQueue
  /** Where `POST /orders` and `GET /orders/{orderId}` are; no slash at the end. */
  readonly apiUrl: pulumi.Output<string>
  /** Where the producer publishes orders. */
  readonly orderTopicArn: pulumi.Output<string>
  /** Where orders are stored, by `orderId`. */
  readonly ordersTableName: pulumi.Output<string>
  /** The ARN of the table of orders. */
  readonly ordersTableArn: pulumi.Output<string>
  /** Where the order page is; no slash at the end. `undefined` where there is none. */
  readonly storefrontUrl: pulumi.Output<string> | undefined
  /** CloudFront's name for the order page, which a `domainName` has to point at. `undefined` where there is none. */
  readonly storefrontDistributionDomainName: pulumi.Output<string> | undefined

  /**
   * @param name what the names of all children begin with: a letter, then at most 38 letters, digits or hyphens.
   * @param args what it is made of.
   * @param options Pulumi's own: parent, provider, protection, aliases.
   * @throws `pulumi.RunError`, before anything is made: one sentence that names the argument, what was given and what is
   * allowed.
   */
  constructor(name: string, args: OrderPipelineArgs, options?: pulumi.ComponentResourceOptions) {
    refuseName(name, longestNameLength)
    if (args.queue !== undefined) args = { ...args, queue: withKeyArn(name, args.queue, "queue.kmsKeyArn") }
    refuseUnsafeProduction(name, args)
    refuseNetwork(name, args.network)
    refuseIsolatedPayment(name, args)
    refuseAuth(name, args)
    refusePaymentToken(name, args)
    refuseStorefront(name, args)
    tracingMode(name, args.tracing)
    super("resilient-queue:index:OrderPipeline", name, {}, options)
    const protectData = args.stage === "production"

    const kmsKeyArn = args.queue?.kmsKeyArn
    const trustedRoleArns = trustedRoles(args)
    const topic = createTopic(name, this, kmsKeyArn)
    const ordersTable = createOrdersTable(name, this, protectData, kmsKeyArn)
    // Known before the function is made: the failure ledger admits it.
    const getOrderRole = createFunctionRole(`${name}-get-order`, this)
    this.queue = new ResilientQueue(
      name,
      {
        ...args.queue,
        consumer: storeOrder(args, ordersTable, createPaymentToken(name, this, args)),
        recovery: { rules: { ...orderRecovery.rules, ...args.queue?.recovery?.rules } },
        subscriptions: [{ topicArn: topic.arn }],
        correlationField: "orderId",
        protectData,
        ...(trustedRoleArns === undefined ? {} : { trustedRoleArns }),
        ledgerReaderArns: [getOrderRole.arn],
        ...(args.network === undefined ? {} : { network: args.network }),
        networkPermissions: [...placeOrderPermissions({ topic, ordersTable }), readOrderPermission(ordersTable)],
        ...(args.logLevel === undefined ? {} : { logLevel: args.logLevel }),
        ...(args.logRetentionDays === undefined ? {} : { logRetentionDays: args.logRetentionDays }),
        ...(args.tracing === undefined ? {} : { tracing: args.tracing })
      },
      { parent: this }
    )
    const placeOrder = createPlaceOrder(name, this, args, { queue: this.queue, topic, ordersTable })
    createTopicPolicy(name, this, topic, placeOrder.role.arn, trustedRoleArns)
    const getOrder = createGetOrder(name, this, args, { queue: this.queue, ordersTable, role: getOrderRole })
    const functionRoleArns = [placeOrder.role.arn, getOrderRole.arn, this.queue.consumerRoleArn]
    createTablePolicy(
      `${name}-table-policy`,
      this,
      ordersTable,
      trustedRoleArns === undefined ? undefined : { roleArns: [...functionRoleArns, ...trustedRoleArns] }
    )

    this.apiUrl = createApi(name, this, args, { placeOrder, getOrder })
    this.orderTopicArn = topic.arn
    this.ordersTableName = ordersTable.name
    this.ordersTableArn = ordersTable.arn
    const wanted = storefrontArgs(args)
    const storefront = wanted === undefined ? undefined : createStorefront(name, this, wanted, this.apiUrl)
    this.storefrontUrl = storefront?.url
    this.storefrontDistributionDomainName = storefront?.distributionDomainName

    this.registerOutputs({
      apiUrl: this.apiUrl,
      orderTopicArn: this.orderTopicArn,
      ordersTableName: this.ordersTableName,
      ordersTableArn: this.ordersTableArn,
      orderQueueUrl: this.queue.queueUrl,
      deadLetterQueueUrl: this.queue.deadLetterQueueUrl,
      parkingQueueUrl: this.queue.parkingQueueUrl,
      failuresTableName: this.queue.failuresTableName,
      archiveBucketName: this.queue.archiveBucketName,
      alertTopicArn: this.queue.alertTopicArn,
      dashboardUrl: this.queue.dashboardUrl,
      ...(storefront === undefined
        ? {}
        : { storefrontUrl: storefront.url, storefrontDistributionDomainName: storefront.distributionDomainName })
    })
  }
}
