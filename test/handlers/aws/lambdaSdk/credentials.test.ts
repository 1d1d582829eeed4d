import { afterEach, describe, expect, it, vi } from "vitest"
import { defaultProvider } from "../../../../handlers/aws/lambdaSdk/credentials.ts"
import { awsErrorOf } from "../../../../handlers/aws/sdkError.ts"

const environment = (values: Readonly<Record<string, string>>): void => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) vi.stubEnv(name, values[name])
}

describe("a function's credentials", () => {
  afterEach(() => vi.unstubAllEnvs())

  it("are those that Lambda puts into its environment", async () => {
    environment({ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" })
    expect(await defaultProvider()()).toEqual({ accessKeyId: "id", secretAccessKey: "secret", sessionToken: "token" })
  })

  it("are read when they are needed, and have a session token only where there is one", async () => {
    const provider = defaultProvider()
    environment({ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" })
    expect(await provider()).toEqual({ accessKeyId: "id", secretAccessKey: "secret" })
  })

  it.each([{}, { AWS_ACCESS_KEY_ID: "id" }, { AWS_SECRET_ACCESS_KEY: "secret" }])(
    "are missing, and a call fails as AuthFailure: %o",
    async (values) => {
      environment(values)
      const error: unknown = await defaultProvider()().catch((reason: unknown) => reason)
      expect(awsErrorOf({ service: "sqs", operation: "SendMessage" }, error)).toMatchObject({
        _tag: "AuthFailure",
        reason: "sqs SendMessage: CredentialsProviderError"
      })
    }
  )
})
