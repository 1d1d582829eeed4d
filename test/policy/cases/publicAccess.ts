/** Cases of the rules by which nothing is open to the public. */
import {
  allow,
  bucketPolicy,
  deny,
  document,
  endpoint,
  lambdaPermission,
  queuePolicy,
  type RuleCases,
  resource,
  topicPolicy
} from "./resources.ts"

/** By rule. */
export const publicAccessCases: Readonly<Record<string, RuleCases>> = {
  "no-public-principal": {
    good: [
      [
        queuePolicy({
          policy: document(allow("sqs:SendMessage", "*", { Principal: { AWS: "arn:aws:iam::1:role/r" } }))
        })
      ],
      [
        queuePolicy({
          policy: document(
            allow("sqs:SendMessage", "*", {
              Principal: { Service: "sns.amazonaws.com" },
              Condition: { ArnEquals: { "aws:SourceArn": ["arn:aws:sns:eu-west-1:123456789012:orders"] } }
            })
          )
        })
      ],
      [queuePolicy({ policy: deny("sqs:*") })]
    ],
    bad: [
      [
        [queuePolicy({ policy: document(allow("sqs:SendMessage", "*", { Principal: { AWS: "*" } })) })],
        "its policy allows sqs:SendMessage to everybody; it must name the principals, or narrow them with a condition such as aws:SourceArn"
      ],
      [
        [
          topicPolicy({
            policy: document(
              allow("sns:Publish", "*", {
                Principal: "*",
                Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:bucket" } }
              })
            )
          })
        ],
        "its policy allows sns:Publish to everybody; it must name the principals, or narrow them with a condition such as aws:SourceArn"
      ],
      [
        [
          bucketPolicy({
            policy: document(allow("s3:PutObject", "*", { Principal: { Service: "logging.s3.amazonaws.com" } }))
          })
        ],
        "its policy allows s3:PutObject to logging.s3.amazonaws.com on behalf of anybody; a condition must name aws:SourceArn or aws:SourceAccount"
      ]
    ]
  },
  "function-not-public": {
    good: [
      [lambdaPermission({ principal: "apigateway.amazonaws.com", sourceArn: "arn:aws:execute-api:eu-west-1:1:api" })],
      [lambdaPermission({ principal: "123456789012" })],
      [resource("aws:lambda/functionUrl:FunctionUrl")({ authorizationType: "AWS_IAM" })]
    ],
    bad: [
      [
        [lambdaPermission({ principal: "sns.amazonaws.com" })],
        'principal is "sns.amazonaws.com" on behalf of anybody; sourceArn or sourceAccount must be set'
      ],
      [
        [resource("aws:lambda/functionUrl:FunctionUrl")({ authorizationType: "NONE" })],
        'authorizationType is "NONE"; it must be "AWS_IAM"'
      ]
    ]
  },
  "no-open-security-group": {
    good: [
      [resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")({ referencedSecurityGroupId: "sg-1" })],
      [resource("aws:ec2/securityGroup:SecurityGroup")({ ingress: [{ cidrBlocks: ["10.0.0.0/24"] }] })],
      [resource("aws:ec2/securityGroupRule:SecurityGroupRule")({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })]
    ],
    bad: [
      [
        [resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")({ cidrIpv6: "::/0" })],
        "it lets in ::/0; an inbound rule must name a security group or a block of its own"
      ],
      [
        [resource("aws:ec2/securityGroupRule:SecurityGroupRule")({ type: "ingress", cidrBlocks: ["0.0.0.0/0"] })],
        "it lets in 0.0.0.0/0; an inbound rule must name a security group or a block of its own"
      ]
    ]
  },
  "endpoint-policy": {
    good: [
      [endpoint({ policy: document(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:orders", { Principal: "*" })) })],
      [
        endpoint({
          policy: document(
            allow("*", "*", { Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } })
          )
        })
      ]
    ],
    bad: [
      [
        [endpoint({})],
        "policy is missing, which admits everything; each statement that allows must name resources, or aws:PrincipalAccount"
      ],
      [
        [endpoint({ policy: document(allow("*", "*", { Principal: "*" })) })],
        "its policy admits * on every resource; each statement that allows must name resources, or aws:PrincipalAccount"
      ]
    ]
  }
}
