import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"

const role = new aws.iam.Role("greeter", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }]
  }
})
const greeter = new aws.lambda.Function("greeter", {
  role: role.arn,
  runtime: "nodejs24.x",
  handler: "index.handler",
  environment: { variables: { GREETING: pulumi.secret("hello") } },
  code: new pulumi.asset.AssetArchive({
    "index.mjs": new pulumi.asset.StringAsset(
      'export const handler = async (event) => process.env.GREETING + ", " + event.name'
    )
  })
})

export const functionArn = greeter.arn
