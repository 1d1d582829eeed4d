import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient
} from "@aws-sdk/client-secrets-manager"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  createSecretsManager,
  type SecretsManagerService
} from "../../../local/secretsmanager/SecretsManagerService.ts"
import { createResource } from "../createResource.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"

let aws: OnGateway<SecretsManagerService>
let client: SecretsManagerClient

beforeAll(async () => {
  aws = await onGateway((account) => createSecretsManager({ account }))
  client = new SecretsManagerClient(aws.client())
})

afterAll(async () => {
  client.destroy()
  await aws.close()
})

const secretType = "aws:secretsmanager/secret:Secret"
const versionType = "aws:secretsmanager/secretVersion:SecretVersion"
const policyType = "aws:secretsmanager/secretPolicy:SecretPolicy"

const create = (type: string, inputs: Readonly<Record<string, unknown>>, name?: string) =>
  createResource(aws.service.resources, type, inputs, name)

const read = (SecretId: string, more: { VersionStage?: string; VersionId?: string } = {}, reader = client) =>
  reader.send(new GetSecretValueCommand({ SecretId, ...more }))

describe("a secret", () => {
  it("is read by name, by ARN, and by ARN without its random end", async () => {
    const { id } = await create(secretType, { name: "app/token" })
    const { state } = await create(versionType, { secretId: id, secretString: "one" })
    expect(id).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:app\/token-[A-Za-z0-9]{6}$/)
    expect(state["arn"]).toBe(id)
    for (const secretId of [id, "app/token", id.slice(0, -7)]) {
      expect(await read(secretId)).toMatchObject({ ARN: id, SecretString: "one", VersionStages: ["AWSCURRENT"] })
    }
  })

  it("that is rotated has a new current value, and keeps the one before as the previous one", async () => {
    const { id } = await create(secretType, {}, "rotated")
    await create(versionType, { secretId: id, secretString: "first" })
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: "second" }))
    expect((await read(id)).SecretString).toBe("second")
    expect((await read(id, { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("first")
    aws.service.put(id, { secretString: "third" })
    expect((await read(id)).SecretString).toBe("third")
    expect((await read(id, { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("second")
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: id }))
    expect(Object.values(VersionIdsToStages).toSorted()).toEqual([[], ["AWSCURRENT"], ["AWSPREVIOUS"]])
  })

  it("takes the same request once: its token names the version", async () => {
    const { id } = await create(secretType, {}, "once")
    const put = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId: id, SecretString, ClientRequestToken: "t".repeat(32) }))
    const first = await put("value")
    expect((await put("value")).VersionId).toBe(first.VersionId)
    await expect(put("another")).rejects.toHaveProperty("name", "ResourceExistsException")
  })

  it("without a value, or that is not there, is not found", async () => {
    const { id } = await create(secretType, {}, "empty")
    await expect(read(id)).rejects.toMatchObject({ name: "ResourceNotFoundException" })
    await expect(read("nothing")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret."
    })
  })

  it("holds text or bytes, of at most 64 KiB", async () => {
    const { id } = await create(secretType, {}, "bytes")
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretBinary: new Uint8Array([0, 255]) }))
    expect([...((await read(id)).SecretBinary ?? [])]).toEqual([0, 255])
    await expect(create(versionType, { secretId: id, secretString: "x".repeat(65_537) })).rejects.toThrow(/65536/)
    await expect(create(versionType, { secretId: id })).rejects.toThrow(/either SecretString or SecretBinary/)
  })
})

describe("who may read a secret", () => {
  it("is a role that may, of this secret alone, and nobody whom the secret's own policy denies it", async () => {
    const { id } = await create(secretType, {}, "guarded")
    await create(versionType, { secretId: id, secretString: "s" })
    const { id: other } = await create(secretType, {}, "other")
    await create(versionType, { secretId: other, secretString: "o" })
    const credentials = await aws.role({
      Statement: { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: id }
    })
    const reader = new SecretsManagerClient(aws.client(credentials))
    expect((await read(id, {}, reader)).SecretString).toBe("s")
    await expect(read(other, {}, reader)).rejects.toHaveProperty("name", "AccessDeniedException")
    await expect(read("no-such-secret", {}, reader)).rejects.toHaveProperty("name", "AccessDeniedException")
    await expect(reader.send(new PutSecretValueCommand({ SecretId: id, SecretString: "mine" }))).rejects.toHaveProperty(
      "name",
      "AccessDeniedException"
    )

    const deny = { Effect: "Deny", Principal: "*", Action: "secretsmanager:*", Resource: "*" }
    await create(policyType, { secretArn: id, policy: JSON.stringify({ Version: "2012-10-17", Statement: [deny] }) })
    await expect(read(id, {}, reader)).rejects.toHaveProperty("name", "AccessDeniedException")
    reader.destroy()
  })
})

describe("what is refused", () => {
  it("names the resource and the property", async () => {
    await expect(create(secretType, { recoveryWindowInDays: 3 })).rejects.toThrow(/"recoveryWindowInDays"/)
    await expect(create(secretType, { replicas: [] })).rejects.toThrow(/"replicas"/)
    await expect(create(secretType, { name: "a name" })).rejects.toThrow(/Invalid name/)
    await expect(create(versionType, { secretId: "nothing", secretString: "x" })).rejects.toThrow(/can't find/)
    await expect(create(policyType, { secretArn: "nothing", policy: "{}" })).rejects.toThrow(/can't find/)
  })
})
