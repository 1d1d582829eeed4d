/** IAM statements, as the components write them: exact actions on exact ARNs. */
import * as pulumi from "@pulumi/pulumi"

/** What a role may do. */
export interface Permission {
  /** Exact actions, e.g. `sqs:SendMessage`. A wildcard is refused. */
  readonly actions: readonly string[]
  /** The ARNs that the actions may be done to. */
  readonly resources: readonly pulumi.Input<string>[]
}

/** An IAM policy document that allows exactly the given permissions. */
export const policyDocument = (permissions: readonly Permission[]): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: permissions.map((permission) => ({
      Effect: "Allow",
      Action: [...permission.actions],
      Resource: [...permission.resources]
    }))
  })

/** Who may assume a function's role: the Lambda service, nobody else. */
export const lambdaAssumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]
})

/**
 * Writing to one log group. `:*` stands for its streams, whose names Lambda makes up.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export const loggingPermission = (logGroupArn: pulumi.Input<string>): Permission => ({
  actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  resources: [pulumi.interpolate`${logGroupArn}:*`]
})

/**
 * Refuses an action with a wildcard in it.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument and the action.
 */
export const refuseWildcardAction = (argument: string, permissions: readonly Permission[]): void => {
  const wildcard = permissions
    .flatMap((permission) => permission.actions)
    .find((action) => action.includes("*") || action.includes("?"))
  if (wildcard !== undefined) {
    throw new pulumi.RunError(`${argument}: the action ${wildcard} has a wildcard; name each action.`)
  }
}
