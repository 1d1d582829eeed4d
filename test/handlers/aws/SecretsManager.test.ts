import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { SecretsManager } from "../../../handlers/aws/SecretsManager.ts"
import { createSecretsManager } from "../../../local/secretsmanager/SecretsManagerService.ts"
import { createResource } from "../../local/createResource.ts"
import { onGateway } from "../../local/onGateway.ts"

/** The real service on the embedded Secrets Manager, as a role that may read what the policy says. */
const world = Effect.acquireRelease(
  Effect.promise(() => onGateway((account) => createSecretsManager({ account }))),
  (aws) => Effect.promise(aws.close)
)

const secretOf = (aws: Effect.Success<typeof world>, name: string, secretString?: string) =>
  Effect.promise(async () => {
    const { id } = await createResource(aws.service.resources, "aws:secretsmanager/secret:Secret", { name })
    if (secretString !== undefined) aws.service.put(id, { secretString })
    return id
  })

const read = (aws: Effect.Success<typeof world>, secretArn: string, allowed = secretArn) =>
  Effect.gen(function* () {
    const credentials = yield* Effect.promise(() =>
      aws.role({ Statement: { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: allowed } })
    )
    const environment = ConfigProvider.fromUnknown({
      AWS_REGION: aws.account.region,
      AWS_ENDPOINT_URL: aws.account.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken
    })
    return yield* Effect.flatMap(SecretsManager, (secrets) => secrets.getSecretString(secretArn)).pipe(
      Effect.provide(SecretsManager.layer.pipe(Layer.provide(ConfigProvider.layer(environment)))),
      Effect.provide(ConfigProvider.layer(environment))
    )
  })

describe("a secret in Secrets Manager", () => {
  it.live("is read by its ARN, with the permission for it and no other", () =>
    Effect.gen(function* () {
      const aws = yield* world
      const secretArn = yield* secretOf(aws, "token", "t0ken")
      assert.strictEqual(Redacted.value(yield* read(aws, secretArn)), "t0ken")
      const denied = yield* Effect.flip(read(aws, secretArn, `${secretArn}x`))
      assert.include(denied, {
        _tag: "AuthFailure",
        dependency: "secretsmanager",
        reason: "secretsmanager GetSecretValue: AccessDeniedException"
      })
    })
  )

  it.live("that is missing, empty or made of bytes is rejected, by a code and without its content", () =>
    Effect.gen(function* () {
      const aws = yield* world
      const missing = yield* Effect.flip(
        read(aws, `arn:aws:secretsmanager:${aws.account.region}:123456789012:secret:nothing-AAAAAA`)
      )
      assert.include(missing, { _tag: "RequestRejected", code: "ResourceNotFoundException" })
      const bytes = yield* secretOf(aws, "bytes")
      aws.service.put(bytes, { secretBinary: Buffer.from("marker").toString("base64") })
      const binary = yield* Effect.flip(read(aws, bytes))
      assert.include(binary, { _tag: "RequestRejected", code: "NoSecretString" })
      assert.notInclude(JSON.stringify(binary), Buffer.from("marker").toString("base64"))
    })
  )
})
