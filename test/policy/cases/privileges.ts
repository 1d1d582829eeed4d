/** Cases of the rules by which roles may do what is named. */
import { allow, document, type RuleCases, resource, role, rolePolicy } from "./resources.ts"

/** By rule. */
export const privilegesCases: Readonly<Record<string, RuleCases>> = {
  "exact-actions": {
    good: [
      [
        rolePolicy({
          policy: document(allow(["sqs:SendMessage"], "*"), { Effect: "Deny", Action: "*", Resource: "*" })
        })
      ]
    ],
    bad: [
      [
        [rolePolicy({ policy: document(allow("s3:Get*", "arn:aws:s3:::b/*")) })],
        "it allows s3:Get*; each action must be named"
      ],
      [
        [role({ inlinePolicies: [{ name: "all", policy: document(allow("*", "*")) }] })],
        "it allows *; each action must be named"
      ],
      [
        [rolePolicy({ policy: document({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) })],
        "it allows all but iam:* by a negation; Action and Resource must name what is allowed"
      ]
    ]
  },
  "exact-resources": {
    good: [
      "arn:aws:sqs:eu-west-1:123456789012:orders",
      "arn:aws:s3:::orders-archive/*",
      "arn:aws:s3:::orders-archive/class=*",
      "arn:aws:logs:eu-west-1:123456789012:log-group:orders:*",
      "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*"
    ]
      .map((each) => [rolePolicy({ policy: document(allow("some:Action", each)) })])
      .concat([
        [rolePolicy({ policy: document(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")) })],
        [rolePolicy({ policy: document(allow("ec2:CreateNetworkInterface", "*")) })],
        [rolePolicy({ policy: document(allow(["cloudwatch:GetMetricData", "logs:GetQueryResults"], "*")) })]
      ]),
    bad: [
      "*",
      "arn:aws:sqs:*:*:*",
      "arn:aws:s3:::*",
      "arn:aws:s3:::*/class=*",
      "arn:aws:dynamodb:eu-west-1:123456789012:table/*",
      "arn:aws:lambda:eu-west-1:123456789012:function:*"
    ].map(
      (each) =>
        [
          [rolePolicy({ policy: document(allow(["some:Action", "xray:PutTraceSegments"], each)) })],
          `it allows some:Action on ${each}; each resource must be named, at least by the start of its name`
        ] as const
    )
  },
  "no-broad-managed-policies": {
    good: [[role({ managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] })]],
    bad: [
      [
        [
          resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment")({
            policyArn: "arn:aws:iam::aws:policy/AdministratorAccess"
          })
        ],
        "it has arn:aws:iam::aws:policy/AdministratorAccess; a policy of its own must name what it may do"
      ]
    ]
  }
}
