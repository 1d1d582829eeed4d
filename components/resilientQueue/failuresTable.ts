/** The failure ledger: one item a failed message, by its lineage id. */
import { Table } from "@pulumi/aws/dynamodb/table.js"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import { ledgerProjections } from "../../handlers/ledger/ledgerProjections.ts"
import { tableEncryption } from "../tablePolicy.ts"
import { applyTransform } from "../transform.ts"
import { type Context, dataOptions } from "./context.ts"

const indexes = [
  { name: ledgerIndexes.byClass, hashKey: "class" },
  { name: ledgerIndexes.byStatus, hashKey: "status" },
  { name: ledgerIndexes.byCorrelationId, hashKey: "correlationId" }
] as const

/** Makes the table: on demand, point-in-time recovery, TTL on finished items only (only they have `expiresAt`). */
export const createFailuresTable = (context: Context): Table =>
  new Table(
    `${context.name}-failures`,
    applyTransform(context.transform.failuresTable, {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "lineageId",
      attributes: ["lineageId", ...indexes.map((index) => index.hashKey), "lastFailureAt"].map((name) => ({
        name,
        type: "S"
      })),
      globalSecondaryIndexes: indexes.map((index) => ({
        name: index.name,
        keySchemas: [
          { attributeName: index.hashKey, keyType: "HASH" },
          { attributeName: "lastFailureAt", keyType: "RANGE" }
        ],
        // An item is written often, and what a listing shows of it changes seldom: the rest is not paid for three times more.
        projectionType: "INCLUDE",
        nonKeyAttributes: [...ledgerProjections[index.name]]
      })),
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: context.protectData,
      ...tableEncryption(context.kmsKeyArn)
    }),
    dataOptions(context)
  )
