/** Secrets Manager as an Effect service: one signed request, so that no bundle carries a client for it. */
import { Context, Effect, Layer, Redacted, Schedule, Schema } from "effect"
import { type AwsError, RequestRejected } from "./AwsError.ts"
import { sdkCall } from "./sdkCall.ts"
import { signedSender } from "./signedRequest.ts"

/** Secrets Manager: read. */
export class SecretsManager extends Context.Service<
  SecretsManager,
  {
    /**
     * The current text of a secret, by its ARN. No error of it holds any of the text.
     *
     * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
     */
    readonly getSecretString: (secretArn: string) => Effect.Effect<Redacted.Redacted<string>, AwsError>
  }
>()("resilient-queue/aws/SecretsManager") {
  /**
   * The real one; region, credentials and endpoint come from the environment that Lambda gives a function, and are read
   * when the first secret is.
   */
  static readonly layer = Layer.effect(
    SecretsManager,
    Effect.gen(function* () {
      const sender = yield* Effect.cached(
        // Lambda sets them always.
        signedSender("secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER").pipe(Effect.orDie)
      )
      return SecretsManager.of({
        getSecretString: Effect.fnUntraced(function* (secretArn) {
          const send = yield* sender
          const { text } = yield* sdkCall(call, (signal) =>
            send(
              {
                path: "/",
                headers: {
                  "content-type": "application/x-amz-json-1.1",
                  "x-amz-target": "secretsmanager.GetSecretValue"
                },
                body: JSON.stringify({ SecretId: secretArn })
              },
              signal
            )
          ).pipe(Effect.retry({ schedule: backoff, times: 2, while: isTransient }))
          const answer = yield* Effect.mapError(
            decodeAnswer(text),
            // Not the schema's own error: it would quote what it was given.
            () => new RequestRejected({ ...call, code: "NoSecretString", message: "The secret has no text." })
          )
          return Redacted.make(answer.SecretString, { label: "secret" })
        })
      })
    })
  )
}

const call = { service: "secretsmanager", operation: "GetSecretValue" } as const

/** The SDK's own three attempts. */
const backoff = Schedule.exponential("100 millis")

const isTransient = (error: AwsError): boolean => error._tag === "DependencyFailure" || error._tag === "Timeout"

const decodeAnswer = Schema.decodeUnknownEffect(
  Schema.fromJsonString(Schema.Struct({ SecretString: Schema.NonEmptyString }))
)
