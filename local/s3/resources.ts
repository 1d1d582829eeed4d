/** Creates S3's resource types. */
import { Schema } from "effect"
import type { Account } from "../Account.ts"
import { decodeInputs, documentText, inputsSchema, jsonDocument, tags } from "../pulumi/decodeInputs.ts"
import {
  autoName,
  type CreateRequest,
  type CreateResource,
  type ResourceProviders
} from "../pulumi/ResourceProvider.ts"
import type { Buckets } from "./Buckets.ts"
import { setPolicy } from "./bucketOperations.ts"
import { lifecycleInputs } from "./lifecycleInputs.ts"
import { S3Error } from "./S3Error.ts"

const text = Schema.optional(Schema.String)
const flag = Schema.optional(Schema.Boolean)
const bucket = Schema.String

const bucketInputs = inputsSchema({ bucket: text, forceDestroy: flag, objectLockEnabled: flag, tags })

const versioningInputs = inputsSchema({
  bucket,
  expectedBucketOwner: text,
  versioningConfiguration: Schema.Struct({
    status: Schema.Literals(["Enabled", "Suspended", "Disabled"]),
    mfaDelete: text
  })
})

const publicAccessBlockInputs = inputsSchema({
  bucket,
  blockPublicAcls: flag,
  blockPublicPolicy: flag,
  ignorePublicAcls: flag,
  restrictPublicBuckets: flag,
  skipDestroy: flag
})

const ownershipInputs = inputsSchema({
  bucket,
  rule: Schema.Struct({
    objectOwnership: Schema.Literals(["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])
  })
})

const encryptionInputs = inputsSchema({
  bucket,
  expectedBucketOwner: text,
  rules: Schema.Array(
    Schema.Struct({
      applyServerSideEncryptionByDefault: Schema.optional(
        Schema.Struct({ sseAlgorithm: Schema.Literals(["AES256", "aws:kms", "aws:kms:dsse"]), kmsMasterKeyId: text })
      ),
      bucketKeyEnabled: flag,
      blockedEncryptionTypes: Schema.optional(Schema.Array(Schema.String))
    })
  )
})

const objectInputs = inputsSchema({
  bucket,
  key: Schema.String,
  content: Schema.String,
  contentType: text,
  cacheControl: text,
  forceDestroy: flag
})

const policyInputs = inputsSchema({ bucket, policy: jsonDocument })

/** The provider of S3's resource types. */
export const s3Resources = (account: Account, buckets: Buckets): ResourceProviders => {
  const named =
    (create: CreateResource): CreateResource =>
    async (request) => {
      try {
        return await create(request)
      } catch (error) {
        if (!(error instanceof S3Error)) throw error
        throw new Error(`${request.type} "${request.name}": ${error.code}: ${error.message}`)
      }
    }

  const createBucket: CreateResource = async (request) => {
    const inputs = decodeInputs(request, bucketInputs)
    const name = inputs.bucket ?? autoName(request).toLowerCase()
    buckets.create(name)
    return {
      id: name,
      state: {
        forceDestroy: false,
        ...inputs,
        bucket: name,
        arn: `arn:aws:s3:::${name}`,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${account.region}.amazonaws.com`,
        bucketRegion: account.region,
        region: account.region,
        tagsAll: inputs.tags ?? {}
      }
    }
  }

  /** A resource that sets something of a bucket; the bucket's name is its id, as in the AWS provider. */
  const setting =
    <S extends Schema.ConstraintDecoder<unknown> & { readonly Type: { readonly bucket: string } }>(
      schema: S,
      apply: (inputs: S["Type"], request: CreateRequest) => void
    ): CreateResource =>
    async (request) => {
      const inputs = decodeInputs(request, schema)
      apply(inputs, request)
      return { id: inputs.bucket, state: { ...request.inputs, region: account.region } }
    }

  const putObject: CreateResource = async (request) => {
    const inputs = decodeInputs(request, objectInputs)
    const { cacheControl } = inputs
    const { etag, versionId } = buckets.put(buckets.get(inputs.bucket), {
      key: inputs.key,
      body: Buffer.from(inputs.content),
      contentType: inputs.contentType ?? "application/octet-stream",
      metadata: {},
      headers: cacheControl === undefined ? {} : { "cache-control": cacheControl }
    })
    const arn = `arn:aws:s3:::${inputs.bucket}/${inputs.key}`
    return { id: inputs.key, state: { ...request.inputs, arn, etag: etag.replaceAll('"', ""), versionId } }
  }

  return Object.fromEntries(
    Object.entries({
      "aws:s3/bucket:Bucket": createBucket,
      "aws:s3/bucketObjectv2:BucketObjectv2": putObject,
      "aws:s3/bucketVersioning:BucketVersioning": setting(versioningInputs, (inputs) => {
        const { status } = inputs.versioningConfiguration
        buckets.get(inputs.bucket).versioning = status === "Disabled" ? undefined : status
      }),
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(publicAccessBlockInputs, (inputs) => {
        buckets.get(inputs.bucket).settings.publicAccessBlock = inputs
      }),
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(ownershipInputs, (inputs) => {
        buckets.get(inputs.bucket).settings.ownership = inputs.rule
      }),
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
        encryptionInputs,
        (inputs) => {
          buckets.get(inputs.bucket).settings.encryption = inputs.rules
        }
      ),
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
        lifecycleInputs,
        (inputs, request) => {
          if (inputs.rules.length === 0)
            throw new Error(`${request.type} "${request.name}": property "rules" must hold at least one rule.`)
          buckets.get(inputs.bucket).settings.lifecycle = inputs.rules
        }
      ),
      "aws:s3/bucketPolicy:BucketPolicy": setting(policyInputs, (inputs) => {
        setPolicy(buckets.get(inputs.bucket), documentText(inputs.policy))
      })
    }).map(([type, create]) => [type, named(create)])
  )
}
