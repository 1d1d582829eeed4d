/** The Pulumi resource types of Secrets Manager: a secret, a version of it, its policy. */
import { Schema } from "effect"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import { decodeInputs, documentText, inputsSchema, jsonDocument, tags } from "../pulumi/decodeInputs.ts"
import { autoName, type CreateRequest, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { contentOf } from "./operations.ts"
import { currentStage, type Secrets } from "./Secrets.ts"

const Text = Schema.optional(Schema.String)

/** 0 deletes at once; else 7 to 30 days. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
const RecoveryWindow = Schema.Int.check(
  Schema.makeFilter((days) => days === 0 || (days >= 7 && days <= 30), { expected: "0 or 7 to 30 days" })
)

const SecretInputs = inputsSchema({
  name: Text,
  description: Text,
  kmsKeyId: Text,
  recoveryWindowInDays: Schema.optional(RecoveryWindow),
  forceOverwriteReplicaSecret: Schema.optional(Schema.Boolean),
  tags,
  tagsAll: tags
})

const VersionInputs = inputsSchema({
  secretId: Schema.String,
  secretString: Text,
  secretBinary: Text,
  versionStages: Schema.optional(Schema.Array(Schema.String))
})

const PolicyInputs = inputsSchema({
  secretArn: Schema.String,
  policy: jsonDocument,
  blockPublicPolicy: Schema.optional(Schema.Boolean)
})

/** Errors of the service, as the provider reports them: with the resource that they are about. */
const reported = <A>({ type, name }: CreateRequest, create: () => A): A => {
  try {
    return create()
  } catch (error) {
    throw new Error(`${type} "${name}": ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The provider of Secrets Manager's resource types. */
export const secretsManagerResources = (secrets: Secrets): ResourceProviders => ({
  "aws:secretsmanager/secret:Secret": async (request) => {
    const inputs = decodeInputs(request, SecretInputs)
    const name = inputs.name ?? autoName(request)
    const secret = reported(request, () => secrets.create(name, inputs))
    return { id: secret.arn, state: { recoveryWindowInDays: 30, ...request.inputs, name, arn: secret.arn } }
  },
  "aws:secretsmanager/secretVersion:SecretVersion": async (request) => {
    const inputs = decodeInputs(request, VersionInputs)
    const { secret, version } = reported(request, () => {
      const secret = secrets.get(inputs.secretId)
      const content = contentOf({ SecretString: inputs.secretString, SecretBinary: inputs.secretBinary })
      return { secret, version: secrets.put(secret, content, { stages: inputs.versionStages }) }
    })
    return {
      id: `${secret.arn}|${version.versionId}`,
      state: { versionStages: [currentStage], ...request.inputs, arn: secret.arn, versionId: version.versionId }
    }
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": async (request) => {
    const inputs = decodeInputs(request, PolicyInputs)
    const secret = reported(request, () => {
      const found = secrets.get(inputs.secretArn)
      found.policy = parsePolicyDocument(inputs.policy)
      return found
    })
    return { id: secret.arn, state: { ...request.inputs, policy: documentText(inputs.policy) } }
  }
})
