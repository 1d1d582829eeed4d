/** Cases of the rules by which what is kept, and what functions leave. */
import { lambda, logGroup, queue, type RuleCases, table } from "./resources.ts"

/** By rule. */
export const retentionCases: Readonly<Record<string, RuleCases>> = {
  "log-retention": {
    good: [[logGroup({ retentionInDays: 30 })]],
    bad: [
      [[logGroup({})], "retentionInDays is missing; it must be from 1 to 3653"],
      [[logGroup({ retentionInDays: 0 })], "retentionInDays is 0; it must be from 1 to 3653"]
    ]
  },
  "point-in-time-recovery": {
    good: [[table({ pointInTimeRecovery: { enabled: true } })]],
    bad: [
      [[table({ pointInTimeRecovery: { enabled: false } })], "pointInTimeRecovery.enabled is false; it must be true"],
      [[table({})], "pointInTimeRecovery.enabled is missing; it must be true"]
    ]
  },
  "protected-from-deletion": {
    good: [[{ ...queue({}), protect: true }]],
    bad: [[[queue({})], "protect is false; it must be true"]]
  },
  "function-tracing": {
    good: [[lambda({ tracingConfig: { mode: "Active" } })], [lambda({ tracingConfig: { mode: "PassThrough" } })]],
    bad: [[[lambda({})], 'tracingConfig.mode is missing; it must be "Active" or "PassThrough"']]
  },
  "no-secrets-in-environment": {
    good: [
      [lambda({ environment: { variables: { PAYMENT_TOKEN: "arn:aws:secretsmanager:eu-west-1:1:secret:token" } } })],
      [lambda({ environment: { variables: { TOKEN_BUCKET: "a", SECRET_ID: "b" } } })]
    ],
    bad: [
      [
        [lambda({ environment: { variables: { PAYMENT_TOKEN: "hush" } } })],
        "environment.variables.PAYMENT_TOKEN holds a value; it must be the ARN of a secret, which the function reads when it runs"
      ],
      [
        [lambda({ environment: { variables: { dbPassword: "", DB_PASSWORD: "hush" } } })],
        "environment.variables.DB_PASSWORD holds a value; it must be the ARN of a secret, which the function reads when it runs"
      ]
    ]
  }
}
