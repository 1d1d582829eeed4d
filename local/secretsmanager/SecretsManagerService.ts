/** Secrets Manager inside the process: secrets with versions, read and rotated over the JSON 1.1 protocol. */
import type { Account } from "../Account.ts"
import {
  type Clock,
  type EmbeddedService,
  type ServiceRequest,
  type ServiceResponse,
  systemClock
} from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { operations } from "./operations.ts"
import { secretsManagerResources } from "./resources.ts"
import { type SecretContent, Secrets } from "./Secrets.ts"
import { SecretsManagerError } from "./SecretsManagerError.ts"

/** Secrets Manager inside the process. */
export interface SecretsManagerService extends EmbeddedService {
  readonly resources: ResourceProviders
  /** Rotates a secret: the value becomes its current version. Throws `SecretsManagerError` for an unknown secret. */
  readonly put: (secretId: string, content: SecretContent) => void
  /** The ARNs of the secrets, sorted. */
  readonly secretArns: () => ReadonlyArray<string>
  readonly close: () => void
}

/** What Secrets Manager is made of. */
export interface SecretsManagerOptions {
  readonly account: Account
  /** Says when a version was made. @default the machine's clock */
  readonly clock?: Pick<Clock, "now">
}

const contentType = "application/x-amz-json-1.1"

const operationOf = ({ headers }: ServiceRequest): string => {
  const target = headers["x-amz-target"]
  return typeof target === "string" && target.startsWith("secretsmanager.")
    ? target.slice("secretsmanager.".length)
    : ""
}

const failure = (status: number, code: string, message: string): ServiceResponse => ({
  status,
  headers: { "content-type": contentType, "x-amzn-errortype": code },
  body: JSON.stringify({ __type: code, Message: message })
})

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString("utf8"))
  } catch {
    return undefined
  }
}

const secretIdOf = (request: ServiceRequest): string => {
  const input = parsed(request.body)
  const id: unknown =
    typeof input === "object" && input !== null
      ? (Reflect.get(input, "SecretId") ?? Reflect.get(input, "Name"))
      : undefined
  return typeof id === "string" ? id : ""
}

/** Starts a Secrets Manager without secrets. */
export const createSecretsManager = ({
  account,
  clock = systemClock
}: SecretsManagerOptions): SecretsManagerService => {
  const secrets = new Secrets(account, clock.now)
  return {
    signingName: "secretsmanager",
    authorizations: (request) => {
      const operation = operationOf(request)
      if (!Object.hasOwn(operations, operation)) return []
      const id = secretIdOf(request)
      const secret = secrets.find(id)
      // A secret that does not exist is asked for by what the caller named it: without permission nobody learns which.
      const resource =
        secret?.arn ??
        (id.startsWith("arn:") ? id : `arn:aws:secretsmanager:${account.region}:${account.accountId}:secret:${id}`)
      return [
        {
          action: `secretsmanager:${operation}`,
          resource,
          resourcePolicy: secret?.policy,
          ...(secret === undefined ? {} : { context: { "secretsmanager:SecretId": secret.arn } })
        }
      ]
    },
    handle: async (request) => {
      const name = operationOf(request)
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
      if (operation === undefined) {
        return failure(
          400,
          "UnknownOperationException",
          `The embedded AWS does not support ${name || "this"} on Secrets Manager.`
        )
      }
      try {
        return {
          status: 200,
          headers: { "content-type": contentType },
          body: JSON.stringify(operation(secrets, parsed(request.body)))
        }
      } catch (error) {
        if (error instanceof SecretsManagerError) return failure(400, error.code, error.message)
        throw error
      }
    },
    error: (_request, status, code, message) => failure(status, code, message),
    resources: secretsManagerResources(secrets),
    put: (secretId, content) => {
      secrets.put(secrets.get(secretId), content)
    },
    secretArns: () =>
      secrets
        .all()
        .map(({ arn }) => arn)
        .sort(),
    close: () => {}
  }
}
