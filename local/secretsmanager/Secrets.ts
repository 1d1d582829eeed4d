/** The secrets of one embedded AWS, with their versions and staging labels. */
import { createHash, randomUUID } from "node:crypto"
import { type Account, arnOf } from "../Account.ts"
import type { Clock, PolicyDocument } from "../EmbeddedService.ts"
import { SecretsManagerError } from "./SecretsManagerError.ts"

/** The label of the version that is read when none is asked for. */
export const currentStage = "AWSCURRENT"

/** The label of the version before it. */
export const previousStage = "AWSPREVIOUS"

/** What a version holds: text, or bytes as Base64. */
export type SecretContent = { readonly secretString: string } | { readonly secretBinary: string }

/** One version of a secret. */
export interface SecretVersion {
  readonly versionId: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly content: SecretContent
  readonly stages: Set<string>
}

/** A secret. */
export interface Secret {
  readonly name: string
  /** Ends in six characters that nobody chooses, so that a secret made anew under a name is another one. */
  readonly arn: string
  readonly description: string | undefined
  readonly kmsKeyId: string | undefined
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly versions: Map<string, SecretVersion>
  policy: PolicyDocument | undefined
}

const notFound = (): SecretsManagerError =>
  new SecretsManagerError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

/** Six letters and digits, the same for the same name in every run. */
const suffixOf = (name: string): string =>
  createHash("sha256")
    .update(name)
    .digest("base64")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, 6)

/** The secrets of one account and region. */
export class Secrets {
  readonly #account: Pick<Account, "accountId" | "region">
  readonly #now: Clock["now"]
  readonly #secrets = new Map<string, Secret>()

  constructor(account: Pick<Account, "accountId" | "region">, now: Clock["now"]) {
    this.#account = account
    this.#now = now
  }

  /** Makes a secret without a value. Throws `SecretsManagerError` for a name that is taken or is none. */
  create(
    name: string,
    options: { readonly description?: string | undefined; readonly kmsKeyId?: string | undefined }
  ): Secret {
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      throw new SecretsManagerError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
      )
    }
    if (this.#secrets.has(name)) {
      throw new SecretsManagerError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`
      )
    }
    const secret: Secret = {
      name,
      arn: arnOf({ ...this.#account }, "secretsmanager", `secret:${name}-${suffixOf(name)}`),
      description: options.description,
      kmsKeyId: options.kmsKeyId,
      createdAt: this.#now(),
      versions: new Map(),
      policy: undefined
    }
    this.#secrets.set(name, secret)
    return secret
  }

  /** The secret with this ARN, this ARN less its last seven characters, or this name; `undefined` where there is none. */
  find(id: string): Secret | undefined {
    return (
      this.#secrets.get(id) ??
      this.all().find(({ arn }) => arn === id || (id.startsWith("arn:") && arn.replace(/-[A-Za-z0-9]{6}$/, "") === id))
    )
  }

  /** Throws `ResourceNotFoundException`. */
  get(id: string): Secret {
    const secret = this.find(id)
    if (secret === undefined) throw notFound()
    return secret
  }

  /** Forgets a secret at once; answers when, epoch milliseconds. */
  delete(secret: Secret): number {
    this.#secrets.delete(secret.name)
    return this.#now()
  }

  /** Every secret. */
  all(): ReadonlyArray<Secret> {
    return [...this.#secrets.values()]
  }

  /** Adds a version; it becomes the current one, and the one before it the previous one. The same token adds it once. */
  put(
    secret: Secret,
    content: SecretContent,
    {
      token = randomUUID(),
      stages = [currentStage]
    }: { readonly token?: string | undefined; readonly stages?: ReadonlyArray<string> | undefined } = {}
  ): SecretVersion {
    const known = secret.versions.get(token)
    if (known !== undefined) {
      if (JSON.stringify(known.content) === JSON.stringify(content)) return known
      throw new SecretsManagerError(
        "ResourceExistsException",
        `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`
      )
    }
    const version: SecretVersion = { versionId: token, createdAt: this.#now(), content, stages: new Set() }
    const current = this.version(secret, { stage: currentStage })
    for (const stage of stages) {
      for (const other of secret.versions.values()) other.stages.delete(stage)
      version.stages.add(stage)
    }
    if (stages.includes(currentStage) && current !== undefined) {
      for (const other of secret.versions.values()) other.stages.delete(previousStage)
      current.stages.add(previousStage)
    }
    secret.versions.set(token, version)
    return version
  }

  /** The version with this id and this label, whichever are given; without either the current one. */
  version(
    secret: Secret,
    asked: { readonly versionId?: string | undefined; readonly stage?: string | undefined }
  ): SecretVersion | undefined {
    const stage = asked.stage ?? (asked.versionId === undefined ? currentStage : undefined)
    return [...secret.versions.values()].find(
      (each) =>
        (asked.versionId === undefined || each.versionId === asked.versionId) &&
        (stage === undefined || each.stages.has(stage))
    )
  }
}
