import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const { named } = await deploy(
  () =>
    new ResilientQueue("invoices", {
      consumer: { entry: consumerEntry },
      archive: { glacierAfterDays: 10, expireAfterDays: 100 }
    })
)
const bucket = "invoices-archive"

describe("what a ResilientQueue keeps", () => {
  it("is a ledger by lineage, indexed by class, status and correlation id over time, that forgets what is finished", () => {
    const listed = [
      "fingerprint",
      "reason",
      "why",
      "dependency",
      "firstFailureAt",
      "attempts",
      "correlationId",
      "archiveKey"
    ]
    const index = (name: string, key: string, ...nonKeyAttributes: ReadonlyArray<string>) => ({
      name,
      keySchemas: [
        { attributeName: key, keyType: "HASH" },
        { attributeName: "lastFailureAt", keyType: "RANGE" }
      ],
      projectionType: "INCLUDE",
      nonKeyAttributes
    })
    expect(named("invoices-failures").inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "lineageId",
      attributes: ["lineageId", "class", "status", "correlationId", "lastFailureAt"].map((name) => ({
        name,
        type: "S"
      })),
      globalSecondaryIndexes: [
        index("byClass", "class", "status", ...listed),
        index("byStatus", "status", "class", ...listed, "replaying", "replayRun", "replayClaimedAt"),
        index("byCorrelationId", "correlationId", "status", "class")
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: false
    })
  })

  it("is an archive that is private, encrypted, versioned, and goes to Glacier and then for good", () => {
    expect(named("invoices-archive-public-access").inputs).toEqual({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true
    })
    expect(named("invoices-archive-ownership").inputs).toEqual({
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" }
    })
    expect(named("invoices-archive-encryption").inputs).toEqual({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]
    })
    expect(named("invoices-archive-versioning").inputs).toEqual({
      bucket,
      versioningConfiguration: { status: "Enabled" }
    })
    expect(named("invoices-archive-lifecycle").inputs).toEqual({
      bucket,
      transitionDefaultMinimumObjectSize: "varies_by_storage_class",
      rules: [
        {
          id: "archive",
          status: "Enabled",
          filter: { prefix: "" },
          transitions: [{ days: 10, storageClass: "GLACIER" }],
          expiration: { days: 100 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
        }
      ]
    })
  })
})
