/** What AWS documents about Secrets Manager. */
import assert from "node:assert/strict"
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand
} from "@aws-sdk/client-secrets-manager"
import { type Expectation, type ExpectationContext, expectationsOf, refuses } from "../Expectation.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_${operation}.html`
const guide = (page: string) => `https://docs.aws.amazon.com/secretsmanager/latest/userguide/${page}.html`

/** A new secret; its ARN. */
const create = async (context: ExpectationContext, SecretString?: string, Name = context.uniqueName("secret")) => {
  const { ARN = "" } = await context.secretsmanager.send(
    new CreateSecretCommand({ Name, ...(SecretString === undefined ? {} : { SecretString }) })
  )
  context.cleanUp(() =>
    context.secretsmanager.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }))
  )
  return { arn: ARN, name: Name }
}

const read = ({ secretsmanager }: ExpectationContext, SecretId: string, VersionStage?: string) =>
  secretsmanager.send(new GetSecretValueCommand({ SecretId, ...(VersionStage === undefined ? {} : { VersionStage }) }))

const put = ({ secretsmanager }: ExpectationContext, SecretId: string, SecretString: string, token?: string) =>
  secretsmanager.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString,
      ...(token === undefined ? {} : { ClientRequestToken: token })
    })
  )

/** Every expectation about Secrets Manager. */
export const secretsManagerExpectations: ReadonlyArray<Expectation> = expectationsOf("secretsmanager", [
  {
    title: "A secret's ARN ends in six characters that are not part of its name",
    link: guide("troubleshoot"),
    run: async (context) => {
      const { arn, name } = await create(context, "value")
      assert.match(arn, new RegExp(`^arn:aws[\\w-]*:secretsmanager:[\\w-]+:\\d{12}:secret:${name}-[A-Za-z0-9]{6}$`))
    }
  },
  {
    title: "A secret is read by its name and by its ARN",
    link: reference("GetSecretValue"),
    run: async (context) => {
      const { arn, name } = await create(context, "välue")
      for (const id of [arn, name]) {
        const { ARN, Name, SecretString, VersionStages } = await read(context, id)
        assert.deepEqual([ARN, Name, SecretString, VersionStages], [arn, name, "välue", ["AWSCURRENT"]])
      }
    }
  },
  {
    title: "A new value becomes AWSCURRENT, and the one before it AWSPREVIOUS",
    link: reference("PutSecretValue"),
    run: async (context) => {
      const { arn } = await create(context, "one")
      await put(context, arn, "two")
      assert.equal((await read(context, arn)).SecretString, "two")
      assert.equal((await read(context, arn, "AWSPREVIOUS")).SecretString, "one")
      await put(context, arn, "three")
      assert.equal((await read(context, arn, "AWSPREVIOUS")).SecretString, "two")
      const { VersionIdsToStages = {} } = await context.secretsmanager.send(
        new DescribeSecretCommand({ SecretId: arn })
      )
      const stages = Object.values(VersionIdsToStages).flat().toSorted()
      assert.deepEqual(stages, ["AWSCURRENT", "AWSPREVIOUS"])
    }
  },
  {
    title: "The same request token makes one version, and is refused for another value",
    link: reference("PutSecretValue"),
    run: async (context) => {
      const { arn } = await create(context, "one")
      const token = context.uniqueName("token-of-this-run")
      const first = await put(context, arn, "two", token)
      assert.equal((await put(context, arn, "two", token)).VersionId, first.VersionId)
      await refuses(put(context, arn, "three", token), "ResourceExistsException")
    }
  },
  {
    title: "A secret that does not exist, or has no value yet, is not found",
    link: reference("GetSecretValue"),
    run: async (context) => {
      await refuses(read(context, context.uniqueName("missing")), "ResourceNotFoundException")
      const { arn } = await create(context)
      await refuses(read(context, arn), "ResourceNotFoundException")
      await refuses(read(context, arn, "AWSPREVIOUS"), "ResourceNotFoundException")
    }
  },
  {
    title: "Two secrets of one name are refused",
    link: reference("CreateSecret"),
    run: async (context) => {
      const { name } = await create(context, "one")
      await refuses(create(context, "two", name), "ResourceExistsException")
    }
  },
  {
    title: "A value has at most 65,536 bytes",
    link: guide("reference_limits"),
    run: async (context) => {
      const { arn } = await create(context, "x".repeat(65_536))
      await refuses(
        put(context, arn, "x".repeat(65_537)),
        "ValidationException",
        "InvalidParameterException",
        "LimitExceededException"
      )
    }
  }
])
