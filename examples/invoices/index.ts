/** A program of your own: a table, and a queue that fills it and heals itself. */
import { Table } from "@pulumi/aws/dynamodb/table.js"
import { ResilientQueue } from "resilient-queue/ResilientQueue"
import { recovery } from "./recovery.ts"

const table = new Table("invoices", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "invoiceId",
  attributes: [{ name: "invoiceId", type: "S" }]
})

const queue = new ResilientQueue("invoices", {
  consumer: {
    entry: new URL("./handler.ts", import.meta.url),
    timeoutSeconds: 20,
    environment: { INVOICES_TABLE: table.name },
    permissions: [{ actions: ["dynamodb:PutItem"], resources: [table.arn] }]
  },
  recovery,
  correlationField: "invoiceId",
  alerts: { windowSeconds: 600 }
})

/** Send invoices here. */
export const invoicesQueueUrl = queue.queueUrl
/** Subscribe to hear of what needs a person. */
export const alertTopicArn = queue.alertTopicArn
/** See what failed, and what became of it. */
export const dashboardUrl = queue.dashboardUrl
