/** What is kept is kept for a stated time: logs, tables, archived objects. */
import { resourceRule, type StackViolation, type Subject, stackRule, type Violation } from "../rule.ts"
import { ofType, refersTo, types } from "../stack.ts"
import { listOf, numberOf, propertiesOf, shown } from "../values.ts"

const logRetention = resourceRule(
  {
    name: "log-retention",
    description: "Log groups say how long they keep logs; CloudWatch's own default is for ever.",
    severity: "medium",
    configSchema: {
      properties: {
        minimumDays: {
          type: "integer",
          minimum: 1,
          maximum: 3653,
          default: 1,
          description: "The shortest that is allowed."
        },
        maximumDays: {
          type: "integer",
          minimum: 1,
          maximum: 3653,
          default: 3653,
          description: "The longest that is allowed."
        }
      }
    },
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention"
  },
  [types.logGroup],
  ({ props }, config) => {
    const minimum = numberOf(config["minimumDays"]) ?? 1
    const maximum = numberOf(config["maximumDays"]) ?? 3653
    const days = numberOf(props["retentionInDays"])
    return days !== undefined && days >= minimum && days <= maximum
      ? []
      : [{ found: `retentionInDays is ${shown(days)}`, allowed: `it must be from ${minimum} to ${maximum}` }]
  }
)

const pointInTimeRecovery = resourceRule(
  {
    name: "point-in-time-recovery",
    description: "Tables can be restored to any second of the last days.",
    severity: "high",
    url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html"
  },
  [types.table],
  ({ props }) => {
    const enabled = propertiesOf(props["pointInTimeRecovery"])?.["enabled"]
    return enabled === true
      ? []
      : [{ found: `pointInTimeRecovery.enabled is ${shown(enabled)}`, allowed: "it must be true" }]
  }
)

const bucketVersioned = stackRule(
  {
    name: "bucket-versioned",
    description: "Buckets keep what is overwritten or deleted by mistake.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
  },
  (stack) =>
    ofType(stack, types.bucket).flatMap((subject): readonly StackViolation[] => {
      const versioning = ofType(stack, types.bucketVersioning).find((each) => refersTo(each, "bucket", subject))
      const status = propertiesOf(versioning?.props["versioningConfiguration"])?.["status"]
      return status === "Enabled"
        ? []
        : [
            {
              subject,
              found: `its versioning is ${shown(status)}`,
              allowed: 'a BucketVersioning must have status "Enabled"'
            }
          ]
    })
)

const bucketExpires = stackRule(
  {
    name: "bucket-expires",
    description: "Buckets say when objects and old versions go, so that what was archived is not kept for ever.",
    severity: "medium",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html"
  },
  (stack) =>
    ofType(stack, types.bucket).flatMap((subject): readonly StackViolation[] => {
      const configurations = ofType(stack, types.bucketLifecycle).filter((each) => refersTo(each, "bucket", subject))
      const rules = configurations
        .flatMap(({ props }) => listOf(props["rules"]))
        .map((rule) => propertiesOf(rule) ?? {})
      const enabled = rules.filter(({ status }) => status === "Enabled")
      return ["expiration", "noncurrentVersionExpiration"]
        .filter((property) => enabled.every((rule) => rule[property] === undefined))
        .map((property) => ({
          subject,
          found: `no enabled lifecycle rule has ${property}`,
          allowed: "a BucketLifecycleConfiguration must have one"
        }))
    })
)

const protectedFromDeletion = resourceRule(
  {
    name: "protected-from-deletion",
    description: "Queues, tables and buckets are protected from deletion. Off unless enabled: meant for production.",
    severity: "high",
    enforcementLevel: "disabled",
    url: "https://www.pulumi.com/docs/iac/concepts/options/protect/"
  },
  [types.queue, types.table, types.bucket],
  (subject): readonly Violation[] => [
    ...(subject.opts.protect ? [] : [{ found: "protect is false", allowed: "it must be true" }]),
    ...deletable(subject)
  ]
)

const deletable = ({ type, props }: Subject): readonly Violation[] => {
  if (type === types.table && props["deletionProtectionEnabled"] !== true) {
    const found = `deletionProtectionEnabled is ${shown(props["deletionProtectionEnabled"])}`
    return [{ found, allowed: "it must be true" }]
  }
  return type === types.bucket && props["forceDestroy"] === true
    ? [{ found: "forceDestroy is true", allowed: "it must be false" }]
    : []
}

/** The rules. */
export const retentionRules = [
  logRetention,
  pointInTimeRecovery,
  bucketVersioned,
  bucketExpires,
  protectedFromDeletion
] as const
