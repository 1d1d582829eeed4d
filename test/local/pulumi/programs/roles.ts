import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

const role = new aws.iam.Role("consumer", {
  name: "consumer",
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
  }
})
const policy = new aws.iam.RolePolicy("send", {
  name: "send",
  role,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }] }
})

export const region = (await aws.getRegion({})).region
export const count = new pulumi.Config().require("count")
export const roleName = policy.role
export const arn = role.arn
