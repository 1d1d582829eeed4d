/** The functions behind the API, and what the consumer of orders needs. */
import type { Table } from "@pulumi/aws/dynamodb/table.js"
import type { Role } from "@pulumi/aws/iam/role.js"
import type { Topic } from "@pulumi/aws/sns/topic.js"
import * as pulumi from "@pulumi/pulumi"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission } from "../function/permission.ts"
import type { FunctionSecret } from "../functionSecret.ts"
import type { StandardConsumerArgs } from "../resilientQueue/args.ts"
import { defaults } from "../resilientQueue/defaults.ts"
import { decryptPermissions, keyPermissions } from "../resilientQueue/functionEnvironment.ts"
import type { ResilientQueue } from "../resilientQueue/ResilientQueue.ts"
import type { OrderPipelineArgs } from "./args.ts"
import { paymentTokenPermissions } from "./paymentToken.ts"
import { apiFunctionTimeoutSeconds } from "./settings.ts"

const entry = (handler: string): URL => new URL(`../../handlers/orders/${handler}.handler.ts`, import.meta.url)

/** What `POST /orders` works with. */
export interface PlaceOrderResources {
  readonly topic: Topic
  readonly ordersTable: Table
}

/** `POST /orders`: leaves a mark in the table that an order is on its way, then publishes it. */
export const createPlaceOrder = (
  name: string,
  parent: pulumi.Resource,
  args: OrderPipelineArgs,
  resources: PlaceOrderResources & { readonly queue: ResilientQueue }
): BundledFunction =>
  new BundledFunction(
    `${name}-place-order`,
    {
      entry: entry("placeOrder"),
      description: "POST /orders: publishes an order",
      timeoutSeconds: apiFunctionTimeoutSeconds,
      ...observability(args),
      environment: {
        ORDER_TOPIC_ARN: resources.topic.arn,
        ORDERS_TABLE: resources.ordersTable.name,
        AUTH: args.api.auth.mode,
        LOG_LEVEL: args.logLevel ?? defaults.logLevel
      },
      network: resources.queue.network,
      permissions: [...placeOrderPermissions(resources), ...keyPermissions(args.queue?.kmsKeyArn)]
    },
    { parent }
  )

/** Leave the mark, and publish an order. */
export const placeOrderPermissions = ({ topic, ordersTable }: PlaceOrderResources): readonly Permission[] => [
  { actions: ["sns:Publish"], resources: [topic.arn] },
  { actions: ["dynamodb:PutItem"], resources: [ordersTable.arn] }
]

/** Look an order up. */
export const readOrderPermission = (ordersTable: Table): Permission => ({
  actions: ["dynamodb:GetItem"],
  resources: [ordersTable.arn]
})

/** `GET /orders/{orderId}`: looks an order up in the table, then among the failures. */
export const createGetOrder = (
  name: string,
  parent: pulumi.Resource,
  args: OrderPipelineArgs,
  resources: { readonly queue: ResilientQueue; readonly ordersTable: Table; readonly role: Role }
): BundledFunction =>
  new BundledFunction(
    `${name}-get-order`,
    {
      entry: entry("getOrder"),
      description: "GET /orders/{orderId}: tells what became of an order",
      timeoutSeconds: apiFunctionTimeoutSeconds,
      ...observability(args),
      environment: {
        ORDERS_TABLE: resources.ordersTable.name,
        FAILED_TABLE: resources.queue.failuresTableName,
        AUTH: args.api.auth.mode,
        LOG_LEVEL: args.logLevel ?? defaults.logLevel
      },
      network: resources.queue.network,
      role: resources.role,
      permissions: [
        readOrderPermission(resources.ordersTable),
        {
          actions: ["dynamodb:Query"],
          resources: [pulumi.interpolate`${resources.queue.failuresTableArn}/index/${ledgerIndexes.byCorrelationId}`]
        },
        ...decryptPermissions(args.queue?.kmsKeyArn)
      ]
    },
    { parent }
  )

/** The function that stores orders. */
export const storeOrder = (
  args: OrderPipelineArgs,
  ordersTable: Table,
  paymentToken: FunctionSecret | undefined
): StandardConsumerArgs => ({
  ...args.queue?.consumer,
  entry: entry("storeOrder"),
  environment: {
    ORDERS_TABLE: ordersTable.name,
    CHAOS: String(args.chaos === true),
    ...paymentEnvironment(args, paymentToken)
  },
  permissions: [
    { actions: ["dynamodb:PutItem"], resources: [ordersTable.arn] },
    ...paymentTokenPermissions(paymentToken)
  ]
})

/** Nobody waits longer for a payment gateway, and never longer than half of what the function has for a batch. */
const longestPaymentMilliseconds = 3000

const paymentEnvironment = (
  args: OrderPipelineArgs,
  token: FunctionSecret | undefined
): Readonly<Record<string, pulumi.Input<string>>> => {
  if (args.payment === undefined) return {}
  const { url } = args.payment
  const milliseconds = pulumi
    .output(args.queue?.consumer?.timeoutSeconds ?? defaults.timeoutSeconds)
    .apply((seconds) => String(Math.min(longestPaymentMilliseconds, seconds * 500)))
  return {
    PAYMENT_URL: url,
    PAYMENT_TIMEOUT_MILLISECONDS: milliseconds,
    ...(token === undefined ? {} : { PAYMENT_TOKEN_SECRET_ARN: token.readableSecretArn })
  }
}

const observability = (args: OrderPipelineArgs) => ({
  tracing: args.tracing,
  logKmsKeyArn: args.queue?.kmsKeyArn,
  ...(args.logRetentionDays === undefined ? {} : { logRetentionDays: args.logRetentionDays })
})
