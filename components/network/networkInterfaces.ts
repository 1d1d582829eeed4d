/** What a role needs so that Lambda can put its function into a VPC. */

/**
 * The actions of AWS's own policy for it, without those about logs.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
 */
export const networkInterfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses"
] as const

/**
 * The only resource is `*`: the interfaces do not exist yet, Lambda makes up their ids, the two `Describe` actions know no
 * resources at all, and Lambda checks for `DeleteNetworkInterface` on all of them. What narrows it is the denial: Lambda
 * acts while it sets the network up, when `lambda:SourceFunctionArn` is not there; it is there in every call that the
 * function's own code makes with the role. So Lambda may, and the code may not.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export const networkInterfacePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Sid: "LambdaSetsUpTheNetwork", Effect: "Allow", Action: [...networkInterfaceActions], Resource: "*" },
    {
      Sid: "NotTheFunctionItself",
      Effect: "Deny",
      Action: [...networkInterfaceActions],
      Resource: "*",
      Condition: { Null: { "lambda:SourceFunctionArn": "false" } }
    }
  ]
})
