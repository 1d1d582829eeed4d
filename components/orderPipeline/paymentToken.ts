/** The token for the payment gateway: a secret that the consumer reads when it runs, so that it can be rotated any time. */
import * as pulumi from "@pulumi/pulumi"
import type { Permission } from "../function/permission.ts"
import { createFunctionSecret, type FunctionSecret } from "../functionSecret.ts"
import type { OrderPipelineArgs } from "./args.ts"

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
): FunctionSecret | undefined => {
  const { token, tokenSecretArn } = args.payment ?? {}
  if (tokenSecretArn !== undefined) return { secretArn: tokenSecretArn, readableSecretArn: tokenSecretArn }
  if (token === undefined) return undefined
  return createFunctionSecret(`${name}-payment-token`, parent, {
    description: "The bearer token for the payment gateway",
    text: token,
    protectData: args.stage === "production",
    kmsKeyArn: args.queue?.kmsKeyArn
  })
}

/** Read the secret, this one and no other. */
export const paymentTokenPermissions = (token: FunctionSecret | undefined): readonly Permission[] =>
  token === undefined ? [] : [{ actions: ["secretsmanager:GetSecretValue"], resources: [token.secretArn] }]
