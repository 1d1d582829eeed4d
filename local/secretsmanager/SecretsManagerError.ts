/** An error of Secrets Manager, by the name that SDK clients know it by. */

/** An error of Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors */
export class SecretsManagerError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = "SecretsManagerError"
    this.code = code
  }
}
