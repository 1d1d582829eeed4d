/** The dashboard of a queue, and the page of the AWS console that shows it. */
import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import type { Context } from "./context.ts"
import { type DashboardSubjects, dashboardBody } from "./dashboardBody.ts"

/** Something shown by its name, under a label. */
interface NamedInput {
  readonly name: pulumi.Input<string>
  readonly label: string
}

/** What the dashboard shows, as far as it is known when the program runs; its region comes from the ARN of a queue. */
export interface DashboardSubjectInputs {
  readonly queueArn: pulumi.Input<string>
  readonly queueName: pulumi.Input<string>
  readonly consumed: boolean
  readonly queues: readonly NamedInput[]
  readonly functions: readonly NamedInput[]
  readonly logGroupNames: { readonly all: readonly pulumi.Input<string>[]; readonly healer: pulumi.Input<string> }
  readonly alarmArns: readonly pulumi.Input<string>[]
  readonly failureGroupsFunctionArn: pulumi.Output<string> | undefined
}

/** Makes the dashboard. */
export const createDashboard = (context: Context, subjects: DashboardSubjectInputs): Dashboard =>
  new Dashboard(
    `${context.name}-dashboard`,
    applyTransform(context.transform.dashboard, {
      dashboardName: dashboardNameOf(context.name),
      dashboardBody: pulumi.output(subjects).apply(({ queueArn, ...names }) => {
        const body: DashboardSubjects = { ...names, name: context.name, region: regionOf(queueArn) }
        return JSON.stringify(dashboardBody(body))
      })
    }),
    { parent: context.parent }
  )

/** Dashboards have names of ours, which all of an account's regions share. Projects and stacks may have dots in theirs. */
const dashboardNameOf = (name: string): string =>
  `${pulumi.getProject()}-${name}-${pulumi.getStack()}`.replaceAll(".", "_")

const consoleHosts: Readonly<Record<string, string>> = {
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com"
}

/** The console page of a dashboard, by an ARN of its region (`arn:PARTITION:SERVICE:REGION:…`). */
export const dashboardUrl = (
  regionalArn: pulumi.Input<string>,
  dashboardName: pulumi.Input<string>
): pulumi.Output<string> =>
  pulumi.all([regionalArn, dashboardName]).apply(([arn, name]) => {
    const partition = arn.split(":")[1] ?? "aws"
    const host = consoleHosts[partition] ?? "console.aws.amazon.com"
    const region = regionOf(arn)
    return `https://${region}.${host}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(name)}`
  })

const regionOf = (arn: string): string => arn.split(":")[3] ?? ""
