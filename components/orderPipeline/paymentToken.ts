/** The token for the payment gateway: a secret that the consumer reads when it runs, so that it can be rotated any time. */
import { Secret } from "@pulumi/aws/secretsmanager/secret.js"
import { SecretPolicy } from "@pulumi/aws/secretsmanager/secretPolicy.js"
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js"
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import { tlsOnly } from "../tlsOnly.ts"
import type { OrderPipelineArgs } from "./args.ts"

/** Where the token is. */
export interface PaymentToken {
  /** The secret's ARN, for the permission to read it. */
  readonly secretArn: pulumi.Input<string>
  /** The same, but known only once the secret has a value. */
  readonly readableSecretArn: pulumi.Input<string>
}

/** Days in which a deleted secret can be brought back; in development it is gone, and its name free, at once. */
const recoveryWindowDays = { production: 30, development: 0 } as const

const existingSecretArn = /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@!-]+$/

/**
 * Refuses a token that is given twice, and a secret that is none.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refusePaymentToken = (subject: string, { payment }: OrderPipelineArgs): void => {
  if (payment?.token !== undefined && payment.tokenSecretArn !== undefined) {
    throw new pulumi.RunError(`${subject}: paymentToken cannot go with paymentTokenSecretArn; give one of them.`)
  }
  const arn = payment?.tokenSecretArn
  if (typeof arn === "string" && !existingSecretArn.test(arn)) {
    throw new pulumi.RunError(
      `${subject}: paymentTokenSecretArn is ${JSON.stringify(arn)}; it must be the ARN of a secret in Secrets Manager.`
    )
  }
}

/** Makes the secret from the token that was given, or takes the one that is there; `undefined` without a token. */
export const createPaymentToken = (
  name: string,
  parent: pulumi.Resource,
  args: OrderPipelineArgs
): PaymentToken | undefined => {
  const { token, tokenSecretArn } = args.payment ?? {}
  if (tokenSecretArn !== undefined) return { secretArn: tokenSecretArn, readableSecretArn: tokenSecretArn }
  if (token === undefined) return undefined
  const { kmsKeyArn } = args.queue ?? {}
  const secret = new Secret(
    `${name}-payment-token`,
    {
      description: "The bearer token for the payment gateway",
      recoveryWindowInDays: recoveryWindowDays[args.stage],
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn })
    },
    { parent }
  )
  const child = { parent }
  new SecretPolicy(
    `${name}-payment-token-policy`,
    {
      secretArn: secret.arn,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [tlsOnly("secretsmanager:*", secret.arn)]
      }),
      blockPublicPolicy: true
    },
    child
  )
  const version = new SecretVersion(
    `${name}-payment-token-version`,
    // Secret in the state, however it was given.
    { secretId: secret.id, secretString: pulumi.secret(token) },
    child
  )
  return {
    secretArn: secret.arn,
    readableSecretArn: pulumi.all([secret.arn, version.versionId]).apply(([arn]) => arn)
  }
}

/** Read the secret, this one and no other. */
export const paymentTokenPermissions = (token: PaymentToken | undefined): readonly Permission[] =>
  token === undefined ? [] : [{ actions: ["secretsmanager:GetSecretValue"], resources: [token.secretArn] }]
