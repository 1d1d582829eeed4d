/** A function of your own: its code, a role with exact actions, and a log. */
import { Table } from "@pulumi/aws/dynamodb/table.js"
import { BundledFunction } from "resilient-queue/BundledFunction"

const invoices = new Table("invoices", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "invoiceId",
  attributes: [{ name: "invoiceId", type: "S" }]
})

const readInvoice = new BundledFunction("read-invoice", {
  entry: new URL("./handler.ts", import.meta.url),
  description: "Reads one invoice",
  timeoutSeconds: 10,
  environment: { INVOICES_TABLE: invoices.name },
  permissions: [{ actions: ["dynamodb:GetItem"], resources: [invoices.arn] }]
})

/** Invoke it with `{ "invoiceId": "…" }`. */
export const readInvoiceArn = readInvoice.arn
