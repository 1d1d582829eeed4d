/** Whether X-Ray traces functions. */
import { oneOf } from "../validation.ts"
import type { Permission } from "./permission.ts"

/**
 * Whether X-Ray traces a function: `"Active"`, the first invocation of each second and a twentieth of the others, a rate that
 * nobody can change; or `"PassThrough"`, none of them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_TracingConfig.html
 */
export type TracingMode = "Active" | "PassThrough"

/** Both. */
export const tracingModes: readonly TracingMode[] = ["Active", "PassThrough"]

/**
 * `"PassThrough"`, which is Lambda's default as well. The functions are not instrumented: a trace of one holds the two
 * segments that Lambda writes by itself, and the `REPORT` line in the log says as much of every invocation, not of a
 * twentieth. What leads from a request to its message, its failure and its recovery are the ids in the logs and the ledger.
 * And traces cost most where there is least to pay for: at ten orders a second they would be a quarter of the bill, at one
 * a second more than all else (docs/performance.md).
 */
export const defaultTracing: TracingMode = "PassThrough"

/**
 * What was given, or the default.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const tracingMode = (subject: string, given: TracingMode | undefined): TracingMode =>
  oneOf(subject, "tracing", given ?? defaultTracing, tracingModes)

/**
 * Writing traces. X-Ray knows no resources, so `*` is the only one that IAM accepts here.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const writeTraces: Permission = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"]
}

/** What a function's role may do for its traces: nothing where there are none. */
export const tracingPermissions = (mode: TracingMode): readonly Permission[] => (mode === "Active" ? [writeTraces] : [])
