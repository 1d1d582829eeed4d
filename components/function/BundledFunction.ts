/** One Lambda function: its bundle, a role with exact actions, a log group of its own. */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js"
import { Role } from "@pulumi/aws/iam/role.js"
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js"
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/function.js"
import { FunctionRecursionConfig } from "@pulumi/aws/lambda/functionRecursionConfig.js"
import * as pulumi from "@pulumi/pulumi"
import { checkedKeyArn } from "../keyArn.ts"
import type { FunctionNetwork } from "../network/Network.ts"
import { networkInterfacePolicy } from "../network/networkInterfaces.ts"
import { applyTransform, type Transform } from "../transform.ts"
import { bundleArchive, type Entry } from "./bundle.ts"
import { defaultLogRetentionDays, defaultMemorySizeMegabytes } from "./defaults.ts"
import {
  lambdaAssumeRolePolicy,
  loggingPermission,
  type Permission,
  policyDocument,
  refuseWildcardAction
} from "./permission.ts"
import { type TracingMode, tracingMode, tracingPermissions } from "./tracing.ts"

export type { ExistingNetwork, FunctionNetwork } from "../network/Network.ts"
export type { Transform } from "../transform.ts"
export type { Entry } from "./bundle.ts"
export type { Permission } from "./permission.ts"
export type { TracingMode } from "./tracing.ts"

/** What a function is made of. */
export interface BundledFunctionArgs {
  /** Its entry, bundled when the program runs. It exports `handler`. */
  readonly entry: Entry
  /** What it does, in one sentence; shown in the console. */
  readonly description: string
  /** How long one invocation may take, in seconds. Range: 1–900. */
  readonly timeoutSeconds: pulumi.Input<number>
  /** Its memory in MiB, and with it its share of CPU. Range: 128–10,240. @default 512 */
  readonly memorySizeMegabytes?: pulumi.Input<number> | undefined
  /** Its environment variables. @default {} */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>> | undefined
  /** What its role may do, besides writing its own log and, where it is traced, its traces. @default [] */
  readonly permissions?: readonly Permission[] | undefined
  /** The subnets that it runs in. @default none: a network of Lambda's own, which reaches the internet */
  readonly network?: FunctionNetwork | undefined
  /** Its role, where somebody has to know it before the function is made. @default one of its own */
  readonly role?: Role | undefined
  /** The caller's key for its log. @default none: CloudWatch's own encryption */
  readonly logKmsKeyArn?: pulumi.Input<string> | undefined
  /** How long its log is kept, in days. One of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: pulumi.Input<number> | undefined
  /**
   * `"Allow"` where the function is part of a loop on purpose, and what it does ends the loop: else Lambda stops a message
   * that has come back about 16 times by way of SQS, SNS, S3 or Lambda.
   * @default none: Lambda's own, which is `"Terminate"`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  readonly recursiveLoop?: "Allow" | "Terminate" | undefined
  /**
   * Whether X-Ray traces it: `"Active"`, the first invocation of each second and a twentieth of the others, at $5 a million
   * traces; or `"PassThrough"`, none, and then its role may not write traces either.
   * @default "PassThrough", as Lambda has it
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: TracingMode | undefined
  /** Changes the arguments of the Lambda function as a last resort. @default {} */
  readonly transform?: Transform<FunctionArgs> | undefined
}

/** Makes the role of a function: Lambda may assume it, and so far it may do nothing. */
export const createFunctionRole = (name: string, parent: pulumi.Resource): Role =>
  new Role(`${name}-role`, { assumeRolePolicy: lambdaAssumeRolePolicy }, { parent })

/** One Lambda function with its role and log group. */
export class BundledFunction extends pulumi.ComponentResource {
  /** The Lambda function. */
  readonly function: LambdaFunction
  /** Its role. */
  readonly role: Role
  /** Its log group. */
  readonly logGroup: LogGroup
  /** The Lambda function's ARN. */
  readonly arn: pulumi.Output<string>
  /** The Lambda function's name. */
  readonly functionName: pulumi.Output<string>

  /**
   * @param name the Lambda function's name, and what the names of all children begin with.
   * @param args what it is made of.
   * @param options Pulumi's own: parent, provider, protection, aliases.
   * @throws `pulumi.RunError`, before anything is made, where an action of `permissions` has a wildcard, `tracing` is no mode,
   * or `logKmsKeyArn` is no key's. An entry that cannot be bundled fails the program with an error that names the file.
   */
  constructor(name: string, args: BundledFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    const permissions = args.permissions ?? []
    refuseWildcardAction(`${name}: permissions`, permissions)
    const mode = tracingMode(name, args.tracing)
    const logKmsKeyArn = checkedKeyArn(name, "logKmsKeyArn", args.logKmsKeyArn)
    super("resilient-queue:index:BundledFunction", name, {}, options)
    const parent = { parent: this }

    this.logGroup = new LogGroup(
      `${name}-log`,
      {
        retentionInDays: args.logRetentionDays ?? defaultLogRetentionDays,
        ...(logKmsKeyArn === undefined ? {} : { kmsKeyId: logKmsKeyArn })
      },
      parent
    )
    this.role = args.role ?? createFunctionRole(name, this)
    const policy = new RolePolicy(
      `${name}-policy`,
      {
        role: this.role.id,
        policy: policyDocument([...permissions, loggingPermission(this.logGroup.arn), ...tracingPermissions(mode)])
      },
      parent
    )
    const network = args.network
    const networkPolicies =
      network === undefined
        ? []
        : [new RolePolicy(`${name}-network-policy`, { role: this.role.id, policy: networkInterfacePolicy }, parent)]
    this.function = new LambdaFunction(
      name,
      applyTransform(args.transform, {
        description: args.description,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: bundleArchive(args.entry),
        role: this.role.arn,
        timeout: args.timeoutSeconds,
        memorySize: args.memorySizeMegabytes ?? defaultMemorySizeMegabytes,
        environment: { variables: { ...args.environment } },
        // The function's own logger decides by level: Lambda's filter would judge metric lines too, which have none.
        loggingConfig: { logFormat: "JSON", logGroup: this.logGroup.name, applicationLogLevel: "TRACE" },
        tracingConfig: { mode },
        ...(network === undefined ? {} : { vpcConfig: vpcConfig(network) })
      }),
      // Lambda checks on creation that the role may write traces where it is to, and make network interfaces where it has a network;
      // event source mappings, that it may read the queue.
      pulumi.mergeOptions(parent, { dependsOn: [policy, ...networkPolicies, ...(network?.dependsOn ?? [])] })
    )
    if (args.recursiveLoop !== undefined) {
      new FunctionRecursionConfig(
        `${name}-recursion`,
        { functionName: this.function.name, recursiveLoop: args.recursiveLoop },
        parent
      )
    }
    this.arn = this.function.arn
    this.functionName = this.function.name

    this.registerOutputs({
      function: this.function,
      role: this.role,
      logGroup: this.logGroup,
      arn: this.arn,
      functionName: this.functionName
    })
  }
}

const vpcConfig = ({ subnetIds, securityGroupIds }: FunctionNetwork) => ({
  subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]),
  securityGroupIds: pulumi.output(securityGroupIds).apply((ids) => [...ids])
})
