/** Functions leave traces and logs, and no secrets in their configuration; the API in front of them is bounded. */
import { resourceRule, type Violation } from "../rule.ts"
import { types } from "../stack.ts"
import { numberOf, propertiesOf, shown, textOf } from "../values.ts"

const functionTracing = resourceRule(
  {
    name: "function-tracing",
    description: "Functions say whether X-Ray traces them: traces are billed, and missed when there are none.",
    severity: "low",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
  },
  [types.function],
  ({ props }) => {
    const mode = propertiesOf(props["tracingConfig"])?.["mode"]
    return mode === "Active" || mode === "PassThrough"
      ? []
      : [{ found: `tracingConfig.mode is ${shown(mode)}`, allowed: 'it must be "Active" or "PassThrough"' }]
  }
)

const functionLogGroup = resourceRule(
  {
    name: "function-log-group",
    description:
      "Functions write to a log group of the program's; the one that Lambda makes by itself is kept for ever.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"
  },
  [types.function],
  ({ props }) => {
    const logging = propertiesOf(props["loggingConfig"])
    // A name that is not known yet is one that is given.
    return logging !== undefined && Object.hasOwn(logging, "logGroup")
      ? []
      : [{ found: "loggingConfig.logGroup is missing", allowed: "it must name a LogGroup of the program" }]
  }
)

/** What secrets are called, and values that only say where one is. */
const secretName = /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)$/i
const pointer = /^(?:arn:|\/|https?:)/

const noSecretsInEnvironment = resourceRule(
  {
    name: "no-secrets-in-environment",
    description: "Functions read secrets when they run; a variable says at most where one is.",
    severity: "critical",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"
  },
  [types.function],
  ({ props }) => {
    const variables = propertiesOf(propertiesOf(props["environment"])?.["variables"]) ?? {}
    return Object.keys(variables)
      .filter((name) => secretName.test(name))
      .filter((name) => !pointer.test(textOf(variables[name]) ?? "/"))
      .map((name) => ({
        found: `environment.variables.${name} holds a value`,
        allowed: "it must be the ARN of a secret, which the function reads when it runs"
      }))
  }
)

const apiThrottled = resourceRule(
  {
    name: "api-throttled",
    description: "Stages of HTTP APIs are throttled.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"
  },
  [types.stage],
  ({ props }) => {
    const settings = propertiesOf(props["defaultRouteSettings"])
    return ["throttlingRateLimit", "throttlingBurstLimit"]
      .filter((name) => !((numberOf(settings?.[name]) ?? 0) > 0))
      .map((name) => ({
        found: `defaultRouteSettings.${name} is ${shown(settings?.[name])}`,
        allowed: "it must be more than 0"
      }))
  }
)

const apiLogged = resourceRule(
  {
    name: "api-logged",
    description: "Stages of HTTP APIs write an access log.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html"
  },
  [types.stage],
  ({ props }) =>
    props["accessLogSettings"] === undefined
      ? [{ found: "accessLogSettings is missing", allowed: "it must name a log group" }]
      : []
)

const apiAuthorized = resourceRule(
  {
    name: "api-authorized",
    description: "Routes of HTTP APIs ask who is calling. A warning only: a development stack may be open.",
    severity: "high",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html"
  },
  [types.route],
  ({ props }): readonly Violation[] => {
    const authorization = textOf(props["authorizationType"]) ?? "NONE"
    return authorization === "NONE"
      ? [{ found: `authorizationType is ${shown(authorization)}`, allowed: 'it must be "AWS_IAM", "JWT" or "CUSTOM"' }]
      : []
  }
)

/** The rules. */
export const functionRules = [
  functionTracing,
  functionLogGroup,
  noSecretsInEnvironment,
  apiThrottled,
  apiLogged,
  apiAuthorized
] as const
