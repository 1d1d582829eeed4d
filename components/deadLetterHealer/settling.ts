/**
 * Whoever consumes an adopted queue confirms nothing: healed messages that do not come again are settled as presumably
 * recovered, after each batch and on a schedule.
 */
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js"
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js"
import { Permission } from "@pulumi/aws/lambda/permission.js"
import * as pulumi from "@pulumi/pulumi"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import type { BundledFunction } from "../function/BundledFunction.ts"
import type { Permission as RolePermission } from "../function/permission.ts"
import type { Context } from "../resilientQueue/context.ts"
import { integerIn } from "../validation.ts"

/** An hour: longer than nearly every consumer's retries take. */
export const defaultQuietSeconds = 3600

/** Often enough for a ledger that people read. */
const settlingSchedule = "rate(15 minutes)"

/** After how much silence a healed message is presumed to have recovered; checked at once if it is known. */
export const quietSecondsOf = (subject: string, given: pulumi.Input<number> | undefined): pulumi.Output<number> => {
  const check = (value: number) => integerIn(subject, "quietSeconds", value, { minimum: 60, maximum: 1_209_600 })
  if (given === undefined) return pulumi.output(defaultQuietSeconds)
  return typeof given === "number" ? pulumi.output(check(given)) : pulumi.output(given).apply(check)
}

/** Finding what has been quiet. */
export const settlingPermission = (failuresTableArn: pulumi.Input<string>): RolePermission => ({
  actions: ["dynamodb:Query"],
  resources: [pulumi.interpolate`${failuresTableArn}/index/${ledgerIndexes.byStatus}`]
})

/** Calls the healer every quarter of an hour, also when no dead letter comes. */
export const createSettlingSchedule = ({ name, parent }: Context, healer: BundledFunction): void => {
  const rule = new EventRule(
    `${name}-settling`,
    {
      description: `Has the healer of ${name} settle what has not failed again`,
      scheduleExpression: settlingSchedule
    },
    { parent }
  )
  new Permission(
    `${name}-settling-invoke`,
    {
      action: "lambda:InvokeFunction",
      function: healer.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn
    },
    { parent }
  )
  new EventTarget(`${name}-settling-target`, { rule: rule.name, arn: healer.arn }, { parent })
}
