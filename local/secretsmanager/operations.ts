/**
 * The operations of Secrets Manager that are here: making a secret, reading it, putting a new value into it, deleting it.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
import { Result, Schema } from "effect"
import { currentStage, type Secret, type SecretContent, type Secrets, type SecretVersion } from "./Secrets.ts"
import { SecretsManagerError } from "./SecretsManagerError.ts"

const Text = Schema.optional(Schema.String)

const Target = Schema.Struct({ SecretId: Schema.String })

const GetSecretValue = Schema.Struct({ SecretId: Schema.String, VersionId: Text, VersionStage: Text })

const CreateSecret = Schema.Struct({
  Name: Schema.String,
  ClientRequestToken: Text,
  Description: Text,
  KmsKeyId: Text,
  SecretString: Text,
  SecretBinary: Text
})

const DeleteSecret = Schema.Struct({
  SecretId: Schema.String,
  ForceDeleteWithoutRecovery: Schema.optional(Schema.Boolean)
})

const PutSecretValue = Schema.Struct({
  SecretId: Schema.String,
  ClientRequestToken: Text,
  SecretString: Text,
  SecretBinary: Text,
  VersionStages: Schema.optional(Schema.Array(Schema.String))
})

/** 64 KiB: the most that a version holds. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const longestSecret = 65_536

const decoded = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, input: unknown): S["Type"] => {
  const result = Schema.decodeUnknownResult(schema)(input)
  if (Result.isSuccess(result)) return result.success
  throw new SecretsManagerError(
    "ValidationException",
    "1 validation error detected: a parameter is missing or of the wrong type."
  )
}

/** The content that a request gives. Throws `SecretsManagerError` where it gives none, two, or too much. */
export const contentOf = (input: {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: string | undefined
}): SecretContent => {
  const { SecretString: secretString, SecretBinary: secretBinary } = input
  if ((secretString === undefined) === (secretBinary === undefined)) {
    throw new SecretsManagerError("InvalidParameterException", "You must provide either SecretString or SecretBinary.")
  }
  if (Buffer.byteLength(secretString ?? secretBinary ?? "") > longestSecret) {
    throw new SecretsManagerError("ValidationException", `A secret must be shorter than ${longestSecret} bytes.`)
  }
  return secretString === undefined ? { secretBinary: secretBinary ?? "" } : { secretString }
}

const seconds = (milliseconds: number): number => milliseconds / 1000

const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name })

const withStages = (version: SecretVersion) => ({
  VersionId: version.versionId,
  VersionStages: [...version.stages].sort()
})

/** An operation: the request's body in, the answer's body out. */
export type Operation = (secrets: Secrets, input: unknown) => object

/** The operations by name. */
export const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: (secrets, input) => {
    const given = decoded(CreateSecret, input)
    const content = given.SecretString === undefined && given.SecretBinary === undefined ? undefined : contentOf(given)
    const secret = secrets.create(given.Name, { description: given.Description, kmsKeyId: given.KmsKeyId })
    const version =
      content === undefined ? undefined : secrets.put(secret, content, { token: given.ClientRequestToken })
    return { ...identity(secret), ...(version === undefined ? {} : { VersionId: version.versionId }) }
  },

  DeleteSecret: (secrets, input) => {
    const { SecretId, ForceDeleteWithoutRecovery } = decoded(DeleteSecret, input)
    const secret = secrets.get(SecretId)
    if (ForceDeleteWithoutRecovery !== true) {
      throw new SecretsManagerError(
        "InvalidRequestException",
        "The embedded AWS deletes secrets with ForceDeleteWithoutRecovery only."
      )
    }
    return { ...identity(secret), DeletionDate: seconds(secrets.delete(secret)) }
  },

  GetSecretValue: (secrets, input) => {
    const { SecretId, VersionId, VersionStage } = decoded(GetSecretValue, input)
    const secret = secrets.get(SecretId)
    const version = secrets.version(secret, { versionId: VersionId, stage: VersionStage })
    if (version === undefined) {
      throw new SecretsManagerError(
        "ResourceNotFoundException",
        VersionId === undefined
          ? `Secrets Manager can't find the specified secret value for staging label: ${VersionStage ?? currentStage}`
          : `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`
      )
    }
    return {
      ...identity(secret),
      ...("secretString" in version.content
        ? { SecretString: version.content.secretString }
        : { SecretBinary: version.content.secretBinary }),
      ...withStages(version),
      CreatedDate: seconds(version.createdAt)
    }
  },

  PutSecretValue: (secrets, input) => {
    const given = decoded(PutSecretValue, input)
    const secret = secrets.get(given.SecretId)
    const options = { token: given.ClientRequestToken, stages: given.VersionStages }
    return { ...identity(secret), ...withStages(secrets.put(secret, contentOf(given), options)) }
  },

  DescribeSecret: (secrets, input) => {
    const secret = secrets.get(decoded(Target, input).SecretId)
    return {
      ...identity(secret),
      ...(secret.description === undefined ? {} : { Description: secret.description }),
      ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
      CreatedDate: seconds(secret.createdAt),
      VersionIdsToStages: Object.fromEntries(
        [...secret.versions.values()].map(({ versionId, stages }) => [versionId, [...stages].sort()])
      )
    }
  }
}
