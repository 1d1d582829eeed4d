/** Lambda's asynchronous invocation as an Effect service: one signed request, so that no bundle carries a client for it. */
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { sdkCall } from "./sdkCall.ts"
import { signedSender } from "./signedRequest.ts"

/** Lambda: invoke. */
export class LambdaInvoke extends Context.Service<
  LambdaInvoke,
  {
    /**
     * Hands a payload (JSON, at most 1 MB) to a function, which runs later (`Event` invocation). Succeeds once Lambda has
     * accepted it, with the id of the request: the function's dead letters name it.
     *
     * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
     */
    readonly invokeAsync: (functionArn: string, payload: string) => Effect.Effect<string, AwsError>
  }
>()("resilient-queue/aws/LambdaInvoke") {
  /** The real one; region, credentials and endpoint come from the environment that Lambda gives a function. */
  static readonly layer = Layer.effect(
    LambdaInvoke,
    Effect.map(signedSender("lambda", "AWS_ENDPOINT_URL_LAMBDA"), (send) =>
      LambdaInvoke.of({
        invokeAsync: (functionArn, payload) =>
          sdkCall({ service: "lambda", operation: "Invoke" }, async (signal) => {
            const { headers } = await send(
              {
                path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
                headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
                body: payload
              },
              signal
            )
            return headers.get("x-amzn-requestid") ?? ""
          })
      })
    )
  )
}
