/** The table of orders. */
import { Table } from "@pulumi/aws/dynamodb/table.js"
import type * as pulumi from "@pulumi/pulumi"
import { tableEncryption } from "../tablePolicy.ts"

/**
 * Makes the table: on demand, point-in-time recovery. Only tracking items of orders on their way have `expiresAt`;
 * stored orders never expire.
 */
export const createOrdersTable = (
  name: string,
  parent: pulumi.Resource,
  protectData: boolean,
  kmsKeyArn: pulumi.Input<string> | undefined
): Table =>
  new Table(
    `${name}-table`,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "orderId",
      attributes: [{ name: "orderId", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protectData,
      ...tableEncryption(kmsKeyArn)
    },
    { parent, protect: protectData }
  )
