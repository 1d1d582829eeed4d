import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy, resolved } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const { named, result } = await deploy(
  () =>
    new ResilientQueue("invoices", {
      consumer: { entry: consumerEntry },
      archive: { expireAfterDays: 100 }
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

  it("is an archive that is private, encrypted, versioned, and goes for good, but not to Glacier", () => {
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
      transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      rules: [
        {
          id: "archive",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: 100 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
        }
      ]
    })
  })

  it("is an archive whose large messages go to Glacier where that is wanted, and that operators may restore then", async () => {
    const frozen = await deploy(
      () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, archive: { glacierAfterDays: 400 } })
    )
    const { inputs } = frozen.named("invoices-archive-lifecycle")
    expect(inputs["transitionDefaultMinimumObjectSize"]).toBe("all_storage_classes_128K")
    expect(inputs["rules"]).toMatchObject([
      { id: "archive", expiration: { days: 401 } },
      // Not what a replay keeps of itself: it is read when the replay is resumed.
      {
        id: "glacier",
        status: "Enabled",
        filter: { prefix: "class=" },
        transitions: [{ days: 400, storageClass: "GLACIER" }]
      }
    ])
    const { readerPolicy, operatorPolicy } = frozen.result
    expect(await resolved(readerPolicy)).not.toContain("s3:RestoreObject")
    expect(JSON.parse(await resolved(operatorPolicy)).Statement).toContainEqual({
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:RestoreObject"],
      Resource: ["arn:aws:s3:::invoices-archive/class=*"]
    })
    expect(await resolved(result.operatorPolicy)).not.toContain("s3:RestoreObject")
  })
})
