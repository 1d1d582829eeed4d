/** A secret that functions read when they run, so that it can be rotated any time. */
import { Secret } from "@pulumi/aws/secretsmanager/secret.js"
import { SecretPolicy } from "@pulumi/aws/secretsmanager/secretPolicy.js"
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js"
import * as pulumi from "@pulumi/pulumi"
import { tlsOnly } from "./tlsOnly.ts"

/** Days in which a deleted secret can be brought back; where data is not protected it is gone, and its name free, at once. */
const recoveryWindowDays = { protected: 30, unprotected: 0 } as const

/** What a secret is made of. */
export interface FunctionSecretArgs {
  readonly description: string
  /** Its text; encrypted in the state, however it was given. */
  readonly text: pulumi.Input<string>
  /** Whether it can be brought back when it was deleted. */
  readonly protectData: boolean
  readonly kmsKeyArn: pulumi.Input<string> | undefined
}

/** Where a secret is. */
export interface FunctionSecret {
  /** Its ARN, for the permission to read it. */
  readonly secretArn: pulumi.Input<string>
  /** The same, but known only once the secret has a value. */
  readonly readableSecretArn: pulumi.Input<string>
}

/** Makes a secret that is read over TLS only, and its first version. */
export const createFunctionSecret = (
  name: string,
  parent: pulumi.Resource,
  { description, text, protectData, kmsKeyArn }: FunctionSecretArgs
): FunctionSecret => {
  const child = { parent }
  const secret = new Secret(
    name,
    {
      description,
      recoveryWindowInDays: recoveryWindowDays[protectData ? "protected" : "unprotected"],
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn })
    },
    child
  )
  new SecretPolicy(
    `${name}-policy`,
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
    `${name}-version`,
    { secretId: secret.id, secretString: pulumi.secret(text) },
    child
  )
  return {
    secretArn: secret.arn,
    readableSecretArn: pulumi.all([secret.arn, version.versionId]).apply(([arn]) => arn)
  }
}
