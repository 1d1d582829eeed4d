/** What Lambda asks of every function's role: its log, its traces if it is traced, its queue. */
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"

const functionType = "aws:lambda/function:Function"
const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping"

const observed = (name: string, isTraced: boolean): Exercise => ({
  name: `${name}: what it does is logged${isTraced ? " and traced" : ", and not traced"}`,
  expected: `logged in a new stream, ${isTraced ? "traced, with telemetry" : "not traced, without telemetry"}`,
  run: async (subject) => {
    const { functionArn, functionName, logGroup } = functionOf(subject, name)
    await subject.aws.lambda.recycle(functionArn)
    const before = {
      lines: subject.aws.cloudwatch.logs(logGroup).length,
      streams: streamsOf(subject, logGroup).size,
      ...subject.aws.xray.received(functionName)
    }
    await subject.aws.lambda.invoke(functionArn, { Records: [] })
    await subject.aws.lambda.idle()
    const after = subject.aws.xray.received(functionName)
    return [
      streamsOf(subject, logGroup).size > before.streams ? "logged in a new stream" : "not logged",
      after.segments > before.segments ? "traced" : "not traced",
      after.telemetryRecords > before.telemetryRecords ? "with telemetry" : "without telemetry"
    ].join(", ")
  }
})

const isTraced = ({ inputs }: Subject["resources"][number]): boolean =>
  Object(inputs["tracingConfig"]).mode === "Active"

const streamsOf = (subject: Subject, logGroup: string): ReadonlySet<string> =>
  new Set(subject.aws.cloudwatch.logs(logGroup).map(({ logStream }) => logStream))

const functionOf = (subject: Subject, name: string) => {
  const state = subject.resources.find((each) => each.type === functionType && each.name === name)?.state ?? {}
  return {
    functionArn: String(state["arn"]),
    functionName: String(state["name"]),
    logGroup: String(Object(state["loggingConfig"]).logGroup)
  }
}

/** Lambda checks the role when a mapping is created; one that is there already is refused only after that. */
const mapped = (name: string): Exercise => ({
  name: `${name}: Lambda accepts the event source mapping`,
  expected: "ResourceConflictException: it exists",
  run: async (subject) => {
    const mapping = subject.resources.find((each) => each.type === mappingType && each.name === name)
    const create = subject.aws.lambda.resources[mappingType]
    if (mapping === undefined || create === undefined) return "there is no such mapping"
    const { urn, type, inputs } = mapping
    return create({ urn, name, type, inputs }).then(
      () => "created a second time",
      (error: unknown) =>
        String(error).includes("ResourceConflictException") ? "ResourceConflictException: it exists" : String(error)
    )
  }
})

/** What Lambda asks of the role of every function of a system. */
export const functions = (subject: Subject): ReadonlyArray<Exercise> => [
  ...subject.resources.filter(({ type }) => type === functionType).map((each) => observed(each.name, isTraced(each))),
  ...subject.resources.filter(({ type }) => type === mappingType).map(({ name }) => mapped(name))
]
