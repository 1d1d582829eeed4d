/**
 * The credentials of a function: Lambda puts those of its role into the environment. In a bundle this stands in the place of
 * the SDK's chain of providers, whose other links (profiles, SSO, web identities, containers, instances: a quarter of a
 * bundle) have nothing to find in Lambda.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */

/** Credentials as the SDK takes them. */
export interface LambdaCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What the SDK throws when nobody has credentials; by this name its failure is an `AuthFailure`. */
class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError"
}

/** Reads the credentials from the environment; rejects with a `CredentialsProviderError` where there are none. */
export const defaultProvider = () => async (): Promise<LambdaCredentials> => {
  const accessKeyId = process.env["AWS_ACCESS_KEY_ID"]
  const secretAccessKey = process.env["AWS_SECRET_ACCESS_KEY"]
  const sessionToken = process.env["AWS_SESSION_TOKEN"]
  if (!accessKeyId || !secretAccessKey)
    throw new CredentialsProviderError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** Those of the environment never expire: Lambda replaces the environment before they do. */
export const credentialsWillNeedRefresh = (): boolean => false

/** Those of the environment never expire. */
export const credentialsTreatedAsExpired = (): boolean => false
