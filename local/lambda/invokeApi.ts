/**
 * `Invoke` over HTTP, for SDK clients.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import type { Account } from "../Account.ts"
import type { EmbeddedService, ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import type { LambdaService } from "./LambdaService.ts"

const failure = (status: number, code: string, message: string): ServiceResponse => ({
  status,
  headers: { "Content-Type": "application/json", "x-amzn-ErrorType": code },
  body: JSON.stringify({ Type: status < 500 ? "User" : "Service", Message: message })
})

const functionOf = ({ method, url }: ServiceRequest): string | undefined => {
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname)?.[1]
  return method === "POST" && name !== undefined ? decodeURIComponent(name) : undefined
}

/** Lambda's API, as far as it is there: `Invoke`. Every other operation is answered with `UnknownOperationException`. */
export const invokeApi = (
  { region, accountId }: Account,
  lambda: Pick<LambdaService, "invoke" | "invokeAsync" | "resourcePolicy">,
  arnOfFunction: (nameOrArn: string) => string
): EmbeddedService => {
  const policyOf = (functionArn: string) => {
    try {
      return lambda.resourcePolicy(functionArn)
    } catch {
      return undefined
    }
  }

  return {
    signingName: "lambda",
    authorizations: (request) => {
      const name = functionOf(request)
      if (name === undefined) return []
      const resource = name.startsWith("arn:") ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`
      return [{ action: "lambda:InvokeFunction", resource, resourcePolicy: policyOf(resource) }]
    },
    handle: async (request) => {
      const name = functionOf(request)
      if (name === undefined)
        return failure(404, "UnknownOperationException", "The embedded AWS knows Lambda's Invoke only.")
      let functionArn: string
      let event: unknown
      try {
        functionArn = arnOfFunction(name)
      } catch (error) {
        return failure(404, "ResourceNotFoundException", String(error).replace(/^.*ResourceNotFoundException: /, ""))
      }
      try {
        event = request.body.length === 0 ? {} : JSON.parse(request.body.toString("utf8"))
      } catch (error) {
        return failure(
          400,
          "InvalidRequestContentException",
          `Could not parse request body into json: ${String(error)}`
        )
      }
      const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse"
      if (type === "DryRun") return { status: 204, body: "" }
      if (type === "Event") {
        try {
          return { status: 202, headers: { "x-amzn-requestid": lambda.invokeAsync(functionArn, event) }, body: "" }
        } catch (error) {
          return failure(413, "RequestTooLargeException", error instanceof Error ? error.message : String(error))
        }
      }
      const result = await lambda.invoke(functionArn, event)
      if (result.throttled) return failure(429, "TooManyRequestsException", result.error?.errorMessage ?? "")
      const { error } = result
      return {
        status: 200,
        headers: {
          "Content-Type": "application/json",
          "X-Amz-Executed-Version": "$LATEST",
          ...(error === undefined ? {} : { "X-Amz-Function-Error": "Unhandled" })
        },
        body: JSON.stringify(
          error === undefined
            ? (result.payload ?? null)
            : { errorType: error.errorType, errorMessage: error.errorMessage, trace: error.stackTrace ?? [] }
        )
      }
    },
    error: (_request, status, code, message) => failure(status, code, message)
  }
}
